package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.yaml.Yaml;
import kat.base.metrics.Exposition;
import kat.base.metrics.Source;
import org.junit.jupiter.api.Test;

class CollectorMetricsTest {

    private static List<KubeObject> objects(String... yaml) {
        return Stream.of(yaml).map(CollectorMetricsTest::object).toList();
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((kat.api.json.JsonObject) Yaml.parse(yaml));
    }

    private static List<String> told(Source source) {
        return Exposition.of(List.of(source))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @Test
    void tellsVolumesByWhatTheyAreAndWhetherTheyAreBound() {
        List<KubeObject> volumes =
                objects(
                        "{spec: {csi: {driver: d}, storageClassName: s}, status: {phase: Bound}}",
                        "{spec: {hostPath: {path: /a}, volumeMode: Block, storageClassName: s}}",
                        "{spec: {hostPath: {path: /b}}, status: {phase: Available}}");

        assertEquals(
                List.of(
                        "pv_collector_bound_pv_count{storage_class=\"s\"} 1",
                        "pv_collector_total_pv_count{plugin_name=\"kubernetes.io/csi:d\","
                                + "volume_mode=\"Filesystem\"} 1",
                        "pv_collector_total_pv_count{plugin_name=\"kubernetes.io/host-path\","
                                + "volume_mode=\"Block\"} 1",
                        "pv_collector_total_pv_count{plugin_name=\"kubernetes.io/host-path\","
                                + "volume_mode=\"Filesystem\"} 1",
                        "pv_collector_unbound_pv_count{storage_class=\"\"} 1",
                        "pv_collector_unbound_pv_count{storage_class=\"s\"} 1"),
                told(to -> CollectorMetrics.volumes(volumes, to)));
    }

    @Test
    void tellsClaimsByNamespaceAndClass() {
        List<KubeObject> claims =
                objects(
                        "{metadata: {namespace: a}, spec: {storageClassName: s}}",
                        "{metadata: {namespace: a}, spec: {storageClassName: s}}",
                        "{metadata: {namespace: b}, status: {phase: Bound}}");

        assertEquals(
                List.of(
                        "pv_collector_bound_pvc_count{namespace=\"b\",storage_class=\"\","
                                + "volume_attributes_class=\"\"} 1",
                        "pv_collector_unbound_pvc_count{namespace=\"a\",storage_class=\"s\","
                                + "volume_attributes_class=\"\"} 2"),
                told(to -> CollectorMetrics.claims(claims, to)));
    }

    @Test
    void tellsHowWellTheNodesOfAZoneAre() {
        String ready = "status: {conditions: [{type: Ready, status: \"True\"}]}";
        List<KubeObject> nodes =
                objects(
                        "{metadata: {name: a}, " + ready + "}",
                        "{metadata: {name: b}, " + ready + "}",
                        "{metadata: {name: c}, status: {}}",
                        "{metadata: {name: d}, " + ready + "}");

        assertEquals(
                List.of(
                        "node_collector_unhealthy_nodes_in_zone{zone=\"\"} 1",
                        "node_collector_zone_health{zone=\"\"} 75",
                        "node_collector_zone_size{zone=\"\"} 4"),
                told(to -> CollectorMetrics.nodes(nodes, to)));
    }
}
