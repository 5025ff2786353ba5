package kat.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import kat.controllers.endpointslice.ApiServerService.Server;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerServiceTest {

    private static final ObjectKey KEY = ObjectKey.of("default", "kubernetes");

    private final AtomicReference<List<Server>> alive =
            new AtomicReference<>(List.of(new Server("192.0.2.7", 7000)));
    private final ApiServerService controller =
            new ApiServerService(
                    "10.96.0.1",
                    new ApiServerService.Servers(7000, alive::get, Duration.ofSeconds(10)));
    private final MemoryCluster cluster =
            new MemoryCluster(
                    Instant.parse("2026-01-01T00:00:00Z"),
                    controller,
                    new EndpointSliceController(),
                    new EndpointsController(),
                    new EndpointSliceMirroring());

    @BeforeEach
    void serviceOfTheFirstStart() {
        cluster.create(
                Kinds.SERVICE,
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        "{metadata: {name: kubernetes, namespace: default}, spec:"
                                                + " {clusterIP: 10.96.0.1, ports: [{name: https,"
                                                + " port: 443, targetPort: 6443}]}}")));
        cluster.settle();
    }

    private JsonObject tree(Kind kind) {
        return cluster.get(kind, KEY).tree();
    }

    private void isComplete() {
        assertEquals(
                Yaml.parse(
                        "[{addresses: [{ip: 192.0.2.7}], ports: [{name: https, port: 7000,"
                                + " protocol: TCP}]}]"),
                tree(Kinds.ENDPOINTS).get("subsets"));
        assertEquals(
                "true",
                cluster.get(Kinds.ENDPOINTS, KEY).label("endpointslice.kubernetes.io/skip-mirror"));
        assertEquals(
                Yaml.parse("[{addresses: [192.0.2.7], conditions: {ready: true}}]"),
                tree(Kinds.ENDPOINT_SLICE).get("endpoints"));
        assertEquals(
                Yaml.parse("[{name: https, port: 7000, protocol: TCP}]"),
                tree(Kinds.ENDPOINT_SLICE).get("ports"));
        JsonArray ports = cluster.get(Kinds.SERVICE, KEY).spec().array("ports");
        assertEquals(7000, ports.objects().getFirst().integer("targetPort", 0));
        assertEquals(List.of(KEY), keys(Kinds.ENDPOINT_SLICE));
        assertEquals(List.of(KEY), keys(Kinds.ENDPOINTS));
    }

    private List<ObjectKey> keys(Kind kind) {
        return cluster.list(kind, "default").stream().map(KubeObject::key).toList();
    }

    @Test
    void tellsWhereTheApiServerIs() {
        isComplete();
    }

    @Test
    void namesEachServerThatIsAlive() {
        Server own = new Server("192.0.2.7", 7000);
        alive.set(List.of(own, new Server("192.0.2.8", 7000), new Server("192.0.2.7", 6443)));
        cluster.settle();

        assertEquals(
                Yaml.parse(
                        "[{addresses: [{ip: 192.0.2.7}], ports: [{name: https, port: 6443,"
                                + " protocol: TCP}]}, {addresses: [{ip: 192.0.2.7}, {ip:"
                                + " 192.0.2.8}], ports: [{name: https, port: 7000, protocol:"
                                + " TCP}]}]"),
                tree(Kinds.ENDPOINTS).get("subsets"));
        assertEquals(
                Yaml.parse("[{addresses: [192.0.2.7], conditions: {ready: true}}]"),
                tree(Kinds.ENDPOINT_SLICE).get("endpoints"));
        KubeObject further =
                cluster.get(Kinds.ENDPOINT_SLICE, ObjectKey.of("default", "kubernetes-7000"));
        assertEquals(
                Yaml.parse(
                        "[{addresses: [192.0.2.7], conditions: {ready: true}},"
                                + " {addresses: [192.0.2.8], conditions: {ready: true}}]"),
                further.tree().get("endpoints"));
        assertEquals("kubernetes", further.label("kubernetes.io/service-name"));

        alive.set(List.of(own));
        cluster.settle();

        isComplete();
    }

    @Test
    void looksAgainWhereServersComeAndGo() {
        assertEquals(
                Duration.ofSeconds(10),
                controller.reconcile(cluster, KEY, cluster.now()).requeueAfter());
    }

    @Test
    void bringsBackWhatSomebodyTookAway() {
        for (Kind kind : List.of(Kinds.ENDPOINTS, Kinds.ENDPOINT_SLICE, Kinds.SERVICE)) {
            cluster.delete(kind, cluster.get(kind, KEY));
            cluster.run(controller.reconcile(cluster, KEY, cluster.now()));
            cluster.settle();

            isComplete();
        }
    }

    @Test
    void correctsWhatSomebodyChanged() {
        KubeObject endpoints = cluster.get(Kinds.ENDPOINTS, KEY);
        cluster.update(
                Kinds.ENDPOINTS,
                endpoints.withTree(
                        tree ->
                                tree.with("subsets", JsonArray.EMPTY)
                                        .withAt(JsonObject.EMPTY, "metadata", "labels")),
                "");
        KubeObject slice = cluster.get(Kinds.ENDPOINT_SLICE, KEY);
        cluster.update(
                Kinds.ENDPOINT_SLICE,
                slice.withTree(tree -> tree.with("endpoints", JsonArray.EMPTY)),
                "");
        cluster.settle();

        isComplete();
    }
}
