package kat.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class EndpointsControllerTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new EndpointsController());

    @Test
    void groupsPortsByWhoServesThem() {
        service(
                "[{name: web, port: 80, targetPort: 8080}, {name: raw, port: 81, targetPort: raw}]");
        pod("a", "1.0.0.1", "True", "{containers: [{ports: [{name: raw, containerPort: 9}]}]}");
        pod("b", "1.0.0.2", "False", "{}");

        cluster.settle();

        assertEquals("web: ready [1.0.0.1] not [1.0.0.2]\nraw: ready [1.0.0.1] not []\n", told());
    }

    @Test
    void saysThatThereAreTooMany() {
        service("[{port: 80}]");
        for (int i = 0; i < 1010; i++) {
            pod("p" + i, "1.0.0.1", i < 1005 ? "True" : "False", "{}");
        }

        cluster.settle();

        assertEquals(
                1000,
                endpoints().tree().array("subsets").objects().getFirst().array("addresses").size());
        assertEquals("truncated", endpoints().annotation("endpoints.kubernetes.io/over-capacity"));
    }

    private String told() {
        StringBuilder text = new StringBuilder();
        for (JsonObject subset : endpoints().tree().array("subsets").objects()) {
            for (JsonObject port : subset.array("ports").objects()) {
                text.append(port.string("name"))
                        .append(": ready ")
                        .append(ips(subset, "addresses"))
                        .append(" not ")
                        .append(ips(subset, "notReadyAddresses"))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String ips(JsonObject subset, String field) {
        return subset.array(field).objects().stream().map(a -> a.string("ip")).toList().toString();
    }

    private KubeObject endpoints() {
        KubeObject found = cluster.get(Kinds.ENDPOINTS, ObjectKey.of("ns", "m"));
        assertNotNull(found);
        return found;
    }

    private void service(String ports) {
        create(
                "{metadata: {name: m, namespace: ns}, spec: {selector: {app: a}, clusterIP: 10.0.0.1,"
                        + " ports: "
                        + ports
                        + "}}",
                true);
    }

    private void pod(String name, String ip, String ready, String spec) {
        create(
                "{metadata: {name: %s, namespace: ns, labels: {app: a}}, spec: %s, status: {podIP: %s, conditions: [{type: Ready, status: '%s'}]}}"
                        .formatted(name, spec, ip, ready),
                false);
    }

    private void create(String yaml, boolean service) {
        cluster.create(
                service ? Kinds.SERVICE : Kinds.POD, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }
}
