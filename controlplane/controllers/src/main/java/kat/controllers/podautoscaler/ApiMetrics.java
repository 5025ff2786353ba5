package kat.controllers.podautoscaler;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Metrics from where people put them: pods' use of resources from this cluster itself, all else
/// from the servers of `custom.metrics.k8s.io` and `external.metrics.k8s.io`.
///
/// **Threads:** any.
///
/// **Source:** `pkg/controller/podautoscaler/metrics/client.go`; `k8s.io/metrics` custom_metrics
/// and external_metrics.
public final class ApiMetrics implements Metrics {

    private static final String CUSTOM = "custom.metrics.k8s.io";
    private static final String EXTERNAL = "external.metrics.k8s.io";
    private static final List<String> CUSTOM_VERSIONS = List.of("v1beta2", "v1beta1");
    private static final String EXTERNAL_VERSION = "v1beta1";

    /// The servers of other groups.
    public interface Servers {
        boolean has(String group, String version);

        /// @param path escaped, with its query
        /// @throws StatusException when there is no answer
        JsonObject get(String path);
    }

    private final OfPodsOnly pods;
    private final Servers servers;
    private final BiFunction<String, String, @Nullable Kind> kinds;

    /// @param kinds gives a kind for its apiVersion and name
    public ApiMetrics(
            OfPodsOnly pods, Servers servers, BiFunction<String, String, @Nullable Kind> kinds) {
        this.pods = pods;
        this.servers = servers;
        this.kinds = kinds;
    }

    @Override
    public List<KubeObject> ofPods(String namespace) throws MetricFault {
        return pods.ofPods(namespace);
    }

    @Override
    public Map<String, Long> custom(String namespace, String selector, JsonObject metric)
            throws MetricFault {
        String path = "namespaces/" + namespace + "/pods/*/" + escaped(metric.string("name"));
        Map<String, Long> values = new TreeMap<>();
        for (JsonObject item : customItems(path, selector, metric)) {
            values.put(item.object("describedObject").string("name"), value(item));
        }
        return values;
    }

    @Override
    public long ofObject(String namespace, JsonObject described, JsonObject metric)
            throws MetricFault {
        String metricName = escaped(metric.string("name"));
        String name = described.string("name");
        String path =
                described.string("kind").equals("Namespace")
                        ? "namespaces/" + name + "/metrics/" + metricName
                        : String.join(
                                "/",
                                "namespaces",
                                namespace,
                                resource(described),
                                name,
                                metricName);
        return value(customItems(path, "", metric).getFirst());
    }

    private String resource(JsonObject described) throws MetricFault {
        String version = described.string("apiVersion");
        Kind kind = kinds.apply(version, described.string("kind"));
        if (kind == null) {
            throw new MetricFault(
                    "no matches for kind \"%s\" in version \"%s\""
                            .formatted(described.string("kind"), version));
        }
        return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
    }

    /// At least one.
    private List<JsonObject> customItems(String path, String selector, JsonObject metric)
            throws MetricFault {
        for (String version : CUSTOM_VERSIONS) {
            if (servers.has(CUSTOM, version)) {
                String labels = LabelSelector.text(metric.object("selector"));
                String query = query(selector, "metricLabelSelector", labels);
                return items(
                        "/apis/" + CUSTOM + "/" + version + "/" + path + query,
                        "custom metrics API");
            }
        }
        throw MetricFault.noCustomMetrics();
    }

    @Override
    public List<Long> external(String namespace, JsonObject metric) throws MetricFault {
        if (!servers.has(EXTERNAL, EXTERNAL_VERSION)) {
            return pods.external(namespace, metric);
        }
        String path =
                String.join(
                        "/",
                        "/apis",
                        EXTERNAL,
                        EXTERNAL_VERSION,
                        "namespaces",
                        namespace,
                        escaped(metric.string("name")));
        String query = query(LabelSelector.text(metric.object("selector")), "", "");
        List<Long> values = new ArrayList<>();
        for (JsonObject item : items(path + query, "external metrics API")) {
            values.add(value(item));
        }
        return values;
    }

    private List<JsonObject> items(String path, String api) throws MetricFault {
        List<JsonObject> items;
        try {
            items = servers.get(path).array("items").objects();
        } catch (StatusException e) {
            throw new MetricFault(
                    "unable to fetch metrics from " + api + ": " + e.status().message());
        }
        if (items.isEmpty()) {
            throw new MetricFault("no metrics returned from " + api);
        }
        return items;
    }

    private static long value(JsonObject item) {
        return Quantity.parse(item.string("value")).thousandths();
    }

    private static String query(String labels, String other, String value) {
        String query = labels.isEmpty() ? "" : "?labelSelector=" + escaped(labels);
        if (value.isEmpty()) {
            return query;
        }
        return query + (query.isEmpty() ? "?" : "&") + other + "=" + escaped(value);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
