package kat.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class EndpointSliceControllerTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new EndpointSliceController());

    @Test
    void listsPodsWithTheirNamedPort() {
        service("{selector: {app: a}, ports: [{name: web, port: 80, targetPort: http}]}");
        pod("p1", "True", "{containers: [{ports: [{name: http, containerPort: 8080}]}]}");

        cluster.settle();

        KubeObject slice = slices().getFirst();
        assertEquals(
                "[{\"name\":\"web\",\"port\":8080,\"protocol\":\"TCP\"}]",
                slice.tree().array("ports").toString());
        assertEquals(
                "{\"ready\":true,\"serving\":true,\"terminating\":false}",
                slice.tree()
                        .array("endpoints")
                        .objects()
                        .getFirst()
                        .object("conditions")
                        .toString());
    }

    @Test
    void tellsForWhomReadyEndpointsAreMeant() {
        cluster.create(
                Kinds.NODE,
                object("{metadata: {name: n1, labels: {topology.kubernetes.io/zone: z1}}}"));
        service("{selector: {app: a}, ports: [{port: 80}], trafficDistribution: PreferSameNode}");
        pod("p1", "True", "{nodeName: n1}");
        pod("p2", "False", "{nodeName: n1}");

        cluster.settle();

        assertEquals(
                List.of(
                        "{\"forNodes\":[{\"name\":\"n1\"}],\"forZones\":[{\"name\":\"z1\"}]}",
                        "{}"),
                slices().getFirst().tree().array("endpoints").objects().stream()
                        .map(endpoint -> endpoint.object("hints").toString())
                        .toList());
    }

    @Test
    void spreadsEndpointsOverZonesByTheirProcessors() {
        node("n1", "z1", "4");
        node("n2", "z2", "2");
        balanced();
        for (int i = 0; i < 6; i++) {
            pod("p" + i, "True", "{nodeName: n1}");
        }
        cluster.settle();
        List<String> first = zones();

        assertEquals(4, Collections.frequency(first, "z1"), first.toString());
        assertEquals(2, Collections.frequency(first, "z2"), first.toString());
        assertEquals(
                List.of("Topology Aware Hints has been enabled, addressType: IPv4"),
                cluster.messages());

        cluster.settle();
        assertEquals(first, zones());
    }

    /// Each time that it looks; who writes Events counts them.
    @Test
    void saysWhyThereAreNoHints() {
        node("n1", "z1", "4");
        node("n2", "z2", "4");
        balanced();
        pod("p1", "True", "{nodeName: n1}");

        cluster.settle();

        assertEquals(List.of(""), zones());
        assertEquals(
                List.of(
                        "Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4"),
                cluster.messages().stream().distinct().toList());
    }

    private void balanced() {
        cluster.create(
                Kinds.SERVICE,
                object(
                        "{metadata: {name: s, namespace: ns, annotations:"
                                + " {service.kubernetes.io/topology-mode: Auto}},"
                                + " spec: {selector: {app: a}, ports: [{port: 80}],"
                                + " trafficDistribution: PreferSameNode}}"));
    }

    private void node(String name, String zone, String cpu) {
        cluster.create(
                Kinds.NODE,
                object(
                        ("{metadata: {name: %s, labels: {topology.kubernetes.io/zone: %s}},"
                                        + " status: {allocatable: {cpu: '%s'},"
                                        + " conditions: [{type: Ready, status: 'True'}]}}")
                                .formatted(name, zone, cpu)));
    }

    /// For which zone each endpoint is meant; empty for none.
    private List<String> zones() {
        return slices().getFirst().tree().array("endpoints").objects().stream()
                .map(
                        endpoint ->
                                endpoint.object("hints").array("forZones").objects().stream()
                                        .map(zone -> zone.string("name"))
                                        .collect(Collectors.joining(",")))
                .toList();
    }

    @Test
    void fillsSlicesOfAHundred() {
        service("{selector: {app: a}, ports: [{port: 80}]}");
        for (int i = 0; i < 250; i++) {
            pod("p" + i, "True", "{}");
        }

        cluster.settle();

        assertEquals(
                List.of(50, 100, 100),
                slices().stream()
                        .map(slice -> slice.tree().array("endpoints").size())
                        .sorted()
                        .toList());
    }

    @Test
    void changesOnlyTheSliceOfAPodThatLeaves() {
        service("{selector: {app: a}, ports: [{port: 80}]}");
        for (int i = 0; i < 150; i++) {
            pod("p" + i, "True", "{}");
        }
        cluster.settle();
        List<KubeObject> before = slices();

        cluster.advance(Duration.ofSeconds(1));
        KubeObject gone = cluster.list(Kinds.POD, "ns").getFirst();
        cluster.delete(Kinds.POD, gone);
        cluster.settle();

        List<KubeObject> after = slices();
        after.removeAll(before);
        assertEquals(1, after.size());
    }

    @Test
    void keepsAnEmptySliceForAServiceWithoutPods() {
        service("{selector: {app: a}, ports: [{port: 80}]}");

        cluster.settle();

        assertEquals(1, slices().size());
        assertEquals(0, slices().getFirst().tree().array("endpoints").size());
    }

    @Test
    void leavesServicesWithoutSelectorAlone() {
        service("{ports: [{port: 80}]}");

        cluster.settle();

        assertEquals(0, slices().size());
    }

    @Test
    void slicesOfAFamilyGoWithIt() {
        String both = "{selector: {app: a}, ports: [{port: 80}], ipFamilies: [IPv4, IPv6]}";
        service(both);
        pod("p", "True", "{}", "podIPs: [{ip: 10.1.1.1}, {ip: 'fd00::1'}]");
        cluster.settle();
        List<String> had = addresses();

        KubeObject service = cluster.list(Kinds.SERVICE, "ns").getFirst();
        cluster.update(
                Kinds.SERVICE,
                service.withTree(
                        tree ->
                                tree.withAt(
                                        JsonArray.ofStrings(List.of("IPv6")),
                                        "spec",
                                        "ipFamilies")),
                "");
        cluster.advance(Duration.ofSeconds(1));
        cluster.settle();

        assertEquals(List.of("IPv4 [\"10.1.1.1\"]", "IPv6 [\"fd00::1\"]"), had);
        assertEquals(List.of("IPv6 [\"fd00::1\"]"), addresses());
    }

    @Test
    void slicesOfAServiceThatIsGoneAreNotThoseOfTheNextOfItsName() {
        service("{selector: {app: a}, ports: [{port: 80}]}");
        pod("p", "True", "{}");
        cluster.settle();
        KubeObject first = cluster.list(Kinds.SERVICE, "ns").getFirst();

        cluster.delete(Kinds.SERVICE, first);
        service("{selector: {app: a}, ports: [{port: 80}]}");
        cluster.advance(Duration.ofSeconds(1));
        cluster.settle();

        KubeObject next = cluster.list(Kinds.SERVICE, "ns").getFirst();
        assertEquals(
                List.of(List.of(next.uid())),
                slices().stream()
                        .map(each -> each.ownerReferences().stream().map(o -> o.uid()).toList())
                        .toList());
    }

    private List<String> addresses() {
        return slices().stream()
                .map(KubeObject::tree)
                .map(
                        slice ->
                                slice.string("addressType")
                                        + " "
                                        + slice.array("endpoints")
                                                .objects()
                                                .getFirst()
                                                .array("addresses"))
                .sorted()
                .toList();
    }

    private List<KubeObject> slices() {
        return cluster.list(Kinds.ENDPOINT_SLICE, "ns");
    }

    private void service(String spec) {
        cluster.create(
                Kinds.SERVICE, object("{metadata: {name: m, namespace: ns}, spec: " + spec + "}"));
    }

    private void pod(String name, String ready, String spec) {
        pod(name, ready, spec, "podIPs: []");
    }

    private void pod(String name, String ready, String spec, String addresses) {
        String status =
                "{phase: Running, podIP: 10.1.1.1, "
                        + addresses
                        + ", conditions: [{type: Ready, status: '"
                        + ready
                        + "'}]}";
        cluster.create(
                Kinds.POD,
                object(
                        "{metadata: {name: %s, namespace: ns, labels: {app: a}}, spec: %s, status: %s}"
                                .formatted(name, spec, status)));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
