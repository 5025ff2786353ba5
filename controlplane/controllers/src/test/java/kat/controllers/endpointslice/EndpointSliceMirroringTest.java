package kat.controllers.endpointslice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.client.testing.MemoryCluster;
import org.junit.jupiter.api.Test;

class EndpointSliceMirroringTest {

    private final MemoryCluster cluster =
            new MemoryCluster(Instant.parse("2026-01-01T00:00:00Z"), new EndpointSliceMirroring());

    @Test
    void copiesEachFamilyIntoASliceOfItsOwn() {
        create(Kinds.SERVICE, "{metadata: {name: m, namespace: ns}, spec: {ports: [{port: 80}]}}");
        create(
                Kinds.ENDPOINTS,
                "{metadata: {name: m, namespace: ns}, subsets: [{addresses: [{ip: 1.2.3.4},"
                        + " {ip: '::1'}], notReadyAddresses: [{ip: 1.2.3.5}], ports: [{port: 80}]}]}");

        cluster.settle();

        assertEquals(
                List.of("IPv4 2", "IPv6 1"),
                slices().stream()
                        .map(
                                slice ->
                                        slice.tree().string("addressType")
                                                + " "
                                                + slice.tree().array("endpoints").size())
                        .toList());
    }

    @Test
    void removesSlicesThatAreNoLongerWanted() {
        copiesEachFamilyIntoASliceOfItsOwn();
        KubeObject endpoints = cluster.get(Kinds.ENDPOINTS, ObjectKey.of("ns", "m"));

        cluster.update(
                Kinds.ENDPOINTS,
                endpoints.withTree(tree -> tree.with("subsets", JsonArray.EMPTY)),
                "");
        cluster.settle();

        assertEquals(List.of(), slices());
    }

    private List<KubeObject> slices() {
        return cluster.list(Kinds.ENDPOINT_SLICE, "ns");
    }

    private void create(Kind kind, String yaml) {
        cluster.create(kind, new KubeObject((JsonObject) Yaml.parse(yaml)));
    }
}
