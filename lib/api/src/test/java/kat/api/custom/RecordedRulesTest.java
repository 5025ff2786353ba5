package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import kat.api.cel.CelException;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.cel.Program;
import kat.api.cel.Shown;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// Rules over one schema with bounds and one without, with what Kubernetes 1.36.3 says to each:
/// the faults of compiling it, its type, its estimated cost, its value or error, and its cost.
class RecordedRulesTest {

    private static final List<String> KINDS =
            List.of("compile", "program", "type", "max", "most", "value", "error", "cost");

    /// How many answers of each kind are equal; the rest is mostly what syntax errors lead to.
    private static final Map<String, Integer> FLOORS =
            Map.of(
                    "compile", 306, "program", 25, "type", 1130, "max", 1130, "most", 367, "value",
                    958, "error", 158, "cost", 1095);

    private static final long ENDLESS = 100_000_000_000_000_000L;

    /// Kubernetes' own names of types change from one time to the next.
    private static final Pattern TYPE_NAME = Pattern.compile("selfType1[\\w.@]*");

    private static List<JsonObject> lines() throws IOException {
        try (InputStream in = RecordedRulesTest.class.getResourceAsStream("rules.jsonl")) {
            List<JsonObject> lines = new ArrayList<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(
                            line ->
                                    lines.add(
                                            (JsonObject)
                                                    Json.parse(
                                                            line.getBytes(
                                                                    StandardCharsets.UTF_8))));
            return lines;
        }
    }

    private static JsonObject answer(String rule, CelType type, Json data) {
        JsonObject answer = JsonObject.builder().build();
        Program program;
        try {
            program = new Environment(Map.of("self", type)).compile(rule);
        } catch (CompileException e) {
            return answer.with(
                    e.isInstantiation() ? "program" : "compile", Json.of(e.getMessage()));
        }
        answer =
                answer.with("type", Json.of(program.type().toString()))
                        .with("max", Json.of(most(program, type)));
        Object self = Data.of(data, type);
        Evaluation run = new Evaluation(_ -> self, Environment.CALL_LIMIT);
        try {
            answer = answer.with("value", Json.of(Shown.of(program.run(run))));
        } catch (CelException e) {
            answer = answer.with("error", Json.of(e.getMessage()));
        }
        return answer.with("cost", Json.of(Long.toString(run.cost())));
    }

    private static String most(Program program, CelType type) {
        long most = program.worstCost(type);
        return most >= ENDLESS ? "unbound" : Long.toString(most);
    }

    @Test
    void answersAsKubernetes() throws IOException {
        List<JsonObject> lines = lines();
        JsonObject head = lines.removeFirst();
        CelType bounded = Objects.requireNonNull(RuleTypes.of(head.object("bounded"), false));
        CelType unbounded = Objects.requireNonNull(RuleTypes.of(head.object("unbounded"), false));
        Json data = Objects.requireNonNull(head.get("value"));
        Map<String, Integer> equal = new TreeMap<>();
        List<String> differing = new ArrayList<>();
        for (JsonObject line : lines) {
            String rule = line.string("rule");
            JsonObject wanted = line.object("bounded");
            JsonObject given = answer(rule, bounded, data);
            if (line.has("unbounded")) {
                wanted = wanted.with("most", Json.of(line.string("unbounded")));
                String most = answer(rule, unbounded, data).string("max");
                given = given.with("most", Json.of(most));
            }
            compare(rule, wanted, given, equal, differing);
        }

        assertTrue(
                FLOORS.entrySet().stream()
                        .allMatch(
                                floor -> equal.getOrDefault(floor.getKey(), 0) >= floor.getValue()),
                () ->
                        "fewer equal answers: "
                                + equal
                                + "; differing:\n"
                                + String.join("\n", differing));
    }

    private static void compare(
            String rule,
            JsonObject wanted,
            JsonObject given,
            Map<String, Integer> equal,
            List<String> differing) {
        for (String kind : KINDS) {
            String ours = TYPE_NAME.matcher(given.string(kind)).replaceAll("object");
            boolean isAsked = wanted.has(kind) || given.has(kind);
            if (isAsked && wanted.string(kind).equals(ours)) {
                equal.merge(kind, 1, Integer::sum);
            } else if (isAsked) {
                differing.add(rule + "\n  Kubernetes: " + wanted.string(kind) + "\n  KAT: " + ours);
            }
        }
    }
}
