package kat.dns;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.client.ClusterView;
import kat.client.Index;
import kat.dns.DnsRecord.Address;
import kat.dns.DnsRecord.Pointer;
import kat.dns.ServiceNames.NamedPort;
import kat.dns.SliceNames.NamedEndpoint;
import org.jspecify.annotations.Nullable;

/// Answers questions about the cluster from what the informers hold at that moment. Keeps nothing
/// of its own, so it is never older than they are.
///
/// | name below the zone                  | records                                             |
/// |--------------------------------------|-----------------------------------------------------|
/// | `dns-version`                        | TXT                                                 |
/// | `SERVICE.NS.svc`                     | A, AAAA: its address; headless: of each endpoint    |
/// | `_PORT._PROTOCOL.SERVICE.NS.svc`     | SRV                                                 |
/// | `HOST.SERVICE.NS.svc`                | A, AAAA of an endpoint                              |
/// | `1-2-3-4.NS.pod`                     | A                                                   |
/// | address in `in-addr.arpa`            | PTR to the Service or endpoint                      |
///
/// A Service of type ExternalName is a CNAME. Names above others exist without records; namespaces
/// exist when their object does.
///
/// **Threads:** any.
///
/// **Source:** Kubernetes DNS-Based Service Discovery 1.1.0; where it is silent, CoreDNS.
final class ClusterZone {

    static final Index SLICES_BY_SERVICE =
            new Index("dns-service", slice -> List.of(SliceNames.of(slice).service().toString()));
    static final Index SLICES_BY_ADDRESS =
            new Index(
                    "dns-address",
                    slice ->
                            SliceNames.of(slice).endpoints().stream()
                                    .map(endpoint -> ReverseNames.plain(endpoint.address()))
                                    .distinct()
                                    .toList());
    static final Index SERVICES_BY_ADDRESS =
            new Index(
                    "dns-address",
                    service ->
                            ServiceNames.of(service).addresses().stream()
                                    .map(ReverseNames::plain)
                                    .toList());

    private static final String SPECIFICATION = "1.1.0";
    private static final int WEIGHTS = 100;
    private static final DnsName IPV4_REVERSE = DnsName.of("in-addr.arpa");
    private static final DnsName IPV6_REVERSE = DnsName.of("ip6.arpa");

    private final ClusterView cluster;
    private final DnsName zone;
    private final List<DnsName> reverseZones;
    private final int ttl;

    ClusterZone(ClusterView cluster, DnsConfig config) {
        this.cluster = cluster;
        this.zone = DnsName.of(config.zone());
        this.reverseZones = config.reverseZones().stream().map(DnsName::of).toList();
        this.ttl = config.ttlSeconds();
    }

    /// The answer; null when the name is not the cluster's and others are to be asked. The answer
    /// to an external name holds the CNAME only.
    @Nullable DnsAnswer resolve(DnsName name, int type) {
        if (name.isAtOrBelow(zone)) {
            return inZone(name, type);
        }
        if (name.isAtOrBelow(IPV4_REVERSE) || name.isAtOrBelow(IPV6_REVERSE)) {
            return reverse(name, type);
        }
        return null;
    }

    /// Labels are counted from the right: `svc` or `pod`, namespace, Service, and what is before.
    private DnsAnswer inZone(DnsName name, int type) {
        List<String> labels = name.labelsBefore(zone);
        int count = labels.size();
        if (count == 0) {
            return apex(type);
        }
        String branch = labels.get(count - 1);
        if (count == 1 && branch.equals("dns-version")) {
            return choose(
                    type, List.of(new DnsRecord(name, ttl, new DnsRecord.Text(SPECIFICATION))));
        }
        if (count == 1 && branch.equals("dns")) {
            return noData();
        }
        if (!branch.equals("svc") && !branch.equals("pod")) {
            return branch.equals("dns") && count == 2 && labels.getFirst().equals("ns")
                    ? noData()
                    : noSuchName();
        }
        if (count == 1) {
            return noData();
        }
        String namespace = labels.get(count - 2);
        if (cluster.get(Kinds.NAMESPACE, ObjectKey.of("", namespace)) == null) {
            return noSuchName();
        }
        if (count == 2) {
            return noData();
        }
        return branch.equals("pod")
                ? pod(name, labels, type)
                : service(name, labels.subList(0, count - 1), type);
    }

