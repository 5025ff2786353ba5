package kat.kubelet.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Objects;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RestartRulesTest {

    private static final String IN_42 =
            "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42, 43]}}]";
    private static final String NOT_0 =
            "restartPolicyRules: [{action: Restart, exitCodes: {operator: NotIn, values: [0]}}]";

    /// @param code with which the container ended
    record Case(String pod, String container, int code, boolean isRestarted) {}

    static List<Case> cases() {
        return List.of(
                new Case("Always", "", 0, true),
                new Case("OnFailure", "", 0, false),
                new Case("OnFailure", "", 1, true),
                new Case("Never", "", 1, false),
                new Case("Never", "restartPolicy: Always", 0, true),
                new Case("Never", "restartPolicy: OnFailure", 0, false),
                new Case("Never", "restartPolicy: OnFailure", 2, true),
                new Case("Always", "restartPolicy: Never", 2, false),
                new Case("Never", "restartPolicy: Never, " + IN_42, 42, true),
                new Case("Never", "restartPolicy: Never, " + IN_42, 1, false),
                new Case("Always", "restartPolicy: Never, " + NOT_0, 1, true),
                new Case("Always", "restartPolicy: Never, " + NOT_0, 0, false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void restarts(Case one) {
        JsonObject pod = read("restartPolicy: " + one.pod());

        assertEquals(
                one.isRestarted(),
                RestartRules.isRestarted(pod, read(one.container()), one.code()));
    }

    private static JsonObject read(String text) {
        return (JsonObject) Objects.requireNonNull(Yaml.parse("{" + text + "}"));
    }
}
