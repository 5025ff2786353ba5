package kat.api.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;
import kat.api.schema.Schemas;
import org.junit.jupiter.api.Test;

/// Replays recorded patches of Kubernetes, when `KAT_WIRE` names the folder that holds them.
class RecordedPatchesTest {

    @Test
    void patchesAsRecorded() throws IOException {
        String folder = System.getenv("KAT_WIRE");
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        Json file = Json.parse(Files.readAllBytes(Path.of(folder, "patches.json")));
        List<String> different = new ArrayList<>();

        for (JsonObject scenario : ((JsonArray) file).objects()) {
            replay(scenario, different);
        }

        assertEquals(List.of(), different);
    }

    private static void replay(JsonObject scenario, List<String> different) {
        JsonObject object = JsonObject.EMPTY;
        for (JsonObject step : scenario.array("steps").objects()) {
            if (step.string("method").equals("POST")) {
                object = step.object("body");
            } else if (step.string("method").equals("PATCH")) {
                String difference = difference(object, step);
                if (!difference.isEmpty()) {
                    different.add(scenario.string("name") + ": " + difference);
                }
            }
        }
    }

    private static String difference(JsonObject object, JsonObject step) {
        JsonObject answer = step.object("answer");
        JsonObject body = answer.object("body");
        try {
            Json result = patch(object, step.object("headers").string("Content-Type"), step);
            if (result == null || answer.integer("code", 0) >= 300) {
                return ""; // what is wrong with these is not the patch
            }
            return isWithin(result, body) ? "" : result + " is not in " + body;
        } catch (StatusException e) {
            JsonObject given = e.status().toJson();
            boolean cut = body.string("message").endsWith("⋯");
            JsonObject wanted = cut ? body.with("message", given.string("message")) : body;
            return given.equals(wanted) ? "" : given + " instead of " + body;
        }
    }

    private static Json patch(JsonObject object, String type, JsonObject step) {
        Json patch = step.get("body");
        return switch (type) {
            case "application/json-patch+json" -> JsonPatch.apply(object, patch);
            case "application/merge-patch+json" -> MergePatch.apply(object, patch);
            case "application/strategic-merge-patch+json" ->
                    StrategicMergePatch.apply(object, patch, schema(object));
            default -> null;
        };
    }

    private static Schema schema(JsonObject object) {
        Kind kind = Kinds.builtIn().require(object.string("apiVersion"), object.string("kind"));
        return Schemas.builtIn().of(kind);
    }

    /// Whether all that a value has is in another, which may hold more members: defaults.
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
}
