package kat.apiserver.services;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.validation.Validation;
import kat.apiserver.registry.NoReservations;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Reservations;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Randomness;
import kat.store.Entry;
import kat.store.Store;
import kat.store.Value;

/// Gives Services their cluster addresses and node ports. What is taken is kept in memory, read
/// from the stored Services when the first one is asked about.
///
/// Where other servers give out of the same ranges, what is taken is read from the stored Services
/// each time, and whoever takes something also writes [#RANGES], on condition that nobody has since
/// it was read: of two servers that took the same at once, one has to begin again.
///
/// | type | cluster address | node ports |
/// |---|---|---|
/// | ClusterIP | one, or `None` when asked | – |
/// | NodePort, LoadBalancer | one | one a port |
/// | ExternalName | – | – |
///
/// **Threads:** any.
///
/// **Source:** `pkg/registry/core/service/storage/alloc.go`.
public final class ServiceReservations implements Reservations {

    /// Written with each Service that is given something, by servers that are not alone.
    static final String RANGES = "/registry/ranges/services";

    private final Store store;
    private final Reader reader;
    private final Resources resources;
    private final Object lock = new Object();
    private final Ranges ranges;
    private final Randomness randomness;
    private Addresses addresses; // guarded by lock
    private NodePorts ports; // guarded by lock
    private boolean loaded; // guarded by lock

    public ServiceReservations(
            Store store, Reader reader, Resources resources, Ranges ranges, Randomness randomness) {
        this.store = store;
        this.ranges = ranges;
        this.randomness = randomness;
        this.reader = reader;
        this.resources = resources;
        this.addresses = new Addresses(ranges.addresses(), randomness);
        this.ports = new NodePorts(ranges.firstPort(), ranges.lastPort(), randomness);
    }

    /// What may be given out.
    public record Ranges(String addresses, int firstPort, int lastPort) {}

