package kat.kubelet.spec;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// Whether a container that ended is started again: its rules for exit codes come first, then its
/// own policy, then the pod's. Rules count only where the container has a policy.
///
/// | the container has            | and ended with      | it                       |
/// |------------------------------|---------------------|--------------------------|
/// | a rule that names the code   | that code           | is started again         |
/// | a policy                     | any other           | follows its own policy   |
/// | neither                      | any                 | follows the pod's policy |
///
/// A rule `RestartAllContainers` does the same for the whole pod ([#restartsAll]).
///
/// **Source:** KEP-5307; `ContainerShouldRestart` in `pkg/api/v1/pod/util.go`.
public final class RestartRules {

    private RestartRules() {}

    /// @param pod spec of the pod
    /// @param exitCode with which the container ended
    public static boolean isRestarted(JsonObject pod, JsonObject container, long exitCode) {
        String own = container.string("restartPolicy");
        for (JsonObject rule : container.array("restartPolicyRules").objects()) {
            if (!own.isEmpty() && isMet(rule.object("exitCodes"), exitCode)) {
                return true;
            }
        }
        return switch (own.isEmpty() ? pod.string("restartPolicy", "Always") : own) {
            case "Never" -> false;
            case "OnFailure" -> exitCode != 0;
            default -> true;
        };
    }

    /// Whether all containers of the pod are to begin anew because this one ended so.
    ///
    /// **Source:** KEP-5532.
    public static boolean restartsAll(JsonObject container, long exitCode) {
        if (container.string("restartPolicy").isEmpty()) {
            return false;
        }
        for (JsonObject rule : container.array("restartPolicyRules").objects()) {
            if (isMet(rule.object("exitCodes"), exitCode)) {
                return rule.string("action").equals("RestartAllContainers");
            }
        }
        return false;
    }

    /// Whether any container of the pod has a rule that lets all begin anew.
    ///
    /// @param pod spec of the pod
    public static boolean mayRestartAll(JsonObject pod) {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonObject container : pod.array(list).objects()) {
                for (JsonObject rule : container.array("restartPolicyRules").objects()) {
                    if (rule.string("action").equals("RestartAllContainers")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /// Whether there is any exit code after which the container is started again.
    ///
    /// @param pod spec of the pod
    public static boolean mayRestart(JsonObject pod, JsonObject container) {
        String own = container.string("restartPolicy");
        return own.isEmpty()
                ? !pod.string("restartPolicy").equals("Never")
                : !own.equals("Never") || !container.array("restartPolicyRules").isEmpty();
    }

    private static boolean isMet(JsonObject codes, long exitCode) {
        boolean named = false;
        for (Json value : codes.array("values")) {
            named |= value instanceof JsonNumber number && number.longValue() == exitCode;
        }
        return switch (codes.string("operator")) {
            case "In" -> named;
            case "NotIn" -> !named;
            default -> false;
        };
    }
}
