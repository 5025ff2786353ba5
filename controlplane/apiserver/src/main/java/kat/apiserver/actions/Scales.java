package kat.apiserver.actions;

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;

/// The scale of a workload: how many replicas, seen and set apart from the rest.
///
/// **Source:** `autoscaling/v1` Scale.
public final class Scales {

    private static final Kind SCALE =
            new Kind(
                    "autoscaling",
                    "v1",
                    "Scale",
                    "scales",
                    "scale",
                    true,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    "");

    private final Writer writer;

    public Scales(Writer writer) {
        this.writer = writer;
    }

    /// The scale of an object.
    public static JsonObject of(KubeObject object) {
        JsonObject metadata = object.metadata();
        JsonObject.Builder meta = JsonObject.builder();
        for (String name :
                List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            Json value = metadata.get(name);
            if (value != null) {
                meta.put(name, value);
            }
        }
        JsonObject spec = object.spec();
        long wanted = spec.integer("replicas", 0);
        JsonObject.Builder status =
                JsonObject.builder().put("replicas", object.status().integer("replicas", 0));
        String selector = selector(spec.object("selector"));
        return JsonObject.builder()
                .put("kind", "Scale")
                .put("apiVersion", "autoscaling/v1")
                .put("metadata", meta.build())
                .put(
                        "spec",
                        wanted == 0 ? JsonObject.EMPTY : JsonObject.of("replicas", Json.of(wanted)))
                .put("status", status.putUnlessEmpty("selector", selector).build())
                .build();
    }

    private static String selector(JsonObject selector) {
        StringJoiner text = new StringJoiner(",");
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        JsonObject labels = plain ? selector : selector.object("matchLabels");
        for (Map.Entry<String, String> label : labels.strings().entrySet()) {
            text.add(label.getKey() + "=" + label.getValue());
        }
        for (JsonObject rule : selector.array("matchExpressions").objects()) {
            String key = rule.string("key");
            String values = "(" + String.join(",", rule.array("values").strings()) + ")";
            text.add(
                    switch (rule.string("operator")) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "Exists" -> key;
                        default -> "!" + key;
                    });
        }
        return text.toString();
    }

    /// @param change from the live scale to the wished one
    Outcome update(Target target, UnaryOperator<KubeObject> change, WriteCall call) {
        return writer.update(
                target,
                live -> {
                    KubeObject wish = change.apply(new KubeObject(of(live)));
                    return new KubeObject(scaled(target, live, wish));
                },
                call);
    }

    private static JsonObject scaled(Target target, KubeObject live, KubeObject wish) {
        String version = wish.resourceVersion();
        if (!version.isEmpty() && !version.equals(live.resourceVersion())) {
            throw Status.modified(target.kind(), target.name()).asException();
        }
        if (!wish.name().isEmpty() && !wish.name().equals(target.name())) {
            throw Status.badRequest(
                            "the name of the object ("
                                    + wish.name()
                                    + ") does not match the name on the URL ("
                                    + target.name()
                                    + ")")
                    .asException();
        }
        long replicas = wish.spec().integer("replicas", 0);
        if (replicas < 0) {
            Status.Cause cause =
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: " + replicas + ": must be greater than or equal to 0",
                            "spec.replicas");
            throw Status.invalid(SCALE, target.name(), List.of(cause)).asException();
        }
        return live.tree().withAt(Json.of(replicas), "spec", "replicas");
    }
}
