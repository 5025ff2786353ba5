package kat.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterZoneTest {

    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, new FakeTicker(Instant.EPOCH));
    private final ClusterZone zone =
            new ClusterZone(informers, DnsFixtures.config(Path.of("/nowhere")));

    @BeforeEach
    void fillsTheCluster() throws Exception {
        DnsFixtures.fill(api);
        informers.informer(Kinds.NAMESPACE);
        informers.informer(Kinds.SERVICE, ClusterZone.SERVICES_BY_ADDRESS);
        informers.informer(
                Kinds.ENDPOINT_SLICE, ClusterZone.SLICES_BY_SERVICE, ClusterZone.SLICES_BY_ADDRESS);
        assertTrue(informers.awaitSynced(Duration.ofSeconds(10)));
    }

    @AfterEach
    void closesInformers() {
        informers.close();
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "web.default.svc.cluster.local | A | 10.96.0.20",
                "WEB.Default.svc.Cluster.Local | A | 10.96.0.20",
                "web.default.svc.cluster.local | AAAA | fd00:0:0:0:0:0:0:20",
                "web.default.svc.cluster.local | TXT | NODATA",
                "web.default.svc.cluster.local | CNAME | NODATA",
                "web.missing.svc.cluster.local | A | NXDOMAIN",
                "web.empty.svc.cluster.local | A | NXDOMAIN",
                "missing.default.svc.cluster.local | AAAA | NXDOMAIN",
                "_http._tcp.web.default.svc.cluster.local | SRV | 0 50 80 web.default.svc",
                "_dns._udp.web.default.svc.cluster.local | SRV | 0 50 53 web.default.svc",
                "_http._udp.web.default.svc.cluster.local | SRV | NXDOMAIN",
                "_tcp.web.default.svc.cluster.local | A | NODATA",
                "_sctp.web.default.svc.cluster.local | A | NXDOMAIN",
                "x._http._tcp.web.default.svc.cluster.local | SRV | NXDOMAIN",
                "db.default.svc.cluster.local | A | 10.244.0.5, 10.244.0.6",
                "db.default.svc.cluster.local | AAAA | NODATA",
                "db-0.db.default.svc.cluster.local | A | 10.244.0.5",
                "10-244-0-6.db.default.svc.cluster.local | A | 10.244.0.6",
                "10-244-0-5.db.default.svc.cluster.local | A | NXDOMAIN",
                "10-244-0-7.db.default.svc.cluster.local | A | NXDOMAIN",
                "_sql._tcp.db.default.svc.cluster.local | SRV |"
                        + " 0 50 5432 db-0.db.default.svc, 0 50 5432 10-244-0-6.db.default.svc",
                "idle.default.svc.cluster.local | A | NXDOMAIN",
                "far.default.svc.cluster.local | A | www.example.com.",
                "far.default.svc.cluster.local | CNAME | www.example.com.",
                "far.default.svc.cluster.local | AAAA | www.example.com.",
                "x.far.default.svc.cluster.local | A | NXDOMAIN",
                "10-244-0-5.default.pod.cluster.local | A | 10.244.0.5",
                "10-244-0-5.default.pod.cluster.local | AAAA | NODATA",
                "fd00--1.default.pod.cluster.local | AAAA | fd00:0:0:0:0:0:0:1",
                "10-244-0-5.missing.pod.cluster.local | A | NXDOMAIN",
                "10-244-0-500.default.pod.cluster.local | A | NXDOMAIN",
                "x.default.pod.cluster.local | A | NXDOMAIN",
                "a.10-244-0-5.default.pod.cluster.local | A | NXDOMAIN",
                "default.svc.cluster.local | A | NODATA",
                "missing.svc.cluster.local | A | NXDOMAIN",
                "default.pod.cluster.local | A | NODATA",
                "svc.cluster.local | A | NODATA",
                "pod.cluster.local | A | NODATA",
                "cluster.local | A | NODATA",
                "cluster.local | NS | ns.dns.cluster.local.",
                "other.cluster.local | A | NXDOMAIN",
                "www.google.com.default.svc.cluster.local | A | NXDOMAIN",
                "www.google.com.svc.cluster.local | A | NXDOMAIN",
                "www.google.com.cluster.local | A | NXDOMAIN",
                "dns-version.cluster.local | TXT | 1.1.0",
                "dns-version.cluster.local | A | NODATA",
                "20.0.96.10.in-addr.arpa | PTR | web.default.svc.cluster.local.",
                "5.0.244.10.in-addr.arpa | PTR | db-0.db.default.svc.cluster.local.",
                "6.0.244.10.in-addr.arpa | PTR | 10-244-0-6.db.default.svc.cluster.local.",
                "99.0.96.10.in-addr.arpa | PTR | NXDOMAIN",
                "0.96.10.in-addr.arpa | PTR | NXDOMAIN",
                "1.1.168.192.in-addr.arpa | PTR | ELSEWHERE",
                "0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa | PTR |"
                        + " web.default.svc.cluster.local.",
                "www.example.com | A | ELSEWHERE",
                "local | A | ELSEWHERE",
                "xcluster.local | A | ELSEWHERE",
            })
    void answersAsTheSpecificationSays(String name, String type, String expected) {
        assertEquals(expected, shown(zone.resolve(DnsName.of(name), number(type))));
    }

    @Test
    void rangesOfBothFamiliesAreZones() {
        assertEquals("96.10.in-addr.arpa", DnsConfig.reverseZone("10.96.0.0/16"));
        assertEquals("0.1.0.0.0.d.f.ip6.arpa", DnsConfig.reverseZone("fd00:100::/28"));
    }

    @Test
    void saysInTheAuthoritySectionHowLongNothingMayBeRemembered() {
        DnsAnswer answer = zone.resolve(DnsName.of("nobody.cluster.local"), Dns.A);

        assertEquals(1, answer.authority().size());
        assertEquals(Dns.SOA, answer.authority().getFirst().type());
        assertEquals("cluster.local.", answer.authority().getFirst().name().toString());
        assertEquals(5, answer.authority().getFirst().ttl());
    }

    @Test
    void addsAddressesOfServiceTargets() {
        DnsAnswer answer =
                zone.resolve(DnsName.of("_sql._tcp.db.default.svc.cluster.local"), Dns.SRV);

        assertEquals(
                List.of(
                        "db-0.db.default.svc.cluster.local. A",
                        "10-244-0-6.db.default.svc.cluster" + ".local. A"),
                answer.additional().stream().map(r -> r.name() + " A").toList());
    }

    @Test
    void followsChangesOfEndpointsAtOnce() throws Exception {
        long revision =
                api.put(
                                Kinds.ENDPOINT_SLICE,
                                DnsFixtures.slice(
                                        "idle",
                                        "'ports':[{'port':80,'protocol':'TCP'}],'endpoints':["
                                                + "{'addresses':['10.244.0.9']}]"))
                        .revision();
        assertTrue(
                informers
                        .informer(Kinds.ENDPOINT_SLICE)
                        .awaitRevision(revision, Duration.ofSeconds(10)));

        assertEquals(
                "10.244.0.9",
                shown(zone.resolve(DnsName.of("idle.default.svc.cluster.local"), Dns.A)));
    }

    @Test
    void leavesNamesOfOthersToOthers() {
        assertNull(zone.resolve(DnsName.of("."), Dns.NS));
    }

    private static int number(String type) {
        return switch (type) {
            case "A" -> Dns.A;
            case "AAAA" -> Dns.AAAA;
            case "NS" -> Dns.NS;
            case "TXT" -> Dns.TXT;
            case "SRV" -> Dns.SRV;
            case "PTR" -> Dns.PTR;
            default -> Dns.CNAME;
        };
    }

    private static String shown(DnsAnswer answer) {
        if (answer == null) {
            return "ELSEWHERE";
        }
        if (answer.rcode() == Dns.NO_SUCH_NAME) {
            return "NXDOMAIN";
        }
        return answer.answers().isEmpty()
                ? "NODATA"
                : String.join(", ", answer.answers().stream().map(r -> shown(r.data())).toList());
    }

    private static String shown(DnsRecord.Data data) {
        return switch (data) {
            case DnsRecord.Address(var address) -> address.getHostAddress();
            case DnsRecord.Pointer(_, var target) -> target.toString();
            case DnsRecord.Text(var text) -> text;
            case DnsRecord.Authority _ -> "SOA";
            case DnsRecord.Service service ->
                    service.priority()
                            + " "
                            + service.weight()
                            + " "
                            + service.port()
                            + " "
                            + service.target().toString().replace(".cluster.local.", "");
        };
    }
}
