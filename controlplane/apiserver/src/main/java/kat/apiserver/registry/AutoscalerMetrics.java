package kat.apiserver.registry;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Metrics and conditions of autoscalers in the texts of annotations, with the fields of
/// autoscaling/v1 in their order there.
///
/// **Source:** `autoscaling/v1/types.go` and its conversion.
final class AutoscalerMetrics {

    private static final Json NONE = Json.of("0");

    private AutoscalerMetrics() {}

    /// One JSON object whose members stand in the order in which they were put.
    private static final class Text {
        private final StringBuilder text = new StringBuilder("{");

        Text put(String name, @Nullable Json value) {
            return value == null ? this : raw(name, value.toString());
        }

        Text raw(String name, String value) {
            if (text.length() > 1) {
                text.append(',');
            }
            text.append('"').append(name).append("\":").append(value);
            return this;
        }

        String end() {
            return text + "}";
        }
    }

    static String spec(JsonObject metric) {
        return whole(metric, "target", "targetAverage", "targetValue");
    }

    static String status(JsonObject metric) {
        return whole(metric, "current", "currentAverage", "currentValue");
    }

    static String condition(JsonObject condition) {
        Text text = new Text();
        for (String field : List.of("type", "status", "lastTransitionTime", "reason", "message")) {
            text.put(field, condition.get(field));
        }
        return text.end();
    }

    /// @param holder of the amounts
    /// @param average what names of averages begin with
    /// @param value the name of an amount that is no average
    private static String whole(JsonObject metric, String holder, String average, String value) {
        Text text = new Text().put("type", metric.get("type"));
        for (String kind : List.of("object", "pods", "resource", "containerResource", "external")) {
            if (metric.has(kind)) {
                JsonObject source = metric.object(kind);
                Names names = new Names(average + "Utilization", average + "Value", value);
                text.raw(kind, part(kind, source, source.object(holder), names));
            }
        }
        return text.end();
    }

    /// How one version calls the amounts.
    private record Names(String utilization, String average, String value) {
        boolean ofStatus() {
            return value.startsWith("current");
        }
    }

    private static String part(String kind, JsonObject source, JsonObject amounts, Names names) {
        JsonObject metric = source.object("metric");
        Json average = amounts.get("averageValue");
        return switch (kind) {
            case "object" -> {
                JsonObject about = source.object("describedObject");
                Text target =
                        new Text()
                                .put("kind", about.get("kind"))
                                .put("name", about.get("name"))
                                .put("apiVersion", about.get("apiVersion"));
                yield new Text()
                        .raw("target", target.end())
                        .put("metricName", metric.get("name"))
                        .put(names.value(), orNone(amounts.get("value")))
                        .put("selector", metric.get("selector"))
                        .put("averageValue", average)
                        .end();
            }
            case "pods" ->
                    new Text()
                            .put("metricName", metric.get("name"))
                            .put(names.average(), orNone(average))
                            .put("selector", metric.get("selector"))
                            .end();
            case "external" ->
                    new Text()
                            .put("metricName", metric.get("name"))
                            .put("metricSelector", metric.get("selector"))
                            .put(
                                    names.value(),
                                    names.ofStatus()
                                            ? orNone(amounts.get("value"))
                                            : amounts.get("value"))
                            .put(names.average(), average)
                            .end();
            default ->
                    new Text()
                            .put("name", source.get("name"))
                            .put(names.utilization(), amounts.get("averageUtilization"))
                            .put(names.average(), names.ofStatus() ? orNone(average) : average)
                            .put("container", source.get("container"))
                            .end();
        };
    }

    private static Json orNone(@Nullable Json amount) {
        return amount == null ? NONE : amount;
    }

    /// What is asked for, in the form of autoscaling/v2.
    static JsonObject ofSpec(JsonObject told) {
        return turned(
                told, new Names("targetAverageUtilization", "targetAverageValue", "targetValue"));
    }

    /// What was measured, in the form of autoscaling/v2.
    static JsonObject ofStatus(JsonObject told) {
        return turned(
                told,
                new Names("currentAverageUtilization", "currentAverageValue", "currentValue"));
    }

    private static JsonObject turned(JsonObject told, Names names) {
        JsonObject metric = JsonObject.EMPTY;
        for (int i = 0; i < told.size(); i++) {
            Json part = told.valueAt(i);
            metric =
                    part instanceof JsonObject source
                            ? metric.with(told.nameAt(i), source(told.nameAt(i), source, names))
                            : metric.with(told.nameAt(i), part);
        }
        return metric;
    }

    private static JsonObject source(String kind, JsonObject told, Names names) {
        JsonObject.Builder source = JsonObject.builder();
        Json name = given(told, "metricName");
        Json average = given(told, kind.equals("object") ? "averageValue" : names.average());
        Json value = given(told, names.value());
        // a version of old cannot leave the value out
        boolean nothing = average != null && NONE.equals(value) && kind.equals("object");
        Json utilization = given(told, names.utilization());
        JsonObject.Builder amounts = JsonObject.builder();
        put(amounts, "averageUtilization", utilization);
        put(amounts, "averageValue", average);
        if (!names.ofStatus()) {
            String type = average != null && (value == null || nothing) ? "AverageValue" : "Value";
            amounts.put("type", Json.of(utilization == null ? type : "Utilization"));
        }
        put(amounts, "value", nothing && !names.ofStatus() ? null : value);
        put(source, "container", told.get("container"));
        source.put("current", names.ofStatus() ? amounts.build() : JsonObject.EMPTY);
        if (kind.equals("object")) {
            put(source, "describedObject", given(told, "target"));
        }
        if (name != null) {
            String selector = kind.equals("external") ? "metricSelector" : "selector";
            JsonObject.Builder metric = JsonObject.builder();
            metric.put("name", name);
            put(metric, "selector", told.get(selector));
            source.put("metric", metric.build());
        }
        put(source, "name", told.get("name"));
        source.put("target", names.ofStatus() ? JsonObject.EMPTY : amounts.build());
        return source.build().without(names.ofStatus() ? "target" : "current");
    }

    /// Null is as nothing.
    private static @Nullable Json given(JsonObject told, String name) {
        Json value = told.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static void put(JsonObject.Builder to, String name, @Nullable Json value) {
        if (value != null) {
            to.put(name, value);
        }
    }
}
