package kat.controllers.clusterrole;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class ClusterRoleAggregationTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new ClusterRoleAggregation());

    @Test
    void addsUpTheRulesOfSelectedRolesInTheOrderOfTheirNames() {
        role("{metadata: {name: b, labels: {to: sum}}, rules: [{verbs: [get]}, {verbs: [list]}]}");
        role("{metadata: {name: a, labels: {to: sum}}, rules: [{verbs: [watch]}, {verbs: [get]}]}");
        role("{metadata: {name: other}, rules: [{verbs: [delete]}]}");
        role(
                "{metadata: {name: sum}, aggregationRule: {clusterRoleSelectors: [{matchLabels:"
                        + " {to: sum}}]}}");

        cluster.settle();

        KubeObject sum = cluster.get(Kinds.CLUSTER_ROLE, ObjectKey.of("", "sum"));
        assertEquals(
                "[{\"verbs\":[\"watch\"]},{\"verbs\":[\"get\"]},{\"verbs\":[\"list\"]}]",
                sum.tree().array("rules").toString());
    }

    private void role(String yaml) {
        cluster.create(Kinds.CLUSTER_ROLE, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }
}
