package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static kat.proxy.ProxyFixtures.all;
import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.set;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.base.Randomness;
import kat.nftables.Change;
import kat.nftables.Element;
import kat.nftables.testing.FakeNftables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DesiredTableTest {

    private final DesiredTable table = new DesiredTable(CONFIG);
    private final FakeNftables nftables = new FakeNftables();

    @BeforeEach
    void writesTheEmptyTable() {
        nftables.apply(table.whole());
    }

    @Test
    void changesOnlyTheElementsThatDiffer() {
        KubeObject web = service("web", "10.96.0.20", port("TCP", 80, 0));
        put("web", compute(web, slice("web", "TCP", 80, "10.244.1.5 @b", "10.244.1.6 @b")));

        DesiredTable.Step step =
                put("web", compute(web, slice("web", "TCP", 80, "10.244.1.5 @b", "10.244.1.7 @b")));

        String key = "10.96.0.20 . tcp . 80";
        assertEquals(
                List.of(
                        new Change.RemoveElements(
                                "service-endpoint-1", List.of(new Element(key, "10.244.1.6 . 80"))),
                        new Change.AddElements(
                                "service-endpoint-1",
                                List.of(new Element(key, "10.244.1.7 . 80")))),
                step.change().changes());
    }

    @Test
    void doesNothingWhenNothingDiffers() {
        KubeObject web = service("web", "10.96.0.20", port("TCP", 80, 0));
        put("web", compute(web, slice("web", "TCP", 80, "10.244.0.5")));

        DesiredTable.Step step = put("web", compute(web, slice("web", "TCP", 80, "10.244.0.5")));

        assertTrue(step.change().isEmpty() && step.cleaning().isEmpty());
        assertTrue(step.goneFlows().isEmpty() && step.newFrontEnds().isEmpty());
    }

    @Test
    void givesAnElementThatTwoWantToTheFirstAndThenToTheOther() {
        Fragment one = external("one", "10.96.0.21", "10.244.1.1 @b");
        Fragment two = external("two", "10.96.0.22", "10.244.1.2 @b");

        put("two", two);
        put("one", one);
        assertEquals("10.244.1.1 . 80", target());

        put("one", Fragment.EMPTY);
        assertEquals("10.244.1.2 . 80", target());
        put("two", Fragment.EMPTY);
        assertEquals(0, table.size());
    }

    @Test
    void removesChainsAndSetsOfAffinityAfterNothingNamesThem() {
        KubeObject sticky =
                service(
                        "web",
                        "10.96.0.20",
                        all(port("TCP", 80, 0), set("sessionAffinity", Json.of("ClientIP"))));
        put("web", compute(sticky, slice("web", "TCP", 80, "10.244.0.5", "10.244.0.6")));
        assertEquals(3, nftables.rules(CONFIG.table(), "sticky/default/web/tcp/80").size());

        DesiredTable.Step step = put("web", compute(sticky, slice("web", "TCP", 80, "10.244.0.5")));

        assertEquals(2, nftables.rules(CONFIG.table(), "sticky/default/web/tcp/80").size());
        assertEquals(
                List.of("to/default/web/tcp/80/10.244.0.6/80"),
                step.cleaning().changes().stream()
                        .filter(c -> c instanceof Change.RemoveChain)
                        .map(c -> ((Change.RemoveChain) c).chain())
                        .toList());
    }

    @Test
    void saysWhichUdpFlowsMustNotGoOn() {
        KubeObject dns = service("dns", "10.96.0.20", port("UDP", 53, 0));
        put("dns", compute(dns, slice("dns", "UDP", 53, "10.244.0.5")));

        DesiredTable.Step step = put("dns", compute(dns, slice("dns", "UDP", 53, "10.244.0.6")));

        assertEquals(
                List.of(new Fragment.UdpFlow("10.96.0.20", 53, "10.244.0.5")),
                List.copyOf(step.goneFlows()));
        assertTrue(step.newFrontEnds().isEmpty());
    }

    /// Whatever the history, the changed table equals one that is written anew.
    @Test
    void endsWhereAWholeWriteWouldEnd() {
        for (long seed = 0; seed < 40; seed++) {
            DesiredTable changing = new DesiredTable(CONFIG);
            FakeNftables kernel = new FakeNftables();
            kernel.apply(changing.whole());
            Randomness random = Randomness.seeded(seed);
            for (int i = 0; i < 30; i++) {
                TreeMap<String, Fragment> changed = new TreeMap<>();
                for (int j = 0; j <= random.nextInt(3); j++) {
                    String name = "s" + random.nextInt(5);
                    changed.put(name, randomFragment(name, random));
                }
                DesiredTable.Step step = changing.update(changed);
                kernel.apply(step.change());
                kernel.apply(step.cleaning());
            }
            FakeNftables anew = new FakeNftables();
            anew.apply(changing.whole());
            for (Change change : changing.whole().changes()) {
                if (change instanceof Change.AddSet(var set)) {
                    assertEquals(
                            anew.readElements(CONFIG.table(), set),
                            kernel.readElements(CONFIG.table(), set),
                            "seed " + seed);
                }
            }
        }
    }

    private static Fragment randomFragment(String name, Randomness random) {
        if (random.nextInt(4) == 0) {
            return Fragment.EMPTY;
        }
        String[] endpoints = new String[random.nextInt(4)];
        for (int i = 0; i < endpoints.length; i++) {
            endpoints[i] = "10.244.0." + (2 + random.nextInt(6));
        }
        String affinity = random.nextInt(3) == 0 ? "ClientIP" : "None";
        KubeObject service =
                service(
                        name,
                        "10.96.0." + (20 + random.nextInt(3)),
                        all(
                                port("TCP", 80, 30000 + random.nextInt(3)),
                                set("sessionAffinity", Json.of(affinity))));
        return compute(service, slice(name, "TCP", 80, endpoints));
    }

    private Fragment external(String name, String address, String endpoint) {
        return compute(
                service(
                        name,
                        address,
                        all(
                                port("TCP", 80, 0),
                                set(
                                        "externalIPs",
                                        kat.api.json.JsonArray.ofStrings(List.of("203.0.113.9"))))),
                slice(name, "TCP", 80, endpoint));
    }

    private String target() {
        return nftables.readElements(CONFIG.table(), FrontEnds.ADDRESSES.endpoints(0)).stream()
                .filter(element -> element.key().startsWith("203.0.113.9"))
                .map(Element::value)
                .findFirst()
                .orElse("nobody");
    }

    private DesiredTable.Step put(String owner, Fragment fragment) {
        DesiredTable.Step step = table.update(new TreeMap<>(Map.of(owner, fragment)));
        nftables.apply(step.change());
        nftables.apply(step.cleaning());
        return step;
    }
}
