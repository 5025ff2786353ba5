package kat.api;

import java.util.List;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Profiles of AppArmor that a pod names in annotations, as was usual before the field
/// `appArmorProfile`.
///
/// **Source:** `pkg/security/apparmor/helpers.go`, `applyAppArmorVersionSkew` of
/// `pkg/registry/core/pod/strategy.go`.
public final class AppArmor {

    /// What a container's annotation begins with; the container's name follows.
    public static final String ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

    /// What follows the path of an annotation in a warning of it.
    public static final String DEPRECATED =
            ": deprecated since v1.30; use the \"appArmorProfile\" field instead";

    /// The member of a security context that holds a profile.
    public static final String FIELD = "appArmorProfile";

    /// Where a pod keeps its containers.
    public static final List<String> LISTS =
            List.of("initContainers", "containers", "ephemeralContainers");

    private static final String LOCALHOST = "localhost/";

    private AppArmor() {}

    /// What the annotation of a container says, in the form of the field; null where it says
    /// nothing, or nothing that is known. The name of a loaded profile may be empty.
    public static @Nullable JsonObject annotated(KubeObject pod, String container) {
        String value = pod.annotation(ANNOTATION + container);
        if (value.equals("unconfined")) {
            return JsonObject.EMPTY.with("type", "Unconfined");
        }
        if (value.equals("runtime/default")) {
            return JsonObject.EMPTY.with("type", "RuntimeDefault");
        }
        return value.startsWith(LOCALHOST)
                ? JsonObject.EMPTY
                        .with("localhostProfile", value.substring(LOCALHOST.length()))
                        .with("type", "Localhost")
                : null;
    }

    /// The profile that a container runs with: its own, else that of its annotation, else the
    /// pod's; empty for none.
    public static JsonObject effective(KubeObject pod, JsonObject container) {
        JsonObject own = container.object("securityContext");
        if (own.has(FIELD)) {
            return own.object(FIELD);
        }
        JsonObject annotated = annotated(pod, container.string("name"));
        return annotated == null ? pod.spec().object("securityContext").object(FIELD) : annotated;
    }
}
