package kat.api.validation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// Replays recorded refusals of Kubernetes, when `KAT_WIRE` names the folder that holds them.
/// Only what the recorded answer names is compared where a message is cut.
class RecordedRefusalsTest {

    /// The share that must be as recorded, in percent of those that can be told from the object.
    private static final int LEAST_SHARE = 85;

    @Test
    void refusesAsRecorded() throws IOException {
        String folder = System.getenv("KAT_WIRE");
        assumeTrue(folder != null, "KAT_WIRE names no folder of recorded answers");
        String text = Files.readString(Path.of(folder, "refused.json")).replace("{ns}", "ns");
        Json file = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        List<String> different = new ArrayList<>();
        int seen = 0;

        for (JsonObject scenario : ((JsonArray) file).objects()) {
            for (JsonObject step : scenario.array("steps").objects()) {
                JsonObject answer = step.object("answer");
                JsonObject body = step.object("body");
                Kind kind = Kinds.builtIn().byKind(body.string("apiVersion"), body.string("kind"));
                boolean checked =
                        answer.integer("code", 0) == 422 || answer.integer("code", 0) == 201;
                if (kind == null || !checked || kind.group().startsWith("admissionreg")) {
                    continue;
                }
                seen++;
                String difference = difference(kind, body, answer);
                if (!difference.isEmpty()) {
                    different.add(scenario.string("name") + ": " + difference);
                }
            }
        }

        different.forEach(System.out::println);
        System.out.println("refusals: " + (seen - different.size()) + " of " + seen);
        assertTrue((seen - different.size()) * 100 >= seen * LEAST_SHARE, "too many differ");
    }

    private static String difference(Kind kind, JsonObject sent, JsonObject answer) {
        JsonObject object = TestDefaults.of(kind, sent);
        List<Status.Cause> given = Validation.create(kind, new KubeObject(object));
        List<Status.Cause> wanted = new ArrayList<>();
        if (answer.integer("code", 0) == 422) {
            wanted.addAll(Status.parse(answer.object("body")).details().causes());
        }
        boolean same = given.size() == wanted.size();
        for (int i = 0; same && i < given.size(); i++) {
            same = isSame(given.get(i), wanted.get(i));
        }
        return same ? "" : "\n   given  " + given + "\n   wanted " + wanted;
    }

    private static boolean isSame(Status.Cause given, Status.Cause wanted) {
        String message = wanted.message();
        boolean cut = message.endsWith("⋯");
        String start = cut ? message.substring(0, message.length() - 1) : message;
        return given.reason().equals(wanted.reason())
                && given.field().equals(wanted.field())
                && (cut ? given.message().startsWith(start) : given.message().equals(message));
    }
}
