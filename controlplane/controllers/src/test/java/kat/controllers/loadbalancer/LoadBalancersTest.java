package kat.controllers.loadbalancer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.client.Change;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class LoadBalancersTest {

    private static final String ADDRESS = "192.0.2.1";

    private final LoadBalancers balancers = new LoadBalancers(List.of(ADDRESS));
    private final MemoryCluster cluster = new MemoryCluster(Instant.EPOCH, balancers);

    @Test
    void answersAServiceWithTheNodesAddress() {
        KubeObject web = put("web", "\"type\":\"LoadBalancer\"", "");

        assertEquals(
                List.of("EnsuringLoadBalancer", ADDRESS + " VIP", "EnsuredLoadBalancer"),
                told(web));
    }

    @Test
    void leavesOtherTypesAndClassesAlone() {
        KubeObject plain = put("plain", "\"type\":\"ClusterIP\"", "");
        KubeObject foreign =
                put("foreign", "\"type\":\"LoadBalancer\",\"loadBalancerClass\":\"a/b\"", "");

        assertEquals(List.of(), told(plain));
        assertEquals(List.of(), told(foreign));
    }

    @Test
    void leavesAStatusThatSomeoneElseWroteAlone() {
        KubeObject web = put("web", "\"type\":\"LoadBalancer\"", "203.0.113.1");

        assertEquals(List.of(), told(web));
    }

    @Test
    void followsTheMachineToAnotherAddress() {
        String managed =
                "[{\"manager\":\"service-controller\",\"fieldsV1\":"
                        + "{\"f:status\":{\"f:loadBalancer\":{\"f:ingress\":{}}}}}]";
        KubeObject web = put("web", "\"type\":\"LoadBalancer\"", "192.0.2.77", managed);

        assertEquals(
                List.of("EnsuringLoadBalancer", ADDRESS + " VIP", "EnsuredLoadBalancer"),
                told(web));
    }

    @Test
    void givesAServiceTheAddressesOfItsFamilies() {
        LoadBalancers both = new LoadBalancers(List.of(ADDRESS, "fd00::7"));
        KubeObject six = put("six", "\"type\":\"LoadBalancer\",\"ipFamilies\":[\"IPv6\"]", "");

        assertEquals(
                List.of("EnsuringLoadBalancer", "fd00::7 VIP", "EnsuredLoadBalancer"),
                both.reconcile(cluster, six.key(), Instant.EPOCH).changes().stream()
                        .map(LoadBalancersTest::word)
                        .toList());
    }

    @Test
    void letsTheOlderOfTwoHaveAPort() {
        KubeObject first = put("z-first", "\"type\":\"LoadBalancer\"", "");
        KubeObject second = put("second", "\"type\":\"LoadBalancer\"", "");

        assertEquals(3, told(first).size());
        assertEquals(
                List.of(
                        "Error syncing load balancer: failed to ensure load balancer: port TCP/80"
                                + " of 192.0.2.1 is taken by Service shop/z-first"),
                balancers.reconcile(cluster, second.key(), Instant.EPOCH).changes().stream()
                        .map(change -> ((Change.Emit) change).message())
                        .toList());
    }

    private List<String> told(KubeObject service) {
        return balancers.reconcile(cluster, service.key(), Instant.EPOCH).changes().stream()
                .map(LoadBalancersTest::word)
                .toList();
    }

    private static String word(Change change) {
        return switch (change) {
            case Change.Emit emit -> emit.reason();
            case Change.Update update -> {
                var entry =
                        update.object()
                                .status()
                                .at("loadBalancer")
                                .array("ingress")
                                .objects()
                                .getFirst();
                yield entry.string("ip") + " " + entry.string("ipMode");
            }
            default -> change.toString();
        };
    }

    private KubeObject put(String name, String spec, String ingress) {
        return put(name, spec, ingress, "[]");
    }

    private KubeObject put(String name, String spec, String ingress, String managed) {
        String status =
                ingress.isEmpty()
                        ? "{}"
                        : "{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + ingress + "\"}]}}";
        KubeObject service =
                KubeObject.parse(
                        ("{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\""
                                        + name
                                        + "\",\"namespace\":\"shop\",\"managedFields\":"
                                        + managed
                                        + "},\"spec\":{"
                                        + spec
                                        + ",\"ports\":[{\"port\":80,\"protocol\":\"TCP\"}]},\"status\":"
                                        + status
                                        + "}")
                                .getBytes(StandardCharsets.UTF_8));
        cluster.advance(Duration.ofMinutes(1));
        return cluster.create(Kinds.SERVICE, service);
    }
}
