package kat.kubelet.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.placement.Toleration.Taint;
import kat.api.quota.Amounts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeFitTest {

    private static final Amounts ROOM =
            Amounts.parse(
                    JsonObject.ofStrings(
                            new TreeMap<>(Map.of("cpu", "2", "memory", "1Gi", "pods", "3"))));

    private static final NodeView NODE =
            new NodeView("node-0", new TreeMap<>(Map.of("zone", "a")), List.of(), ROOM, List.of());

    record Case(
            String name,
            String spec,
            List<String> others,
            NodeView node,
            @Nullable Refusal expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static KubeObject pod(String name, String spec) {
        String text =
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
                        + name
                        + "','uid':'"
                        + name
                        + "'},'spec':{"
                        + spec
                        + "},'status':{'qosClass':'BestEffort'}}";
        return KubeObject.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String asks(String resource, String amount) {
        return "'containers':[{'name':'c','resources':{'requests':{'"
                + resource
                + "':'"
                + amount
                + "'}}}]";
    }

    private static String port(String address, String protocol, int number) {
        return "'containers':[{'name':'c','ports':[{'hostPort':"
                + number
                + ",'hostIP':'"
                + address
                + "','protocol':'"
                + protocol
                + "'}]}]";
    }

    private static NodeView with(List<Taint> taints, List<String> pressures) {
        return new NodeView(NODE.name(), NODE.labels(), taints, ROOM, pressures);
    }

    private static Refusal shortOf(String resource, long asked, long used, long capacity) {
        return new Refusal(
                "OutOf" + resource,
                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                        .formatted(resource, asked, used, capacity));
    }

    private static final Refusal PORTS =
            new Refusal(
                    "NodePorts",
                    "Predicate NodePorts failed: node(s) didn't have free ports for the requested"
                            + " pod ports");
    private static final Refusal AFFINITY =
            new Refusal(
                    "NodeAffinity",
                    "Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                            + " affinity/selector");

    static Stream<Case> cases() {
        return Stream.of(resources(), places(), conditions()).flatMap(each -> each);
    }

    private static Stream<Case> resources() {
        return Stream.of(
                new Case("an empty node", asks("cpu", "2"), List.of(), NODE, null),
                new Case(
                        "processors",
                        asks("cpu", "1500m"),
                        List.of(asks("cpu", "1")),
                        NODE,
                        shortOf("cpu", 1500, 1000, 2000)),
                new Case(
                        "memory",
                        asks("memory", "2Gi"),
                        List.of(),
                        NODE,
                        shortOf("memory", 2L << 30, 0, 1L << 30)),
                new Case(
                        "disk",
                        asks("ephemeral-storage", "1"),
                        List.of(),
                        NODE,
                        shortOf("ephemeral-storage", 1, 0, 0)),
                new Case(
                        "number of pods",
                        asks("cpu", "1m"),
                        List.of("", "", ""),
                        NODE,
                        shortOf("pods", 1, 3, 3)),
                new Case("devices of others", asks("gpu.example/x", "1"), List.of(), NODE, null));
    }

    private static Stream<Case> places() {
        return Stream.of(
                new Case(
                        "a port that is taken",
                        port("", "TCP", 80),
                        List.of(port("192.0.2.1", "TCP", 80)),
                        NODE,
                        PORTS),
                new Case(
                        "the port of another protocol",
                        port("", "UDP", 80),
                        List.of(port("", "TCP", 80)),
                        NODE,
                        null),
                new Case(
                        "the port of another address",
                        port("192.0.2.2", "TCP", 80),
                        List.of(port("192.0.2.1", "TCP", 80)),
                        NODE,
                        null),
                new Case("its selector", "'nodeSelector':{'zone':'a'}", List.of(), NODE, null),
                new Case(
                        "another selector",
                        "'nodeSelector':{'zone':'b'}",
                        List.of(),
                        NODE,
                        AFFINITY));
    }

    private static Stream<Case> conditions() {
        NodeView drained = with(List.of(new Taint("k", "v", "NoExecute")), List.of());
        NodeView full = with(List.of(), List.of("DiskPressure"));
        NodeView tight = with(List.of(), List.of("MemoryPressure"));
        return Stream.of(
                new Case(
                        "a taint",
                        "'nodeName':'node-0'",
                        List.of(),
                        drained,
                        new Refusal(
                                "TaintToleration",
                                "Predicate TaintToleration failed: node(s) had taints that the pod"
                                        + " didn't tolerate")),
                new Case(
                        "a tolerated taint",
                        "'tolerations':[{'operator':'Exists'}]",
                        List.of(),
                        drained,
                        null),
                new Case(
                        "another system",
                        "'os':{'name':'windows'}",
                        List.of(),
                        NODE,
                        new Refusal(
                                "PodOSNotSupported",
                                "Failed to admit pod as the OS field doesn't match node OS")),
                new Case(
                        "a full disk",
                        "'tolerations':[{'operator':'Exists'}]",
                        List.of(),
                        full,
                        new Refusal("Evicted", "The node had condition: [DiskPressure]. ")),
                new Case("a critical pod", "'priority':2000000000", List.of(), full, null),
                new Case(
                        "little memory",
                        "'nodeName':'node-0'",
                        List.of(),
                        tight,
                        new Refusal("Evicted", "The node had condition: [MemoryPressure]. ")),
                new Case(
                        "little memory, tolerated",
                        "'tolerations':[{'key':'node.kubernetes.io/memory-pressure',"
                                + "'operator':'Exists','effect':'NoSchedule'}]",
                        List.of(),
                        tight,
                        null));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsWhatSpeaksAgainstAPod(Case each) {
        List<KubeObject> others = each.others().stream().map(spec -> pod("other", spec)).toList();

        assertEquals(each.expected(), NodeFit.check(pod("new", each.spec()), others, each.node()));
    }

    @Test
    void aRefusedPodsStatusSaysSo() {
        assertEquals("Pod was rejected: " + PORTS.message(), PORTS.statusMessage());
        assertNull(NodeFit.check(pod("new", ""), List.of(), NODE));
    }
}