    @Override
    public Reservation reserve(Kind kind, JsonObject live, JsonObject next, boolean dryRun) {
        if (kind != Kinds.SERVICE) {
            return new NoReservations.Nothing(next);
        }
        synchronized (lock) {
            Entry written = store.isShared() ? store.get(RANGES) : null;
            load();
            long at = written == null ? 0 : written.modRevision();
            List<Status.Cause> faults =
                    Validation.serviceAddresses(ServiceShape.aligned(live, next));
            if (!faults.isEmpty()) {
                String name = next.object("metadata").string("name");
                throw Status.invalid(Kinds.SERVICE, name, faults).asException();
            }
            JsonObject wish = ServiceShape.completed(live, next);
            Attempt attempt = new Attempt(live, wish, dryRun, at);
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
    public void release(Kind kind, JsonObject object) {
        if (kind == Kinds.SERVICE) {
            synchronized (lock) {
                load();
                addressOf(object).forEach(addresses::free);
                ServiceShape.ports(object).forEach(ports::free);
            }
        }
    }

    private void load() {
        if (loaded && !store.isShared()) {
            return;
        }
        if (loaded) {
            addresses = new Addresses(ranges.addresses(), randomness);
            ports = new NodePorts(ranges.firstPort(), ranges.lastPort(), randomness);
        }
        loaded = true;
        Resource services = resources.require(Kinds.SERVICE);
        for (Entry entry : reader.page(services, new Reader.Query("", null, 0, 0, "")).entries()) {
            KubeObject service = services.object(entry);
            for (String address : addressOf(service.tree())) {
                if (addresses.holds(address)) {
                    addresses.take(address);
                }
            }
            ServiceShape.ports(service.tree()).forEach(ports::take);
        }
    }

    /// The one cluster address, if there is one.
    private static List<String> addressOf(JsonObject service) {
        String address = service.object("spec").string("clusterIP");
        return address.isEmpty() || address.equals("None") ? List.of() : List.of(address);
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
            if (ServiceShape.hasAddress(object)) {
                oneFamily();
                address();
            }
            if (ServiceShape.hasPorts(object)) {
                nodePorts();
            }
            healthPort();
        }

        /// There are addresses of one family only.
        private void oneFamily() {
            JsonObject spec = object.object("spec");
            boolean free =
                    spec.string("clusterIP").equals("None") && spec.object("selector").isEmpty();
            String policy = spec.string("ipFamilyPolicy");
            List<String> families = spec.array("ipFamilies").strings();
            if (policy.equals("SingleStack") && families.equals(List.of("IPv4", "IPv6"))) {
                throw invalid(
                        "spec.ipFamilyPolicy",
                        "\"SingleStack\"",
                        "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families"
                                + " are specified");
            }
            if (free || !policy.equals("RequireDualStack")) {
                return;
            }
            List<Status.Cause> causes = new ArrayList<>();
            causes.add(
                    cause(
                            "spec.ipFamilyPolicy",
                            "\"RequireDualStack\"",
                            "this cluster is not configured for dual-stack services"));
            for (int i = 0; i < families.size(); i++) {
                if (families.get(i).equals("IPv6")) {
                    causes.add(
                            cause(
                                    "spec.ipFamilies[" + i + "]",
                                    "\"IPv6\"",
                                    "not configured on this cluster"));
                }
            }
            throw Status.invalid(Kinds.SERVICE, name(), causes).asException();
        }

        private void address() {
            JsonArray several = object.object("spec").array("clusterIPs");
            if (several.size() > 1) {
                // validation refuses them
                object = object.withAt(several.get(0), "spec", "clusterIP");
                return;
            }
            String asked = object.object("spec").string("clusterIP");
            boolean noAddress = !asked.isEmpty() && !ServiceShape.isAddress(asked);
            if (noAddress || !addressOf(live).isEmpty()) {
                // what is none, or is not the one it has, validation names or refuses
                return;
            }
            String given = asked;
            if (asked.isEmpty()) {
                given = addresses.takeAny();
                if (given.isEmpty()) {
                    throw invalid(
                            "spec.clusterIPs",
                            "[]",
                            "failed to allocate a serviceIP: range is full");
                }
            } else if (!addresses.holds(asked)) {
                throw invalid(
                        "spec.clusterIPs",
                        "[\"" + asked + "\"]",
                        "failed to allocate IP "
                                + asked
                                + ": the provided IP ("
                                + asked
                                + ") is not in the valid range. The range of valid IPs is "
                                + addresses.range());
            } else if (!addresses.take(asked)) {
                throw invalid(
                        "spec.clusterIPs",
                        "[\"" + asked + "\"]",
                        "failed to allocate IP " + asked + ": provided IP is already allocated");
            }
            takenAddresses.add(given);
            Json text = Json.of(given);
            object =
                    object.withAt(text, "spec", "clusterIP")
                            .withAt(JsonArray.of(text), "spec", "clusterIPs");
        }

        private void nodePorts() {
            List<Json> all = new ArrayList<>();
            List<NodePorts.Port> before = ServiceShape.ports(live);
            int index = 0;
            for (JsonObject port : object.object("spec").array("ports").objects()) {
                long asked = port.integer("nodePort", 0);
                String protocol = port.string("protocol", "TCP");
                NodePorts.Port wanted = new NodePorts.Port(protocol, (int) asked);
                if (asked == 0) {
                    wanted = anyPort(protocol);
                } else if (!before.contains(wanted) && !takenPorts.contains(wanted)) {
                    requireFree(wanted, index);
                    takenPorts.add(wanted);
                    shownPorts.add(wanted.number());
                }
                all.add(port.with("nodePort", wanted.number()));
                index++;
            }
            object = object.withAt(new JsonArray(all), "spec", "ports");
        }

        /// A dry run shows numbers that nothing can have, after those that it asked for.
        private NodePorts.Port anyPort(String protocol) {
            if (!dryRun) {
                NodePorts.Port port = ports.takeAny(protocol);
                takenPorts.add(port);
                return port;
            }
            int last = shownPorts.stream().mapToInt(Integer::intValue).max().orElse(DRY_RUN_BASE);
            shownPorts.add(last + 1);
            return new NodePorts.Port(protocol, last + 1);
        }

        private void requireFree(NodePorts.Port port, int index) {
            String field = "spec.ports[" + index + "].nodePort";
            if (!ports.holds(port.number())) {
                throw invalid(
                        field,
                        Integer.toString(port.number()),
                        "provided port is not in the valid range. The range of valid ports is "
                                + ports.range());
            }
            if (!ports.take(port)) {
                throw invalid(
                        field,
                        Integer.toString(port.number()),
                        "provided port is already allocated");
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
            return Status.invalid(Kinds.SERVICE, name(), List.of(cause(field, value, why)))
                    .asException();
        }

        private String name() {
            return object.object("metadata").string("name");
        }

        private static Status.Cause cause(String field, String value, String why) {
            return new Status.Cause(
                    "FieldValueInvalid", "Invalid value: " + value + ": " + why, field);
        }

        @Override
        public JsonObject object() {
            return object;
        }

        @Override
        public List<Guard> guards() {
            boolean takesNothing = takenAddresses.isEmpty() && takenPorts.isEmpty();
            if (takesNothing || !store.isShared()) {
                return List.of();
            }
            byte[] told = JsonObject.of("range", Json.of(addresses.range())).toBytes();
            return List.of(new Guard(RANGES, rangesAt, Value.of(told)));
        }

        @Override
        public void commit() {
            synchronized (lock) {
                List<String> kept = addressOf(object);
                for (String address : addressOf(live)) {
                    if (!kept.contains(address)) {
                        addresses.free(address);
                    }
                }
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
                takenAddresses.forEach(addresses::free);
                takenPorts.forEach(ports::free);
                takenAddresses.clear();
                takenPorts.clear();
            }
        }
    }
}
