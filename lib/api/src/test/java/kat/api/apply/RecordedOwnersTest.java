package kat.api.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.patch.JsonPatch;
import kat.api.patch.MergePatch;
import kat.api.patch.StrategicMergePatch;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;

/// Replays recorded writes of Kubernetes and compares who owns what, when `KAT_WIRE` names the
/// folder that holds them. What defaulting, admission and allocation would add is taken from the
/// recorded answers.
class RecordedOwnersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /// Fields of a created object that no walk over its answer can tell from what its creator set.
    private static final Map<String, List<String>> ALLOCATED =
            Map.of("Service", List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));

    @Test
    void appliesAsRecorded() throws IOException {
        List<String> different = new ArrayList<>();

        for (JsonObject scenario : scenarios("apply.json")) {
            replay(scenario, different);
        }

        assertEquals(List.of(), different);
    }

    @Test
    void entersCreatorsAsRecorded() throws IOException {
        List<String> different = new ArrayList<>();
        int seen = 0;

        for (JsonObject scenario : scenarios("defaults.json")) {
            for (JsonObject step : scenario.array("steps").objects()) {
                if (step.string("method").equals("POST") && code(step) == 201) {
                    seen++;
                    create(scenario.string("name"), step, different);
                }
            }
        }

        System.out.println(
                "creates: " + (seen - different.size()) + " of " + seen + " as recorded");
        assertEquals(List.of(), different);
    }

    private static void create(String name, JsonObject step, List<String> different) {
        JsonObject body = step.object("answer").object("body");
        KubeObject answered = new KubeObject(body);
        Kind kind = Kinds.builtIn().byKind(answered.apiVersion(), answered.kind());
        if (kind == null || kind.group().startsWith("admissionregistration")) {
            return;
        }
        JsonObject tree = body.withoutAt("metadata", "managedFields");
        for (String server : List.of("uid", "creationTimestamp", "resourceVersion", "generation")) {
            tree = tree.withoutAt("metadata", server);
        }
        if (kind.hasSubresource("status")) {
            tree = tree.without("status");
        }
        for (String allocated : ALLOCATED.getOrDefault(kind.kind(), List.of())) {
            if (!step.object("body").object("spec").has(allocated)) {
                tree = tree.withoutAt("spec", allocated);
            }
        }
        tree = withoutAdmission(kind, tree, step.object("body"));
        KubeObject created = manager(kind, "").created(new KubeObject(tree), managerOf(step), NOW);
        String difference = difference(owners(answered), owners(created));
        if (!difference.isEmpty()) {
            different.add(name + ": " + difference);
        }
    }

    /// Takes away what admission and allocation add after the creator is entered.
    private static JsonObject withoutAdmission(Kind kind, JsonObject tree, JsonObject sent) {
        return switch (kind.kind()) {
            case "PersistentVolumeClaim" -> tree.withoutAt("metadata", "finalizers");
            case "Service" ->
                    tree.withoutAt("spec", "healthCheckNodePort")
                            .change(
                                    "spec",
                                    spec ->
                                            spec.with(
                                                    "ports",
                                                    spec.array("ports")
                                                            .map(RecordedOwnersTest::plainPort)));
            case "Pod" -> {
                JsonObject spec = tree.object("spec");
                for (String name :
                        List.of(
                                "volumes",
                                "tolerations",
                                "priority",
                                "preemptionPolicy",
                                "serviceAccount",
                                "serviceAccountName")) {
                    spec = sent.object("spec").has(name) ? spec : spec.without(name);
                }
                JsonArray containers =
                        spec.array("containers")
                                .map(item -> ((JsonObject) item).without("volumeMounts"));
                yield tree.with("spec", spec.with("containers", containers));
            }
            default -> tree;
        };
    }

    private static Json plainPort(Json port) {
        return ((JsonObject) port).without("nodePort");
    }

    private static void replay(JsonObject scenario, List<String> different) {
        KubeObject live = null;
        for (JsonObject step : scenario.array("steps").objects()) {
            JsonObject answer = step.object("answer");
            KubeObject answered = new KubeObject(answer.object("body"));
            String outcome = outcome(live, step, answered);
            if (!outcome.isEmpty()) {
                different.add(scenario.string("name") + " " + step.string("path") + ": " + outcome);
            }
            if (code(step) < 300 && !step.string("path").contains("dryRun")) {
                live = answered;
            }
        }
    }

    private static String outcome(KubeObject live, JsonObject step, KubeObject answered) {
        String path = step.string("path");
        String subresource = path.contains("/status?") ? "status" : "";
        boolean apply =
                step.object("headers").string("Content-Type").contains("apply-patch")
                        && step.get("body") instanceof JsonObject;
        if (!apply || code(step) == 422 || path.contains("dryRun") || inspects(answered)) {
            return code(step) >= 300 || !step.string("method").equals("PATCH") || apply
                    ? ""
                    : update(live, step, answered, subresource);
        }
        KubeObject applied = new KubeObject(step.object("body"));
        Kind kind = Kinds.builtIn().byKind(applied.apiVersion(), applied.kind());
        if (kind == null) {
            kind = Kinds.builtIn().byKind("v1", applied.kind());
        }
        Applied result =
                manager(kind, subresource)
                        .apply(live, applied, managerOf(step), path.contains("force=true"), NOW);
        return switch (result) {
            case Applied.Merged merged ->
                    code(step) < 300
                            ? difference(owners(answered), owners(merged.object()))
                                    + within(merged.object().tree(), answered.tree())
                            : "merged instead of " + answered.tree();
            case Applied.Conflicting(Status status) -> differs(status, answered);
            case Applied.Refused(Status status) -> differs(status, answered);
        };
    }

    /// Whether the answer is one that the server gives before or after the merge.
    private static boolean inspects(KubeObject answered) {
        String message = answered.tree().string("message");
        return message.contains("does not match the name") || message.contains("has been modified");
    }

    private static String update(
            KubeObject live, JsonObject step, KubeObject answered, String subresource) {
        Json patch = step.get("body");
        Kind kind = Kinds.builtIn().byKind(live.apiVersion(), live.kind());
        JsonObject tree =
                switch (step.object("headers").string("Content-Type")) {
                    case "application/merge-patch+json" -> MergePatch.apply(live.tree(), patch);
                    case "application/json-patch+json" ->
                            (JsonObject) JsonPatch.apply(live.tree(), patch);
                    default ->
                            StrategicMergePatch.apply(
                                    live.tree(), patch, Schemas.builtIn().of(kind));
                };
        KubeObject updated =
                manager(kind, subresource)
                        .updated(live, new KubeObject(tree), managerOf(step), NOW);
        return difference(owners(answered), owners(updated));
    }

    private static String differs(Status status, KubeObject answered) {
        return status.toJson().equals(answered.tree())
                ? ""
                : status.toJson() + " instead of " + answered.tree();
    }

    private static String difference(JsonObject wanted, JsonObject given) {
        return wanted.equals(given) ? "" : "\n  given  " + given + "\n  wanted " + wanted + "\n";
    }

    private static String within(JsonObject given, JsonObject wanted) {
        for (String part : List.of("spec", "template", "data")) {
            if (!isWithin(given.object(part), wanted.object(part))) {
                return part + " " + given.object(part) + " is not in " + wanted.object(part);
            }
        }
        return "";
    }

    private static boolean isWithin(Json value, Json other) {
        if (value instanceof JsonObject object && other instanceof JsonObject larger) {
            return object.names().stream()
                    .allMatch(
                            name ->
                                    larger.has(name)
                                            && isWithin(object.get(name), larger.get(name)));
        }
        if (value instanceof JsonArray list && other instanceof JsonArray same) {
            boolean all = list.size() == same.size();
            for (int i = 0; all && i < list.size(); i++) {
                all = isWithin(list.get(i), same.get(i));
            }
            return all;
        }
        return value.equals(other);
    }

    /// The entries by manager, with whether they have a time in place of it.
    private static JsonObject owners(KubeObject object) {
        JsonObject.Builder owners = JsonObject.builder();
        for (JsonObject entry : object.metadata().array("managedFields").objects()) {
            JsonObject plain = entry.has("time") ? entry.with("time", "<time>") : entry;
            owners.put(entry.string("manager") + " " + entry.string("operation"), plain);
        }
        return owners.build();
    }

    private static FieldManager manager(Kind kind, String subresource) {
        return new FieldManager(kind, Schemas.builtIn().of(kind), subresource);
    }

    private static String managerOf(JsonObject step) {
        String path = step.string("path");
        int at = path.indexOf("fieldManager=");
        String given = at < 0 ? "" : path.substring(at + 13).replaceFirst("&.*", "");
        return ManagerNames.of(given, "wirecheck");
    }

    private static long code(JsonObject step) {
        return step.object("answer").integer("code", 500);
    }

    private static List<JsonObject> scenarios(String file) throws IOException {
        String folder = System.getenv("KAT_WIRE");
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        return ((JsonArray) Json.parse(Files.readAllBytes(Path.of(folder, file)))).objects();
    }
}
