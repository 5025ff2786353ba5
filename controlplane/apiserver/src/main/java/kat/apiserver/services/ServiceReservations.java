package kat.apiserver.services;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.measure.AddressMetrics;
import kat.apiserver.registry.NoReservations;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Reservations;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Randomness;
import kat.base.metrics.Exposition;
import kat.store.Entry;
import kat.store.Store;
import kat.store.Value;

/// Gives Services their cluster addresses and node ports. What is taken is kept in memory, read
/// from the stored Services when the first one is asked about; addresses again when the ranges
/// change.
///
/// Each address has an IPAddress object, which is written with its Service on condition that
/// there is none: nothing is given twice, whoever else gives or takes addresses. Where other
/// servers give out of the same ranges, what is taken is read from the stored Services each
/// time, and whoever takes a port also writes [#RANGES], on condition that nobody has since it
/// was read: of two servers that took the same at once, one has to begin again.
///
/// | type | cluster addresses | node ports |
/// |---|---|---|
/// | ClusterIP | one of each of its families, or `None` when asked | – |
/// | NodePort, LoadBalancer | one of each of its families | one a port |
/// | ExternalName | – | – |
///
/// **Threads:** any.
///
/// **Source:** `pkg/registry/core/service/storage/alloc.go`.
public final class ServiceReservations implements Reservations {

    /// Written with each Service that is given a port, by servers that are not alone.
    static final String RANGES = "/registry/ranges/services";

    private final Store store;
    private final Reader reader;
    private final Resources resources;
    private final AddressObjects objects;
    private final Object lock = new Object();
    private final Ranges ranges;
    private final Randomness randomness;
    private final ServiceFamilies families;
    private final AddressMetrics metrics;
    private AddressPools pools; // guarded by lock
    private NodePorts ports; // guarded by lock
    private boolean loaded; // guarded by lock

    public ServiceReservations(
            Stored stored,
            AddressObjects objects,
            Ranges ranges,
            Randomness randomness,
            AddressMetrics metrics) {
        this.metrics = metrics;
        this.store = stored.store();
        this.reader = stored.reader();
        this.resources = stored.resources();
        this.objects = objects;
        this.ranges = ranges;
        this.randomness = randomness;
        this.pools = new AddressPools(ranges.addresses(), randomness, metrics);
        this.families = new ServiceFamilies(pools.families());
        this.ports = new NodePorts(ranges.firstPort(), ranges.lastPort(), randomness);
        metrics.add(this::tell);
    }

    /// What is taken, once it was read.
    private void tell(Exposition to) {
        synchronized (lock) {
            if (loaded) {
                pools.tell(to);
                AddressMetrics.ports(ports.taken(), ports.size(), to);
            }
        }
    }

    /// Where Services are.
    public record Stored(Store store, Reader reader, Resources resources) {}

    /// What may be given out.
    ///
    /// @param addresses one range, or one of each family; the first is that of Services that ask
    ///     for no family
    public record Ranges(List<String> addresses, int firstPort, int lastPort) {
        public Ranges {
            addresses = List.copyOf(addresses);
        }
    }

