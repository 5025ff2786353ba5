package kat.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.selector.LabelSelector;
import kat.controllers.podautoscaler.ReplicaCalculator.Result;

/// What each metric of an autoscaler proposes.
///
/// **Source:** kube-controller-manager `podautoscaler/horizontal.go`, `computeReplicasForMetric`.
final class Proposals {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Metrics metrics;
    private final ScaleTarget target;
    private final List<KubeObject> pods;
    private final ReplicaCalculator calculator;

    Proposals(Metrics metrics, ScaleTarget target, List<KubeObject> pods, ReplicaCalculator by) {
        this.metrics = metrics;
        this.target = target;
        this.pods = pods;
        this.calculator = by;
    }

    /// @param name what the metric is called in events and conditions
    /// @param status the metric as `currentMetrics` tells it
    record Proposal(long replicas, String name, JsonObject status) {}

    /// The reason of the condition when a metric cannot be had.
    static String failure(JsonObject metric) {
        return "FailedGet" + metric.string("type") + "Metric";
    }

    /// @throws MetricFault in Kubernetes' words
    Proposal of(JsonObject metric) throws MetricFault {
        return switch (metric.string("type")) {
            case "Resource" -> resource(metric.object("resource"), "");
            case "ContainerResource" ->
                    resource(
                            metric.object("containerResource"),
                            metric.object("containerResource").string("container"));
            case "Pods" -> custom(metric.object("pods"));
            case "Object" -> object(metric.object("object"));
            case "External" -> external(metric.object("external"));
            default ->
                    throw new MetricFault(
                            "unknown metric source type \"" + metric.string("type") + "\"");
        };
    }

    private Proposal resource(JsonObject source, String container) throws MetricFault {
        String name = source.string("name");
        JsonObject wanted = source.object("target");
        boolean isCpu = name.equals("cpu");
        if (wanted.has("averageValue")) {
            try {
                long value = milli(wanted, "averageValue");
                Result result = calculator.byValue(samples(name, container), value, isCpu);
                JsonObject current =
                        JsonObject.EMPTY.with("averageValue", text(name, result.usage()));
                return proposal(source, container, current, result, name + " resource");
            } catch (MetricFault e) {
                throw e.when("failed to get " + name + " usage");
            }
        }
        try {
            Map<String, Sample> samples = samples(name, container);
            Map<String, Long> requests = Requests.of(pods, container, name);
            long percent = wanted.integer("averageUtilization", 0);
            Result result = calculator.byUtilization(samples, requests, percent, isCpu);
            JsonObject current =
                    JsonObject.EMPTY
                            .with("averageUtilization", result.utilization())
                            .with("averageValue", text(name, result.usage()));
            String called =
                    name
                            + (container.isEmpty() ? "" : " container")
                            + " resource utilization (percentage of request)";
            return proposal(source, container, current, result, called);
        } catch (MetricFault e) {
            throw e.when("failed to get " + name + " utilization");
        }
    }

    private static Proposal proposal(
            JsonObject source, String container, JsonObject current, Result result, String called) {
        JsonObject told = source.without("target").with("current", current);
        JsonObject status =
                container.isEmpty()
                        ? JsonObject.EMPTY.with("type", "Resource").with("resource", told)
                        : JsonObject.EMPTY
                                .with("type", "ContainerResource")
                                .with("containerResource", told);
        return new Proposal(result.replicas(), called, status);
    }

    private static String text(String resource, long milli) {
        return resource.equals("memory")
                ? Quantity.of(milli / 1000, Quantity.Format.BINARY_SI).toString()
                : Quantity.ofMilli(milli).toString();
    }

    private static long milli(JsonObject wanted, String field) {
        return Quantity.parse(wanted.string(field)).thousandths();
    }

    private Map<String, Sample> samples(String resource, String container) throws MetricFault {
        String wanted = "unable to get metrics for resource " + resource;
        List<KubeObject> all;
        try {
            all = metrics.ofPods(target.key().namespace());
        } catch (MetricFault e) {
            throw e.when(wanted);
        }
        Map<String, Sample> samples = new TreeMap<>();
        boolean any = false;
        for (KubeObject each : all) {
            if (!target.selector().matches(each.labels())) {
                continue;
            }
            any = true;
            long sum = sum(each, resource, container);
            if (sum >= 0) {
                Instant at = Instant.parse(each.tree().string("timestamp"));
                samples.put(each.name(), new Sample(sum, at, window(each)));
            }
        }
        if (!any) {
            throw new MetricFault("no metrics returned from resource metrics API").when(wanted);
        }
        return samples;
    }

