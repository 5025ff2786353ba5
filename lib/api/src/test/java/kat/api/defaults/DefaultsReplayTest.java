package kat.api.defaults;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.FieldValidation;
import kat.api.schema.RequestBody;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import kat.api.strategy.FeatureGates;
import kat.api.strategy.Strategy;
import kat.api.wire.WireFiles;
import org.junit.jupiter.api.Test;

/// Creates of the recorded scenarios, decoded, defaulted and prepared, against what Kubernetes
/// answered, but for what a server allocates or admission adds.
class DefaultsReplayTest {

    /// The share of comparable creates that must be equal; it only grows.
    private static final double LEAST_SHARE = 0.97;

    private static final Set<String> ALLOCATED =
            Set.of(
                    "clusterIP",
                    "clusterIPs",
                    "nodePort",
                    "healthCheckNodePort",
                    "ipFamilies",
                    "ipFamilyPolicy",
                    "priority",
                    "preemptionPolicy",
                    "serviceAccount",
                    "serviceAccountName");

    @Test
    void recordedCreatesAreFilledInAsByKubernetes() {
        Path folder = WireFiles.folder();
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        String[] files = {
            "defaults.json", "writes.json", "patches.json", "reads.json", "tables.json",
            "refused.json", "settled.json", "subresources.json", "bodies.json", "apply.json"
        };
        for (WireFiles.Step step : WireFiles.steps(folder, files)) {
            boolean created =
                    step.method().equals("POST") && step.answer().integer("code", 0) == 201;
            if (!created || !(step.step().get("body") instanceof JsonObject body)) {
                continue;
            }
            JsonObject answer = step.answer().object("body");
            Kind kind = Kinds.builtIn().byKind(answer.string("apiVersion"), answer.string("kind"));
            if (kind == null || kind.verbs().size() < 3) {
                continue;
            }
            compared++;
            String difference = difference(comparable(answer), comparable(create(kind, body)), "");
            if (!difference.isEmpty()) {
                differences.add(step + "\n      " + difference);
            }
        }
        double share = compared == 0 ? 0 : 1 - (double) differences.size() / compared;
        assertTrue(
                share >= LEAST_SHARE,
                compared + " compared, different:\n" + String.join("\n", differences));
    }

    private static JsonObject create(Kind kind, JsonObject body) {
        Schema schema = Schemas.builtIn().of(kind);
        try {
            JsonObject read =
                    new RequestBody(kind.apiVersion(), kind.kind(), schema, (_, _) -> true)
                            .readTree(body, FieldValidation.WARN)
                            .object();
            return Strategy.prepareForCreate(
                    kind, Defaults.apply(schema, read), FeatureGates.DEFAULT, Instant.EPOCH);
        } catch (StatusException refused) {
            return JsonObject.of("refused", Json.of(refused.getMessage()));
        }
    }

    private static JsonObject comparable(JsonObject object) {
        JsonObject metadata = JsonObject.EMPTY;
        for (String name : List.of("labels", "annotations", "generation")) {
            Json value = object.object("metadata").get(name);
            if (value != null && object.object("metadata").string("generateName").isEmpty()) {
                metadata = metadata.with(name, value);
            }
        }
        return (JsonObject) stripped(object.with("metadata", metadata));
    }

    private static Json stripped(Json value) {
        return switch (value) {
            case JsonObject object ->
                    object.map(
                            (name, member) -> {
                                if (ALLOCATED.contains(name) && !(member instanceof JsonObject)) {
                                    return null;
                                }
                                Json inner = stripped(member);
                                return inner instanceof JsonArray array
                                                && array.isEmpty()
                                                && !((JsonArray) member).isEmpty()
                                        ? null
                                        : inner;
                            });
            case JsonArray array -> {
                List<Json> kept = new ArrayList<>();
                for (Json item : array) {
                    if (!isInjected(item)) {
                        kept.add(stripped(item));
                    }
                }
                yield new JsonArray(kept);
            }
            default -> value;
        };
    }

    private static boolean isInjected(Json item) {
        return item instanceof JsonObject object
                && (object.string("name").startsWith("kube-api-access-")
                        || object.string("key").startsWith("node.kubernetes.io/"));
    }

    private static String difference(Json want, Json got, String at) {
        if (want instanceof JsonObject a && got instanceof JsonObject b) {
            for (String name : a.names()) {
                Json other = b.get(name);
                if (other == null) {
                    return at + "." + name + ": missing, want " + a.get(name);
                }
                String inner = difference(a.get(name), other, at + "." + name);
                if (!inner.isEmpty()) {
                    return inner;
                }
            }
            for (String name : b.names()) {
                if (!a.has(name)) {
                    return at + "." + name + ": unexpected " + b.get(name);
                }
            }
            return "";
        }
        if (want instanceof JsonArray a && got instanceof JsonArray b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                String inner = difference(a.get(i), b.get(i), at + "[" + i + "]");
                if (!inner.isEmpty()) {
                    return inner;
                }
            }
            return "";
        }
        boolean free = want instanceof JsonString(String text) && text.startsWith("<");
        return want.equals(got) || free ? "" : at + ": want " + want + ", got " + got;
    }
}