    @Override
    public Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun) {
        if (kind != Kinds.SERVICE) {
            return new NoReservations.Nothing(next);
        }
        synchronized (lock) {
            Entry written = store.isShared() ? store.get(RANGES) : null;
            load();
            long at = written == null ? 0 : written.modRevision();
            JsonObject asked = ServiceShape.aligned(live, next);
            ServiceFamilies.Outcome settled = families.settle(live, asked);
            if (!settled.faults().isEmpty()) {
                String name = next.object("metadata").string("name");
                throw Status.invalid(Kinds.SERVICE, name, settled.faults()).asException();
            }
            Attempt attempt = new Attempt(live, settled.service(), dryRun, at);
            try {
                attempt.run();
            } catch (kat.api.StatusException e) {
                attempt.undo();
                throw e;
            }
            if (dryRun) {
                attempt.undo();
                return new NoReservations.Nothing(attempt.object());
            }
            return attempt;
        }
    }

    @Override
    public List<Guard> releasing(Kind kind, JsonObject object) {
        return kind == Kinds.SERVICE ? objects.freed(addressesOf(object), object) : List.of();
    }

    @Override
    public void release(Kind kind, JsonObject object) {
        if (kind == Kinds.SERVICE) {
            synchronized (lock) {
                load();
                addressesOf(object).forEach(pools::free);
                ServiceShape.ports(object).forEach(ports::free);
            }
        }
    }

    private void load() {
        List<String> now = objects.ranges(ranges.addresses());
        boolean readsPorts = !loaded || store.isShared();
        if (!readsPorts && now.equals(pools.ranges())) {
            return;
        }
        pools = new AddressPools(now, randomness, metrics);
        if (readsPorts) {
            ports = new NodePorts(ranges.firstPort(), ranges.lastPort(), randomness);
        }
        loaded = true;
        Resource services = resources.require(Kinds.SERVICE);
        for (Entry entry : reader.page(services, new Reader.Query("", null, 0, 0, "")).entries()) {
            JsonObject service = services.object(entry).tree();
            addressesOf(service).forEach(pools::take);
            if (readsPorts) {
                ServiceShape.ports(service).forEach(ports::take);
            }
        }
    }

    private static List<String> addressesOf(JsonObject service) {
        JsonObject spec = service.object("spec");
        List<String> all = spec.array("clusterIPs").strings();
        List<String> told = all.isEmpty() ? List.of(spec.string("clusterIP")) : all;
        return told.stream().filter(each -> !each.isEmpty() && !each.equals("None")).toList();
    }

    /// Below the numbers that a dry run gives.
    private static final int DRY_RUN_BASE = 32_768;

    /// The addresses and ports of one write.
    private final class Attempt implements Reservation {

        private final long rangesAt;
        private final JsonObject live;
        private final boolean dryRun;
        private final List<String> takenAddresses = new ArrayList<>();
        private final List<NodePorts.Port> takenPorts = new ArrayList<>();
        private final List<Integer> shownPorts = new ArrayList<>();
        private JsonObject object;

        /// @param rangesAt the revision of [#RANGES] before what is taken was read
        Attempt(JsonObject live, JsonObject next, boolean dryRun, long rangesAt) {
            this.rangesAt = rangesAt;
            this.live = live;
            this.dryRun = dryRun;
            this.object = next;
        }

        void run() {
            boolean isUnchanged =
                    ServiceFamilies.isUnchanged(live.object("spec"), object.object("spec"));
            if (ServiceShape.hasAddress(object) && !isUnchanged) {
                addresses();
            }
            if (ServiceShape.hasPorts(object)) {
                nodePorts();
            }
            healthPort();
        }

        /// Addresses for the families that have none yet.
        private void addresses() {
            JsonObject spec = object.object("spec");
            JsonObject old = live.object("spec");
            List<String> families = spec.array("ipFamilies").strings();
            List<String> given = new ArrayList<>(spec.array("clusterIPs").strings());
            boolean isNew = live.isEmpty() || !ServiceShape.hasAddress(live);
            boolean grows = old.array("ipFamilies").size() == 1 && families.size() == 2;
            boolean headless = old.string("clusterIP").equals("None") || given.contains("None");
            if (headless || !(isNew || grows)) {
                // what is not the one it has, validation refuses
                return;
            }
            int first = isNew ? 0 : 1;
            while (given.size() < families.size()) {
                given.add("");
            }
            for (int i = first; i < families.size(); i++) {
                given.set(i, address(families.get(i), given, i));
            }
            object = object.withAt(JsonArray.ofStrings(given), "spec", "clusterIPs");
            if (isNew) {
                object = object.withAt(Json.of(given.getFirst()), "spec", "clusterIP");
            }
        }

        private String address(String family, List<String> all, int index) {
            String asked = all.get(index);
            if (dryRun) {
                return shown(family, all, asked);
            }
            if (asked.isEmpty()) {
                String any = pools.takeAny(family, objects::exists);
                if (any.isEmpty()) {
                    throw full();
                }
                takenAddresses.add(any);
                return any;
            }
            if (!pools.holds(family, asked)) {
                throw refused(all, asked, "the provided network does not match the current range");
            }
            if (!pools.takeAsked(family, asked, objects::exists)) {
                throw refused(all, asked, "provided IP is already allocated");
            }
            takenAddresses.add(asked);
            return asked;
        }

        /// A dry run takes nothing: it shows the range's own address, and does not look whether
        /// one that was asked for is free.
        private String shown(String family, List<String> all, String asked) {
            Addresses pool = pools.first(family);
            if (pool == null) {
                throw full();
            }
            if (asked.isEmpty()) {
                return pool.network();
            }
            if (!pool.holds(asked)) {
                String why =
                        "the provided IP (%s) is not in the valid range. The range of valid IPs is %s";
                throw refused(all, asked, why.formatted(asked, pool.range()));
            }
            return asked;
        }

        private kat.api.StatusException full() {
            return Status.internalError(
                            "failed to allocate a serviceIP for Service \"%s\": range is full"
                                    .formatted(name()))
                    .asException();
        }

        private kat.api.StatusException refused(List<String> all, String asked, String why) {
            return invalid(
                    "spec.clusterIPs",
                    JsonArray.ofStrings(all).toString(),
                    "failed to allocate IP " + asked + ": " + why);
        }

        private void nodePorts() {
            List<Json> all = new ArrayList<>();
            List<NodePorts.Port> before = ServiceShape.ports(live);
            Map<Long, Long> byPort = ServiceShape.asked(object);
            boolean allocates = ServiceShape.allocatesPorts(object);
            int index = 0;
            for (JsonObject port : object.object("spec").array("ports").objects()) {
                long asked = port.integer("nodePort", 0);
                if (asked == 0 && !allocates) {
                    all.add(port);
                    index++;
                    continue;
                }
                if (asked == 0 && live.isEmpty()) {
                    asked = byPort.getOrDefault(port.integer("port", 0), 0L);
                }
                String protocol = port.string("protocol", "TCP");
                NodePorts.Port wanted = new NodePorts.Port(protocol, (int) asked);
                if (asked == 0) {
                    wanted = anyPort(protocol);
                    byPort.put(port.integer("port", 0), (long) wanted.number());
                } else if (isNew(wanted, before)) {
                    requireFree(wanted, index);
                    takenPorts.add(wanted);
                    shownPorts.add(wanted.number());
                }
                all.add(port.with("nodePort", wanted.number()));
                index++;
            }
            object = object.withAt(new JsonArray(all), "spec", "ports");
        }

        private boolean isNew(NodePorts.Port wanted, List<NodePorts.Port> before) {
            boolean shown = dryRun && shownPorts.contains(wanted.number());
            return !shown && !before.contains(wanted) && !takenPorts.contains(wanted);
        }

        /// A dry run shows numbers that nothing can have, after those that it asked for.
        private NodePorts.Port anyPort(String protocol) {
            if (!dryRun) {
                return takenPort(protocol);
            }
            int last = shownPorts.stream().mapToInt(Integer::intValue).max().orElse(DRY_RUN_BASE);
            shownPorts.add(last + 1);
            return new NodePorts.Port(protocol, last + 1);
        }

        private NodePorts.Port takenPort(String protocol) {
            try {
                NodePorts.Port port = ports.takeAny(protocol);
                takenPorts.add(port);
                metrics.port(false);
                return port;
            } catch (kat.api.StatusException full) {
                metrics.noPort(false);
                throw full;
            }
        }

        private void requireFree(NodePorts.Port port, int index) {
            String field = "spec.ports[" + index + "].nodePort";
            if (!ports.holds(port.number())) {
                if (dryRun) {
                    return; // as with Kubernetes: nothing is taken out of the range
                }
                metrics.noPort(true);
                throw invalid(
                        field,
                        Integer.toString(port.number()),
                        "provided port is not in the valid range. The range of valid ports is "
                                + ports.range());
            }
            boolean isFree = ports.take(port);
            if (!dryRun) {
                told(isFree);
            }
            if (!isFree) {
                throw invalid(
                        field,
                        Integer.toString(port.number()),
                        "provided port is already allocated");
            }
        }

        private void told(boolean isGiven) {
            if (isGiven) {
                metrics.port(true);
            } else {
                metrics.noPort(true);
            }
        }

        private void healthPort() {
            JsonObject spec = object.object("spec");
            if (ServiceShape.wantsHealthPort(object)
                    && spec.integer("healthCheckNodePort", 0) == 0) {
                NodePorts.Port port = anyPort("TCP");
                object = object.withAt(Json.of(port.number()), "spec", "healthCheckNodePort");
            }
        }

        private kat.api.StatusException invalid(String field, String value, String why) {
            return Status.invalid(
                            Kinds.SERVICE,
                            name(),
                            List.of(ServiceFamilies.invalid(field, value, why)))
                    .asException();
        }

        private String name() {
            return object.object("metadata").string("name");
        }

        @Override
        public JsonObject object() {
            return object;
        }

        @Override
        public List<Guard> guards() {
            List<Guard> guards = new ArrayList<>();
            for (String address : takenAddresses) {
                guards.add(objects.taken(address, object));
            }
            guards.addAll(objects.freed(dropped(), live));
            if (!takenPorts.isEmpty() && store.isShared()) {
                String given = String.join(",", ranges.addresses());
                byte[] told = JsonObject.of("range", Json.of(given)).toBytes();
                guards.add(Guard.writing(RANGES, rangesAt, Value.of(told)));
            }
            return guards;
        }

        /// The addresses that the Service had and has no longer.
        private List<String> dropped() {
            List<String> kept = addressesOf(object);
            return addressesOf(live).stream().filter(each -> !kept.contains(each)).toList();
        }

        @Override
        public void commit() {
            synchronized (lock) {
                dropped().forEach(pools::free);
                List<NodePorts.Port> keptPorts = ServiceShape.ports(object);
                for (NodePorts.Port port : ServiceShape.ports(live)) {
                    if (!keptPorts.contains(port)) {
                        ports.free(port);
                    }
                }
            }
        }

        @Override
        public void undo() {
            synchronized (lock) {
                takenAddresses.forEach(pools::free);
                takenPorts.forEach(ports::free);
                takenAddresses.clear();
                takenPorts.clear();
            }
        }
    }
}