    private DnsAnswer apex(int type) {
        if (type == Dns.SOA) {
            return DnsAnswer.of(List.of(authority()), List.of());
        }
        DnsName server = zone.below("ns", "dns");
        return choose(type, List.of(new DnsRecord(zone, ttl, new Pointer(Dns.NS, server))));
    }

    private DnsAnswer pod(DnsName name, List<String> labels, int type) {
        InetAddress address = labels.size() == 3 ? undashed(labels.getFirst()) : null;
        return address == null
                ? noSuchName()
                : choose(type, List.of(new DnsRecord(name, ttl, new Address(address))));
    }

    private static @Nullable InetAddress undashed(String label) {
        if (label.matches("[0-9]{1,3}(-[0-9]{1,3}){3}")) {
            return literal(label.replace('-', '.'));
        }
        return label.matches("[0-9a-f-]+") && label.indexOf('-') != label.lastIndexOf('-')
                ? literal(label.replace('-', ':'))
                : null;
    }

    private static @Nullable InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    /// @param labels before `svc`, ending with Service and namespace
    private DnsAnswer service(DnsName name, List<String> labels, int type) {
        int count = labels.size();
        ObjectKey key = ObjectKey.of(labels.get(count - 1), labels.get(count - 2));
        KubeObject object = cluster.get(Kinds.SERVICE, key);
        if (object == null || count > 4) {
            return noSuchName();
        }
        ServiceNames service = ServiceNames.of(object);
        DnsName base = new DnsName(name.labels().subList(count - 2, name.size()));
        if (service.isExternal()) {
            return count > 2 ? noSuchName() : external(name, service);
        }
        return switch (count) {
            case 2 -> records(name, new Wanted(service, base, null, null, null), type);
            case 3 -> third(name, service, base, type);
            default -> {
                String port = labels.get(0);
                String protocol = labels.get(1);
                yield port.startsWith("_") && protocol.startsWith("_")
                        ? records(
                                name,
                                new Wanted(
                                        service,
                                        base,
                                        null,
                                        port.substring(1),
                                        protocol.substring(1)),
                                type)
                        : noSuchName();
            }
        };
    }

    /// `_tcp.SERVICE` has names below it if the Service has a port of that protocol.
    private DnsAnswer third(DnsName name, ServiceNames service, DnsName base, int type) {
        String label = name.label(0);
        if (label.startsWith("_")) {
            String protocol = label.substring(1);
            return service.ports().stream().anyMatch(port -> port.matches(null, protocol))
                    ? noData()
                    : noSuchName();
        }
        return records(name, new Wanted(service, base, label, null, null), type);
    }

    private DnsAnswer external(DnsName name, ServiceNames service) {
        DnsName target = DnsName.of(service.externalName());
        if (!target.isWritable()) {
            return noData();
        }
        return DnsAnswer.of(
                List.of(new DnsRecord(name, ttl, new Pointer(Dns.CNAME, target))), List.of());
    }

    /// What of a Service is asked for.
    ///
    /// @param base the Service's own name
    /// @param host of one endpoint; null for all
    /// @param port null for all
    /// @param protocol null for all
    private record Wanted(
            ServiceNames service,
            DnsName base,
            @Nullable String host,
            @Nullable String port,
            @Nullable String protocol) {}

    /// An address and port with the name that leads to it.
    private record Found(DnsName target, String address, int port) {}

    private DnsAnswer records(DnsName name, Wanted wanted, int type) {
        SequencedSet<Found> found = new LinkedHashSet<>();
        if (wanted.service().isHeadless() || wanted.host() != null) {
            findEndpoints(wanted, found);
        } else {
            for (String address : wanted.service().addresses()) {
                for (NamedPort port : wanted.service().ports()) {
                    if (port.matches(wanted.port(), wanted.protocol())) {
                        found.add(new Found(wanted.base(), address, port.number()));
                    }
                }
                if (wanted.port() == null && wanted.service().ports().isEmpty()) {
                    found.add(new Found(wanted.base(), address, 0));
                }
            }
        }
        if (found.isEmpty()) {
            return noSuchName();
        }
        return type == Dns.SRV ? services(name, found) : choose(type, addresses(name, found));
    }

