package kat.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;

class DnsObjectsTest {

    @Test
    void namesTheServiceAsPodsKnowIt() {
        KubeObject service = DnsObjects.service("10.96.0.10");

        assertEquals("Service kube-system/kube-dns", service.toString());
        assertEquals(List.of("10.96.0.10"), ServiceNames.of(service).addresses());
        assertEquals(
                List.of("dns udp 53", "dns-tcp tcp 53"),
                ServiceNames.of(service).ports().stream()
                        .map(p -> p.name() + " " + p.protocol() + " " + p.number())
                        .toList());
    }

    @Test
    void leadsToWhereTheServerListens() {
        SliceNames slice = SliceNames.of(DnsObjects.endpoints("10.244.0.1", 5353));

        assertEquals("kube-system/kube-dns", slice.service().toString());
        assertEquals("10.244.0.1", slice.endpoints().getFirst().address());
        assertEquals(5353, slice.ports().getFirst().number());
    }
}
