package kat.controllers.job;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A job's `podFailurePolicy`: what is to come of a pod that failed. The first rule that matches
/// decides.
///
/// **Source:** KEP-3329; kube-controller-manager `job/pod_failure_policy.go`.
final class FailurePolicy {

    private final List<JsonObject> rules;

    FailurePolicy(JsonObject spec) {
        this.rules = spec.object("podFailurePolicy").array("rules").objects();
    }

    /// What a rule says about a pod.
    ///
    /// @param action `Ignore`, `Count`, `FailIndex` or `FailJob`; empty when no rule matches
    /// @param message why the job fails; empty unless it does
    record Outcome(String action, String message) {

        private static final Outcome NO_RULE = new Outcome("", "");

        /// Whether the pod counts against the back-off limit.
        boolean counts() {
            return !action.equals("Ignore");
        }

        boolean failsIndex() {
            return action.equals("FailIndex");
        }
    }

    Outcome of(KubeObject failed) {
        for (int i = 0; i < rules.size(); i++) {
            JsonObject rule = rules.get(i);
            String cause =
                    rule.has("onExitCodes")
                            ? exit(failed, rule.object("onExitCodes"))
                            : condition(failed, rule.array("onPodConditions"));
            if (cause != null) {
                String action = rule.string("action");
                String end = " matching " + action + " rule at index " + i;
                return new Outcome(action, action.equals("FailJob") ? cause + end : "");
            }
        }
        return Outcome.NO_RULE;
    }

    private static @Nullable String exit(KubeObject pod, JsonObject wanted) {
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            for (JsonObject container : pod.status().array(list).objects()) {
                JsonObject ended = container.at("state", "terminated");
                long code = ended.integer("exitCode", 0);
                String name = container.string("name");
                boolean meant = wanted.string("containerName", name).equals(name);
                if (code != 0 && meant && matches(wanted, code)) {
                    return "Container %s for pod %s failed with exit code %d"
                            .formatted(name, pod.key(), code);
                }
            }
        }
        return null;
    }

    private static boolean matches(JsonObject wanted, long code) {
        boolean listed =
                wanted.array("values").items().stream()
                        .anyMatch(each -> each instanceof JsonNumber n && n.longValue() == code);
        return switch (wanted.string("operator")) {
            case "In" -> listed;
            case "NotIn" -> !listed;
            default -> false;
        };
    }

    private static @Nullable String condition(KubeObject pod, JsonArray patterns) {
        for (JsonObject condition : pod.status().array("conditions").objects()) {
            for (JsonObject pattern : patterns.objects()) {
                String type = condition.string("type");
                // A pattern's status is True unless it says otherwise.
                String status = pattern.string("status", "True");
                if (type.equals(pattern.string("type"))
                        && condition.string("status").equals(status)) {
                    return "Pod %s has condition %s".formatted(pod.key(), type);
                }
            }
        }
        return null;
    }
}
