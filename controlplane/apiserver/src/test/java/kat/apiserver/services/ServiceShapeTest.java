package kat.apiserver.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceShapeTest {

    private static final JsonObject NODE_PORT =
            service("{type: NodePort, clusterIP: 10.96.0.7, externalTrafficPolicy: Cluster}");

    private static JsonObject service(String spec) {
        return Yaml.parse("{spec: " + spec + "}") instanceof JsonObject tree
                ? tree
                : JsonObject.EMPTY;
    }

    @Test
    void forgetsTheWayOfOutsidersWhenThereAreNoneAnyMore() {
        JsonObject wish =
                service(
                        "{type: ExternalName, externalName: else.where, clusterIP: 10.96.0.7,"
                                + " externalTrafficPolicy: Cluster}");

        JsonObject spec = ServiceShape.aligned(NODE_PORT, wish).object("spec");

        assertFalse(spec.has("externalTrafficPolicy"), spec::toString);
        assertFalse(spec.has("clusterIP"), spec::toString);
    }

    @Test
    void forgetsWhatOnlyLoadBalancersHave() {
        String both = "allocateLoadBalancerNodePorts: true, loadBalancerClass: a/b}";

        JsonObject spec =
                ServiceShape.aligned(
                                service("{type: LoadBalancer, " + both),
                                service("{type: ClusterIP, " + both))
                        .object("spec");

        assertFalse(spec.has("allocateLoadBalancerNodePorts"), spec::toString);
        assertFalse(spec.has("loadBalancerClass"), spec::toString);
    }

    @Test
    void keepsWhatWasChangedAlongWithTheType() {
        JsonObject wish = service("{type: ClusterIP, externalTrafficPolicy: Local}");

        JsonObject spec = ServiceShape.aligned(NODE_PORT, wish).object("spec");

        assertEquals("Local", spec.string("externalTrafficPolicy"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clusterIP: 10.96.0.9, clusterIPs: [10.96.0.7] | 10.96.0.9 | 10.96.0.9",
                "clusterIP: 10.96.0.9, clusterIPs: [10.96.0.8] | 10.96.0.9 | 10.96.0.8",
                "clusterIP: 10.96.0.7                          | 10.96.0.7 | 10.96.0.7",
                "clusterIP: '', clusterIPs: [10.96.0.7]        | 10.96.0.7 | 10.96.0.7",
                "selector: {}                                  | 10.96.0.7 | 10.96.0.7",
            })
    void letsThePluralFormFollowTheSingleOneOfOldClients(
            String wish, String address, String addresses) {
        JsonObject live =
                service("{type: ClusterIP, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]}");

        JsonObject spec =
                ServiceShape.aligned(live, service("{type: ClusterIP, " + wish + "}"))
                        .object("spec");

        assertEquals(address, spec.string("clusterIP"));
        assertEquals(List.of(addresses), spec.array("clusterIPs").strings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: a, port: 81}                 | 30001",
                "{name: a, port: 80, protocol: UDP}  | 30001",
                "{name: c, port: 80}                 | 0",
                "{name: a, port: 80, nodePort: 30009} | 30009",
            })
    void aPortKeepsItsNumberByItsName(String wish, int number) {
        JsonObject live =
                service(
                        "{type: NodePort, ports: [{name: a, port: 80, nodePort: 30001},"
                                + " {name: b, port: 90, nodePort: 30002}]}");

        JsonObject spec =
                ServiceShape.aligned(live, service("{type: NodePort, ports: [" + wish + "]}"))
                        .object("spec");

        assertEquals(number, spec.array("ports").objects().getFirst().integer("nodePort", 0));
    }

    @Test
    void aPortGivesItsNumberUpToOneThatAsksForIt() {
        JsonObject live =
                service("{type: NodePort, ports: [{name: a, port: 80, nodePort: 30001}]}");

        JsonObject spec =
                ServiceShape.aligned(
                                live,
                                service(
                                        "{type: NodePort, ports: [{name: a, port: 80},"
                                                + " {name: b, port: 90, nodePort: 30001}]}"))
                        .object("spec");

        assertFalse(spec.array("ports").objects().getFirst().has("nodePort"), spec::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LoadBalancer | {name: a, port: 80, nodePort: 30001} | 30001",
                "LoadBalancer | {name: a, port: 80}                  | 0",
                "LoadBalancer | {name: a, port: 80, nodePort: 30009} | 30009",
                "ClusterIP    | {name: a, port: 80, nodePort: 30001} | 0",
                "ClusterIP    | {name: b, port: 81, nodePort: 30001} | 0",
                "ClusterIP    | {name: a, port: 80, nodePort: 30009} | 30009",
            })
    void aPortWithoutAllocationKeepsTheNumberThatIsAskedAlone(
            String type, String wish, int number) {
        JsonObject live =
                service("{type: LoadBalancer, ports: [{name: a, port: 80, nodePort: 30001}]}");
        JsonObject next =
                service(
                        "{type: %s, allocateLoadBalancerNodePorts: false, ports: [%s]}"
                                .formatted(type, wish));

        JsonObject spec = ServiceShape.aligned(live, next).object("spec");

        assertEquals(number, spec.array("ports").objects().getFirst().integer("nodePort", 0));
    }
}