    private void findEndpoints(Wanted wanted, Collection<Found> found) {
        for (KubeObject object :
                cluster.indexed(
                        Kinds.ENDPOINT_SLICE,
                        SLICES_BY_SERVICE,
                        wanted.service().key().toString())) {
            SliceNames slice = SliceNames.of(object);
            for (NamedEndpoint endpoint : slice.endpoints()) {
                if (wanted.host() != null && !wanted.host().equals(endpoint.host())) {
                    continue;
                }
                DnsName target = wanted.base().below(endpoint.host());
                for (NamedPort port : slice.ports()) {
                    if (port.matches(wanted.port(), wanted.protocol())) {
                        found.add(new Found(target, endpoint.address(), port.number()));
                    }
                }
                if (wanted.port() == null && slice.ports().isEmpty()) {
                    found.add(new Found(target, endpoint.address(), 0));
                }
            }
        }
    }

    private List<DnsRecord> addresses(DnsName name, Collection<Found> found) {
        SequencedSet<DnsRecord> records = new LinkedHashSet<>();
        for (Found entry : found) {
            InetAddress address = literal(entry.address());
            if (address != null) {
                records.add(new DnsRecord(name, ttl, new Address(address)));
            }
        }
        return List.copyOf(records);
    }

    private DnsAnswer services(DnsName name, Collection<Found> found) {
        SequencedSet<DnsRecord> answers = new LinkedHashSet<>();
        SequencedSet<DnsRecord> additional = new LinkedHashSet<>();
        long targets = found.stream().filter(entry -> entry.port() > 0).count();
        int weight = (int) Math.max(1, WEIGHTS / Math.max(1, targets));
        for (Found entry : found) {
            if (entry.port() > 0) {
                var data = new DnsRecord.Service(0, weight, entry.port(), entry.target());
                answers.add(new DnsRecord(name, ttl, data));
                additional.addAll(addresses(entry.target(), List.of(entry)));
            }
        }
        return answers.isEmpty()
                ? noData()
                : DnsAnswer.of(List.copyOf(answers), List.copyOf(additional));
    }

    private @Nullable DnsAnswer reverse(DnsName name, int type) {
        String address = ReverseNames.address(name);
        List<DnsRecord> answers = new ArrayList<>();
        if (address != null) {
            for (KubeObject object : cluster.indexed(Kinds.SERVICE, SERVICES_BY_ADDRESS, address)) {
                answers.add(pointer(name, serviceName(object.key())));
            }
            for (KubeObject object :
                    answers.isEmpty()
                            ? cluster.indexed(Kinds.ENDPOINT_SLICE, SLICES_BY_ADDRESS, address)
                            : List.<KubeObject>of()) {
                SliceNames slice = SliceNames.of(object);
                for (NamedEndpoint endpoint : slice.endpoints()) {
                    if (ReverseNames.plain(endpoint.address()).equals(address)
                            && !slice.service().name().isEmpty()) {
                        answers.add(
                                pointer(name, serviceName(slice.service()).below(endpoint.host())));
                    }
                }
            }
        }
        if (!answers.isEmpty()) {
            return choose(type, answers.stream().distinct().toList());
        }
        return reverseZones.stream().anyMatch(name::isAtOrBelow) ? noSuchName() : null;
    }

    private DnsName serviceName(ObjectKey service) {
        return zone.below(service.name(), service.namespace(), "svc");
    }

    private DnsRecord pointer(DnsName name, DnsName target) {
        return new DnsRecord(name, ttl, new Pointer(Dns.PTR, target));
    }

    /// Those of an existing name's records that were asked for.
    private DnsAnswer choose(int type, List<DnsRecord> records) {
        List<DnsRecord> fitting = records.stream().filter(r -> r.type() == type).toList();
        return fitting.isEmpty() ? noData() : DnsAnswer.of(fitting, List.of());
    }

    private DnsAnswer noData() {
        return DnsAnswer.noData(authority());
    }

    private DnsAnswer noSuchName() {
        return DnsAnswer.noSuchName(authority());
    }

    private DnsRecord authority() {
        return new DnsRecord(
                zone,
                ttl,
                new DnsRecord.Authority(zone.below("ns", "dns"), zone.below("hostmaster"), 1, ttl));
    }
}
