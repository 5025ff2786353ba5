package kat.proxy;

import static kat.proxy.ProxyFixtures.all;
import static kat.proxy.ProxyFixtures.compute;
import static kat.proxy.ProxyFixtures.port;
import static kat.proxy.ProxyFixtures.service;
import static kat.proxy.ProxyFixtures.set;
import static kat.proxy.ProxyFixtures.slice;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.proxy.Fragment.UdpFlow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ServiceRulesTest {

    private static final String VIP = "10.96.0.20";

    /// @param expected elements as `set: key [: value]`, without cluster addresses
    record Case(String name, KubeObject service, List<KubeObject> slices, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> all = new ArrayList<>(choices());
        all.addAll(policies());
        return all;
    }

    private static List<Case> choices() {
        return List.of(
                new Case(
                        "sends to each ready endpoint",
                        tcp(0),
                        List.of(
                                slice(
                                        "web",
                                        "TCP",
                                        8080,
                                        "10.244.0.6",
                                        "10.244.0.5",
                                        "10.244.1.7 @b")),
                        List.of(
                                "hairpins: 10.244.0.5 . 10.244.0.5",
                                "hairpins: 10.244.0.6 . 10.244.0.6",
                                "service-endpoint-0: 10.96.0.20 . tcp . 80 : 10.244.0.5 . 8080",
                                "service-endpoint-1: 10.96.0.20 . tcp . 80 : 10.244.0.6 . 8080",
                                "service-endpoint-2: 10.96.0.20 . tcp . 80 : 10.244.1.7 . 8080",
                                "services: 10.96.0.20 . tcp . 80 : goto service-pick-3")),
                new Case(
                        "leaves out what is not ready and what terminates",
                        tcp(0),
                        List.of(
                                slice(
                                        "web",
                                        "TCP",
                                        80,
                                        "10.244.1.5 @b",
                                        "10.244.1.6 unready @b",
                                        "10.244.1.7 terminating serving @b")),
                        List.of(
                                "service-endpoint-0: 10.96.0.20 . tcp . 80 : 10.244.1.5 . 80",
                                "services: 10.96.0.20 . tcp . 80 : goto service-pick-1")),
                new Case(
                        "falls back to endpoints that terminate and still serve",
                        tcp(0),
                        List.of(
                                slice(
                                        "web",
                                        "TCP",
                                        80,
                                        "10.244.1.6 unready @b",
                                        "10.244.1.7 terminating serving @b",
                                        "10.244.1.8 terminating @b")),
                        List.of(
                                "service-endpoint-0: 10.96.0.20 . tcp . 80 : 10.244.1.7 . 80",
                                "services: 10.96.0.20 . tcp . 80 : goto service-pick-1")));
    }

    private static List<Case> policies() {
        return List.of(
                new Case(
                        "refuses where there is no endpoint, on the node's port too",
                        tcp(30080),
                        List.of(),
                        List.of(
                                "open-ports: tcp . 30080",
                                "ports-refused: tcp . 30080 : goto refuse",
                                "services-refused: 10.96.0.20 . tcp . 80 : goto refuse")),
                new Case(
                        "keeps inside traffic on the node and drops it where nobody is",
                        spec(port("TCP", 80, 0), set("internalTrafficPolicy", Json.of("Local"))),
                        List.of(slice("web", "TCP", 80, "10.244.1.5 @b")),
                        List.of("services-refused: 10.96.0.20 . tcp . 80 : goto refuse-drop")),
                new Case(
                        "keeps outside traffic on the node and lets inside traffic go anywhere",
                        spec(
                                port("TCP", 80, 30080),
                                set("type", Json.of("NodePort")),
                                set("externalTrafficPolicy", Json.of("Local")),
                                set("externalIPs", JsonArray.ofStrings(List.of("203.0.113.9")))),
                        List.of(slice("web", "TCP", 80, "10.244.1.5 @b")),
                        List.of(
                                "open-ports: tcp . 30080",
                                "outside-ports-refused: tcp . 30080 : goto refuse-drop",
                                "outside-services-refused: 203.0.113.9 . tcp . 80"
                                        + " : goto refuse-drop",
                                "port-endpoint-0: tcp . 30080 : 10.244.1.5 . 80",
                                "ports: tcp . 30080 : goto port-pick-1",
                                "service-endpoint-0: 10.96.0.20 . tcp . 80 : 10.244.1.5 . 80",
                                "service-endpoint-0: 203.0.113.9 . tcp . 80 : 10.244.1.5 . 80",
                                "services: 10.96.0.20 . tcp . 80 : goto service-pick-1",
                                "services: 203.0.113.9 . tcp . 80 : goto service-pick-1")),
                new Case(
                        "does nothing for a headless Service",
                        spec(
                                port("TCP", 80, 0),
                                set("clusterIP", Json.of("None")),
                                set("clusterIPs", JsonArray.ofStrings(List.of("None")))),
                        List.of(slice("web", "TCP", 80, "10.244.0.5")),
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void computesElements(Case example) {
        Fragment fragment = compute(example.service(), example.slices().toArray(new KubeObject[0]));

        assertEquals(
                example.expected(),
                fragment.elements().entrySet().stream()
                        .filter(e -> !e.getKey().set().equals("cluster-ips"))
                        .map(
                                e ->
                                        e.getKey().set()
                                                + ": "
                                                + e.getKey().key()
                                                + (e.getValue().isEmpty()
                                                        ? ""
                                                        : " : " + e.getValue()))
                        .toList());
    }

    @Test
    void leavesServicesOfOtherProxiesAlone() {
        KubeObject service =
                tcp(0).withMetadata(
                                metadata ->
                                        metadata.with(
                                                "labels",
                                                JsonObject.of(
                                                        "service.kubernetes.io/service-proxy-name",
                                                        Json.of("other"))));

        assertSame(Fragment.EMPTY, compute(service));
    }

    @Test
    void matchesPortsByNameAndProtocol() {
        KubeObject service = spec(port("UDP", 53, 0), port("TCP", 53, 0));

        Fragment fragment =
                compute(
                        service,
                        slice("web", "UDP", 5353, "10.244.1.5 @b"),
                        slice("web", "TCP", 5354, "10.244.1.6 @b"));

        assertEquals(
                "10.244.1.5 . 5353",
                fragment.elements()
                        .get(new Fragment.ElementKey("service-endpoint-0", VIP + " . udp . 53")));
        assertEquals(
                "10.244.1.6 . 5354",
                fragment.elements()
                        .get(new Fragment.ElementKey("service-endpoint-0", VIP + " . tcp . 53")));
        assertEquals(List.of(new UdpFlow(VIP, 53, "10.244.1.5")), List.copyOf(fragment.flows()));
    }

    @Test
    void keepsUdpFlowsToEndpointsThatStillServe() {
        Fragment fragment =
                compute(
                        spec(port("UDP", 53, 0)),
                        slice("web", "UDP", 53, "10.244.0.5", "10.244.0.6 terminating serving"));

        assertEquals(2, fragment.flows().size());
    }

    @Test
    void prefersEndpointsThatAreMeantForThisNode() {
        KubeObject slice = slice("web", "TCP", 80, "10.244.0.5", "10.244.1.6 @b");
        KubeObject hinted =
                slice.withTree(
                        tree ->
                                tree.with(
                                        "endpoints",
                                        tree.array("endpoints")
                                                .map(
                                                        endpoint ->
                                                                ((JsonObject) endpoint)
                                                                        .with(
                                                                                "hints",
                                                                                hint(endpoint)))));

        assertEquals(1, compute(tcp(0), hinted).picks().getFirst().count());
        assertEquals(2, compute(tcp(0), slice).picks().getFirst().count());
    }

    private static JsonObject hint(Json endpoint) {
        String node = ((JsonObject) endpoint).string("nodeName");
        return JsonObject.of("forNodes", JsonArray.of(JsonObject.of("name", Json.of(node))));
    }

    private static KubeObject tcp(int nodePort) {
        return spec(port("TCP", 80, nodePort));
    }

    @SafeVarargs
    private static KubeObject spec(UnaryOperator<JsonObject>... changes) {
        return service("web", VIP, all(changes));
    }
}
