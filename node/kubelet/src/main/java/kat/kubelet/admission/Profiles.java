package kat.kubelet.admission;

import java.util.Map;
import kat.api.AppArmor;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Refuses pods that ask for AppArmor on a machine whose kernel does not enforce it, and those
/// that name no profile.
///
/// **Source:** `pkg/security/apparmor/validate.go`, `pkg/kubelet/lifecycle/handlers.go`.
public final class Profiles {

    private static final String REASON = "AppArmor";

    private Profiles() {}

    /// @param isEnforced whether the kernel has AppArmor switched on
    /// @return null when the pod may run
    public static @Nullable Refusal check(KubeObject pod, boolean isEnforced) {
        if (!isWanted(pod)) {
            return null;
        }
        if (!isEnforced) {
            return refusal("AppArmor is not enabled on the host");
        }
        String blank = blankName(pod);
        return blank == null
                ? null
                : refusal(
                        "invalid empty AppArmor profile name:"
                                + " \"&AppArmorProfile{Type:Localhost,LocalhostProfile:*"
                                + blank
                                + ",}\"");
    }

    private static Refusal refusal(String why) {
        return new Refusal(REASON, "Cannot enforce AppArmor: " + why);
    }

    private static boolean isWanted(KubeObject pod) {
        if (isConfined(pod.spec().object("securityContext"))) {
            return true;
        }
        for (String list : AppArmor.LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (isConfined(container.object("securityContext"))) {
                    return true;
                }
            }
        }
        for (Map.Entry<String, String> each : pod.annotations().entrySet()) {
            if (each.getKey().startsWith(AppArmor.ANNOTATION)) {
                return !each.getValue().equals("unconfined");
            }
        }
        return false;
    }

    private static boolean isConfined(JsonObject context) {
        String type = context.object(AppArmor.FIELD).string("type");
        return !type.isEmpty() && !type.equals("Unconfined");
    }

    private static @Nullable String blankName(KubeObject pod) {
        for (String list : AppArmor.LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                JsonObject profile = AppArmor.effective(pod, container);
                String name = profile.string("localhostProfile");
                if (profile.string("type").equals("Localhost") && name.isBlank()) {
                    return name;
                }
            }
        }
        return null;
    }
}