    private static Duration window(KubeObject metrics) {
        String text = metrics.tree().string("window").replace("s", "");
        return text.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(text)) : WINDOW;
    }

    /// Negative when a container does not tell.
    private static long sum(KubeObject metrics, String resource, String container) {
        long sum = -1;
        for (JsonObject each : metrics.tree().array("containers").objects()) {
            if (!container.isEmpty() && !each.string("name").equals(container)) {
                continue;
            }
            String value = each.object("usage").string(resource);
            if (value.isEmpty()) {
                return -1;
            }
            sum = Math.max(sum, 0) + Quantity.parse(value).thousandths();
        }
        return sum;
    }

    private Proposal custom(JsonObject source) throws MetricFault {
        JsonObject metric = source.object("metric");
        try {
            Map<String, Sample> samples = new TreeMap<>();
            metrics.custom(target.key().namespace(), target.selectorText(), metric)
                    .forEach((pod, value) -> samples.put(pod, Sample.of(value)));
            long wanted = milli(source.object("target"), "averageValue");
            Result result = calculator.byValue(samples, wanted, false);
            JsonObject current =
                    JsonObject.EMPTY.with(
                            "averageValue", Quantity.ofMilli(result.usage()).toString());
            return new Proposal(
                    result.replicas(),
                    "pods metric " + metric.string("name"),
                    status("Pods", "pods", source, current));
        } catch (MetricFault e) {
            throw e.when("unable to get metric " + metric.string("name"));
        }
    }

    private static JsonObject status(
            String type, String field, JsonObject source, JsonObject current) {
        return JsonObject.EMPTY
                .with("type", type)
                .with(field, source.without("target").with("current", current));
    }

    private Proposal object(JsonObject source) throws MetricFault {
        JsonObject metric = source.object("metric");
        JsonObject described = source.object("describedObject");
        String namespace = target.key().namespace();
        long usage;
        try {
            usage = metrics.ofObject(namespace, described, metric);
        } catch (MetricFault e) {
            throw new MetricFault(
                    "unable to get metric %s: %s on %s %s/%s"
                            .formatted(
                                    metric.string("name"),
                                    e.text(),
                                    described.string("kind"),
                                    namespace,
                                    described.string("name")));
        }
        String called = described.string("kind") + " metric " + metric.string("name");
        return shared(source, usage, called, "Object", "object");
    }

    private Proposal external(JsonObject source) throws MetricFault {
        JsonObject metric = source.object("metric");
        String namespace = target.key().namespace();
        long usage = 0;
        try {
            for (long value : metrics.external(namespace, metric)) {
                usage += value;
            }
        } catch (MetricFault e) {
            throw e.when(
                    "failed to get external metric "
                            + metric.string("name")
                            + ": unable to get external metric "
                            + namespace
                            + "/"
                            + metric.string("name"));
        }
        String called = "external metric " + metric.string("name");
        return shared(source, usage, called, "External", "external");
    }

    /// A value that does not belong to single pods.
    private Proposal shared(JsonObject source, long usage, String called, String type, String field)
            throws MetricFault {
        JsonObject wanted = source.object("target");
        if (wanted.has("averageValue")) {
            long share = milli(wanted, "averageValue");
            long has = Math.max(1, target.statusReplicas());
            long mean = ReplicaCalculator.ceiling((double) usage / has);
            JsonObject current =
                    JsonObject.EMPTY.with("averageValue", Quantity.ofMilli(mean).toString());
            return new Proposal(
                    calculator.byShare(usage, share, target.statusReplicas()),
                    called,
                    status(type, field, source, current));
        }
        double ratio = (double) usage / milli(wanted, "value");
        JsonObject current = JsonObject.EMPTY.with("value", Quantity.ofMilli(usage).toString());
        return new Proposal(
                calculator.byRatio(ratio), called, status(type, field, source, current));
    }

    /// The pods that a target's selector matches.
    static List<KubeObject> select(List<KubeObject> pods, LabelSelector selector) {
        List<KubeObject> found = new ArrayList<>();
        for (KubeObject pod : pods) {
            if (selector.matches(pod.labels())) {
                found.add(pod);
            }
        }
        return found;
    }
}
