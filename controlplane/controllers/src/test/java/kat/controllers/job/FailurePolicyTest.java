package kat.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.controllers.job.FailurePolicy.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailurePolicyTest {

    private static final String ENDED =
            "{containerStatuses: [{name: main, state: {terminated: {exitCode: 5}}}],"
                    + " initContainerStatuses: [{name: init, state: {terminated: {exitCode: 7}}}],"
                    + " conditions: [{type: DisruptionTarget, status: 'True'}]}";

    record Case(String name, String rules, Outcome outcome) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        Outcome none = new Outcome("", "");
        String exit = " for pod ns/p failed with exit code ";
        return Stream.of(
                new Case("no rule", "[]", none),
                new Case(
                        "exit code in",
                        "[{action: FailJob, onExitCodes: {operator: In, values: [1, 5]}}]",
                        new Outcome(
                                "FailJob",
                                "Container main" + exit + "5 matching FailJob rule at index 0")),
                new Case(
                        "exit code of an init container",
                        "[{action: FailJob, onExitCodes: {operator: In, values: [7]}}]",
                        new Outcome(
                                "FailJob",
                                "Container init" + exit + "7 matching FailJob rule at index 0")),
                new Case(
                        "exit code of another container",
                        "[{action: FailJob, onExitCodes:"
                                + " {operator: In, values: [5], containerName: other}}]",
                        none),
                new Case(
                        "exit code not in",
                        "[{action: Count, onExitCodes: {operator: NotIn, values: [5, 7]}},"
                                + " {action: FailIndex, onExitCodes:"
                                + " {operator: NotIn, values: [1]}}]",
                        new Outcome("FailIndex", "")),
                new Case(
                        "condition",
                        "[{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]",
                        new Outcome("Ignore", "")),
                new Case(
                        "condition of another status",
                        "[{action: Ignore, onPodConditions:"
                                + " [{type: DisruptionTarget, status: 'False'}]}]",
                        none),
                new Case(
                        "condition that fails the job",
                        "[{action: Ignore, onExitCodes: {operator: In, values: [1]}},"
                                + " {action: FailJob, onPodConditions:"
                                + " [{type: DisruptionTarget, status: 'True'}]}]",
                        new Outcome(
                                "FailJob",
                                "Pod ns/p has condition DisruptionTarget matching FailJob rule at"
                                        + " index 1")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decidesByTheFirstRuleThatMatches(Case each) {
        JsonObject spec =
                (JsonObject) Yaml.parse("{podFailurePolicy: {rules: " + each.rules() + "}}");
        KubeObject pod =
                new KubeObject(
                        (JsonObject)
                                Yaml.parse(
                                        "{metadata: {name: p, namespace: ns}, status: "
                                                + ENDED
                                                + "}"));

        assertEquals(each.outcome(), new FailurePolicy(spec).of(pod));
    }
}
