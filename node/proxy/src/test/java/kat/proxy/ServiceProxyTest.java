package kat.proxy;

import static kat.proxy.ProxyFixtures.CONFIG;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.testing.ReadOnlyTransport;
import kat.nftables.Change;
import kat.nftables.Element;
import kat.nftables.testing.FakeNftables;
import kat.nftables.testing.ScriptedCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceProxyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ticker ticker = new SystemTicker();
    private final ReadOnlyTransport api = new ReadOnlyTransport();
    private final Informers informers = new Informers(api, ticker);
    private final FakeNftables nftables = new FakeNftables();
    private final ScriptedCommands commands = new ScriptedCommands();
    private final ServiceProxy proxy =
            new ServiceProxy(informers, CONFIG, nftables, commands, ticker);

    @BeforeEach
    void startsWithOneService() throws Exception {
        api.put(Kinds.SERVICE, service("web", "10.96.0.20", port("UDP", 53, 30053)));
        api.put(Kinds.ENDPOINT_SLICE, slice("web", "UDP", 5353, "10.244.0.5"));
        proxy.start();
        assertTrue(proxy.awaitWritten(PATIENCE));
    }

    @AfterEach
    void closes() {
        proxy.close();
        informers.close();
    }

    @Test
    void writesTheWholeTableOnceAndThenOnlyChanges() throws Exception {
        assertEquals(List.of("10.244.0.5 . 5353"), targets());

        put(Kinds.ENDPOINT_SLICE, slice("web", "UDP", 5353, "10.244.0.6"));

        assertEquals(List.of("10.244.0.6 . 5353"), targets());
        assertEquals(
                1,
                nftables.applied().stream()
                        .filter(t -> t.changes().contains(new Change.ReplaceTable()))
                        .count());
        assertTrue(
                commands.ran()
                        .contains(
                                "conntrack -D -p udp --orig-dst 10.96.0.20 --orig-port-dst 53"
                                        + " --dst-nat 10.244.0.5"),
                commands.ran().toString());
    }

    @Test
    void writesTheWholeTableAgainAfterTheKernelRefusedAChange() throws Exception {
        nftables.fail(true);
        put(Kinds.ENDPOINT_SLICE, slice("web", "UDP", 5353, "10.244.0.7"), Duration.ofMillis(1));
        nftables.fail(false);

        assertTrue(proxy.awaitWritten(PATIENCE));
        assertEquals(List.of("10.244.0.7 . 5353"), targets());
    }

    @Test
    void opensHostPortsOfPodsOnThisNode() throws Exception {
        put(Kinds.POD, pod("node-a", "10.244.0.9"));
        assertEquals(
                List.of("tcp . 8080 : 10.244.0.9 . 80"),
                nftables.readElements(CONFIG.table(), FrontEnds.PORTS.endpoints(0)).stream()
                        .map(Element::toString)
                        .filter(text -> text.contains("8080"))
                        .toList());

        long removed = api.remove(Kinds.POD, pod("node-a", "").key());
        assertTrue(informers.informer(Kinds.POD).awaitRevision(removed, PATIENCE));
        assertTrue(proxy.awaitWritten(PATIENCE));
        assertEquals(1, nftables.readElements(CONFIG.table(), FrontEnds.PORTS.endpoints(0)).size());
    }

    @Test
    void prefersWhatIsMeantForTheZoneThatItsNodeHasNow() throws Exception {
        put(
                Kinds.ENDPOINT_SLICE,
                slice("web", "UDP", 5353, "10.244.0.5", "10.244.0.6")
                        .withTree(ServiceProxyTest::meantForZonesInTurn));

        put(Kinds.NODE, node("b"));
        assertEquals(List.of("10.244.0.6 . 5353"), targets());

        put(Kinds.NODE, node("a"));
        assertEquals(List.of("10.244.0.5 . 5353"), targets());
    }

    private static JsonObject meantForZonesInTurn(JsonObject slice) {
        List<Json> meant = new ArrayList<>();
        for (JsonObject endpoint : slice.array("endpoints").objects()) {
            String zone = meant.isEmpty() ? "a" : "b";
            JsonArray zones = JsonArray.of(JsonObject.EMPTY.with("name", zone));
            meant.add(endpoint.with("hints", JsonObject.of("forZones", zones)));
        }
        return slice.with("endpoints", new JsonArray(meant));
    }

    private static KubeObject node(String zone) {
        return KubeObject.parse(
                """
                {"apiVersion":"v1","kind":"Node",
                 "metadata":{"name":"node-a","labels":{"topology.kubernetes.io/zone":"%s"}}}
                """
                        .formatted(zone)
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void leavesRulesWhenClosedAndTakesThemAwayWhenRemoved() throws Exception {
        proxy.close();
        assertEquals(List.of("kat-test"), nftables.readTables());

        proxy.remove();
        assertEquals(List.of(), nftables.readTables());
    }

    private void put(Kind kind, KubeObject object) throws Exception {
        put(kind, object, PATIENCE);
    }

    private void put(Kind kind, KubeObject object, Duration patience) throws Exception {
        long revision = api.put(kind, object).revision();
        assertTrue(informers.informer(kind).awaitRevision(revision, PATIENCE));
        assertEquals(patience.equals(PATIENCE), proxy.awaitWritten(patience));
    }

    private List<String> targets() {
        return nftables.readElements(CONFIG.table(), FrontEnds.ADDRESSES.endpoints(0)).stream()
                .map(Element::value)
                .toList();
    }

    private static KubeObject pod(String node, String address) {
        return KubeObject.parse(
                ("{\"metadata\":{\"name\":\"p\",\"namespace\":\"default\"},"
                                + "\"spec\":{\"nodeName\":\""
                                + node
                                + "\",\"containers\":[{\"ports\":[{\"containerPort\":80,"
                                + "\"hostPort\":8080}]}]},\"status\":{\"phase\":\"Running\","
                                + "\"podIP\":\""
                                + address
                                + "\"}}")
                        .getBytes(StandardCharsets.UTF_8));
    }
}
