package kat.api.custom;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules over one schema with bounds and one without, with what Kubernetes 1.36.3 says to each:
/// the faults of compiling it, its type, its estimated cost, its value or error, and its cost.
class RecordedRulesTest {

    private static final long ENDLESS = 100_000_000_000_000_000L;

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

    /// @param floor how many of the rules that Kubernetes or KAT has such an answer for are equal
    @ParameterizedTest
    @CsvSource({
        "compile, 45",
        "program, 4",
        "type, 688",
        "max, 701",
        "value, 617",
        "error, 28",
        "cost, 665"
    })
    void answersAsKubernetes(String kind, int floor) throws IOException {
        List<JsonObject> lines = lines();
        JsonObject head = lines.removeFirst();
        CelType bounded = Objects.requireNonNull(RuleTypes.of(head.object("bounded"), false));
        CelType unbounded = Objects.requireNonNull(RuleTypes.of(head.object("unbounded"), false));
        Json data = Objects.requireNonNull(head.get("value"));
        List<String> differing = new ArrayList<>();
        int equal = 0;
        for (JsonObject line : lines) {
            String rule = line.string("rule");
            JsonObject ours = answer(rule, bounded, data);
            String wanted = line.object("bounded").string(kind);
            String given = ours.string(kind);
            if (kind.equals("max") && line.has("unbounded")) {
                wanted += " / " + line.string("unbounded");
                given += " / " + answer(rule, unbounded, data).string(kind);
            }
            if (wanted.isEmpty() && given.isEmpty()) {
                continue;
            }
            if (wanted.equals(given)) {
                equal++;
            } else {
                differing.add(rule + "\n  Kubernetes: " + wanted + "\n  KAT: " + given);
            }
        }

        int reached = equal;
        assertTrue(
                equal >= floor,
                () ->
                        kind
                                + ": "
                                + reached
                                + " equal, floor "
                                + floor
                                + "; differing:\n"
                                + String.join("\n", differing));
    }
}
