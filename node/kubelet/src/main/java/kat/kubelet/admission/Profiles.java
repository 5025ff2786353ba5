package kat.kubelet.admission;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Refuses pods that ask for AppArmor on a machine whose kernel does not enforce it.
///
/// **Source:** `pkg/security/apparmor/validate.go`, `pkg/kubelet/lifecycle/handlers.go`.
public final class Profiles {

    private static final String FIELD = "appArmorProfile";

    private Profiles() {}

    /// @param isEnforced whether the kernel has AppArmor switched on
    /// @return null when the pod may run
    public static @Nullable Refusal check(KubeObject pod, boolean isEnforced) {
        return isEnforced || !isWanted(pod)
                ? null
                : new Refusal(
                        "AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
    }

    private static boolean isWanted(KubeObject pod) {
        if (isConfined(pod.spec().object("securityContext"))) {
            return true;
        }
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (isConfined(container.object("securityContext"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isConfined(JsonObject context) {
        String type = context.object(FIELD).string("type");
        return !type.isEmpty() && !type.equals("Unconfined");
    }
}
