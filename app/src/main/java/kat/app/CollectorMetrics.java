package kat.app;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.client.Informer;
import kat.client.Informers;

/// How many volumes and claims are bound, and how many nodes of each zone are well, counted among
/// what controllers see whenever somebody looks.
///
/// **Source:** `pkg/controller/volume/persistentvolume/metrics/metrics.go`,
/// `pkg/controller/nodelifecycle/metrics.go`.
final class CollectorMetrics {

    private static final String CLASS = "storage_class";
    private static final String ZONE = "zone";
    private static final double PERCENT = 100;
    private static final Metric VOLUMES =
            Metric.gauge(
                    "pv_collector_total_pv_count",
                    "PersistentVolumes.",
                    "plugin_name",
                    "volume_mode");
    private static final Metric BOUND_VOLUMES =
            Metric.gauge(
                    "pv_collector_bound_pv_count", "PersistentVolumes that have a claim.", CLASS);
    private static final Metric OTHER_VOLUMES =
            Metric.gauge(
                    "pv_collector_unbound_pv_count", "PersistentVolumes that have none.", CLASS);
    private static final Metric BOUND_CLAIMS =
            claims("bound", "PersistentVolumeClaims that have a volume.");
    private static final Metric OTHER_CLAIMS =
            claims("unbound", "PersistentVolumeClaims that have none.");
    private static final Metric ZONE_SIZE =
            Metric.gauge("node_collector_zone_size", "Nodes of a zone.", ZONE);
    private static final Metric ZONE_HEALTH =
            Metric.gauge("node_collector_zone_health", "Percent of them that are ready.", ZONE);
    private static final Metric UNHEALTHY =
            Metric.gauge(
                    "node_collector_unhealthy_nodes_in_zone", "Those that are not ready.", ZONE);

    /// What Kubernetes calls who provides a volume, by the field that tells of it.
    private static final Map<String, String> PLUGINS =
            Map.of(
                    "hostPath", "kubernetes.io/host-path",
                    "local", "kubernetes.io/local-volume",
                    "nfs", "kubernetes.io/nfs");

    private CollectorMetrics() {}

    private static Metric claims(String which, String help) {
        return Metric.gauge(
                "pv_collector_" + which + "_pvc_count",
                help,
                "namespace",
                CLASS,
                "volume_attributes_class");
    }

    static void tell(Informers informers, Exposition to) {
        volumes(seen(informers, Kinds.PERSISTENT_VOLUME), to);
        claims(seen(informers, Kinds.PERSISTENT_VOLUME_CLAIM), to);
        nodes(seen(informers, Kinds.NODE), to);
    }

    private static Collection<KubeObject> seen(Informers informers, Kind kind) {
        Informer informer = informers.started(kind);
        return informer == null ? List.of() : informer.list("");
    }

    static void volumes(Collection<KubeObject> volumes, Exposition to) {
        count(
                volumes,
                each -> {
                    String mode = each.spec().string("volumeMode", "Filesystem");
                    return new Told(VOLUMES, List.of(plugin(each.spec()), mode));
                },
                to);
        count(
                volumes,
                each ->
                        new Told(
                                isBound(each) ? BOUND_VOLUMES : OTHER_VOLUMES,
                                List.of(each.spec().string("storageClassName"))),
                to);
    }

    static void claims(Collection<KubeObject> claims, Exposition to) {
        count(
                claims,
                each ->
                        new Told(
                                isBound(each) ? BOUND_CLAIMS : OTHER_CLAIMS,
                                List.of(
                                        each.namespace(),
                                        each.spec().string("storageClassName"),
                                        each.spec().string("volumeAttributesClassName"))),
                to);
    }

    /// One sample.
    private record Told(Metric metric, List<String> values) implements Comparable<Told> {

        @Override
        public int compareTo(Told other) {
            return key().compareTo(other.key());
        }

        private String key() {
            return metric.name() + values;
        }
    }

    private static void count(
            Collection<KubeObject> objects, Function<KubeObject, Told> which, Exposition to) {
        Map<Told, Long> counts = new TreeMap<>();
        objects.forEach(each -> counts.merge(which.apply(each), 1L, Long::sum));
        counts.forEach((told, count) -> to.value(told.metric(), count, told.values()));
    }

    private static boolean isBound(KubeObject object) {
        return object.tree().object("status").string("phase").equals("Bound");
    }

    private static String plugin(JsonObject spec) {
        if (spec.has("csi")) {
            return "kubernetes.io/csi:" + spec.object("csi").string("driver");
        }
        return PLUGINS.entrySet().stream()
                .filter(each -> spec.has(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("N/A");
    }

    static void nodes(Collection<KubeObject> nodes, Exposition to) {
        Map<String, Integer> sizes = new TreeMap<>();
        Map<String, Integer> unwell = new TreeMap<>();
        for (KubeObject node : nodes) {
            String zone = zone(node);
            sizes.merge(zone, 1, Integer::sum);
            unwell.merge(zone, isReady(node) ? 0 : 1, Integer::sum);
        }
        sizes.forEach(
                (zone, size) -> {
                    int lost = unwell.getOrDefault(zone, 0);
                    to.value(ZONE_SIZE, (long) size, zone);
                    to.value(ZONE_HEALTH, PERCENT * (size - lost) / size, zone);
                    to.value(UNHEALTHY, (long) lost, zone);
                });
    }

    /// Region and zone as Kubernetes joins them; empty for a node that tells neither.
    private static String zone(KubeObject node) {
        String region = node.label("topology.kubernetes.io/region");
        String zone = node.label("topology.kubernetes.io/zone");
        return region.isEmpty() && zone.isEmpty() ? "" : region + ":\0:" + zone;
    }

    private static boolean isReady(KubeObject node) {
        return node.tree().object("status").array("conditions").objects().stream()
                .anyMatch(
                        each ->
                                each.string("type").equals("Ready")
                                        && each.string("status").equals("True"));
    }
}
