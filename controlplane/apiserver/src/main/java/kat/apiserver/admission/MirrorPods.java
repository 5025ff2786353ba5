package kat.apiserver.admission;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What a mirror pod may not refer to: anything that the API keeps.
///
/// **Source:** `HasAPIObjectReference` in `pkg/api/pod`.
final class MirrorPods {

    private static final Map<String, String> VOLUMES =
            Map.of(
                    "configMap", "configmaps (via configmap volumes)",
                    "secret", "secrets (via secret volumes)",
                    "csi", "csidrivers (via CSI volumes)",
                    "glusterfs", "endpoints (via glusterFS volumes)",
                    "persistentVolumeClaim", "persistentvolumeclaims",
                    "ephemeral", "persistentvolumeclaims (via ephemeral volumes)",
                    "azureFile", "secrets (via azureFile volumes)");

    private static final Map<String, String> SOURCES =
            Map.of(
                    "configMap", "configmaps (via projected volumes)",
                    "secret", "secrets (via projected volumes)",
                    "serviceAccountToken", "serviceaccounts (via projected volumes)",
                    "clusterTrustBundle", "clustertrustbundles",
                    "podCertificate", "podcertificates");

    private MirrorPods() {}

    /// What the pod refers to, as messages name it; null for nothing.
    static @Nullable String reference(JsonObject spec) {
        if (!spec.string("serviceAccountName").isEmpty()) {
            return "serviceaccounts";
        }
        String variable = variable(spec);
        if (variable != null) {
            return variable;
        }
        if (!spec.array("resourceClaims").isEmpty()) {
            return "resourceclaims";
        }
        for (JsonObject volume : spec.array("volumes").objects()) {
            String used = volume(volume);
            if (used != null) {
                return used;
            }
        }
        return null;
    }

    /// What no mirror pod may do, whoever makes it: stand for an account or read secrets; null when
    /// it does not.
    static @Nullable String credential(JsonObject spec) {
        if (!spec.string("serviceAccountName").isEmpty()) {
            return "reference service accounts";
        }
        List<JsonObject> volumes = spec.array("volumes").objects();
        boolean mounted = volumes.stream().anyMatch(MirrorPods::holdsSecret);
        if (mounted || "secrets".equals(variable(spec))) {
            return "reference secrets";
        }
        boolean projected =
                volumes.stream()
                        .flatMap(volume -> sources(volume).stream())
                        .anyMatch(source -> source.has("serviceAccountToken"));
        return projected ? "use ServiceAccountToken volume projections" : null;
    }

    private static boolean holdsSecret(JsonObject volume) {
        for (String name : volume.names()) {
            JsonObject source = volume.object(name);
            if (name.equals("secret")
                    || !source.string("secretName").isEmpty()
                    || source.has("secretRef")
                    || source.has("nodePublishSecretRef")) {
                return true;
            }
        }
        return sources(volume).stream().anyMatch(source -> source.has("secret"));
    }

    private static List<JsonObject> sources(JsonObject volume) {
        return volume.object("projected").array("sources").objects();
    }

    private static @Nullable String variable(JsonObject spec) {
        boolean maps = false;
        boolean secrets = !spec.array("imagePullSecrets").isEmpty();
        for (String group : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (JsonObject container : spec.array(group).objects()) {
                for (JsonObject all : container.array("envFrom").objects()) {
                    secrets |= all.has("secretRef");
                    maps |= all.has("configMapRef");
                }
                for (JsonObject one : container.array("env").objects()) {
                    secrets |= one.object("valueFrom").has("secretKeyRef");
                    maps |= one.object("valueFrom").has("configMapKeyRef");
                }
            }
        }
        if (secrets) {
            return "secrets";
        }
        return maps ? "configmaps" : null;
    }

    private static @Nullable String volume(JsonObject volume) {
        String used = named(volume, VOLUMES);
        if (used != null) {
            return used;
        }
        for (JsonObject source : volume.object("projected").array("sources").objects()) {
            String projected = named(source, SOURCES);
            if (projected != null) {
                return projected;
            }
        }
        return null;
    }

    private static @Nullable String named(JsonObject from, Map<String, String> names) {
        for (Map.Entry<String, String> each : new TreeMap<>(names).entrySet()) {
            if (from.has(each.getKey())) {
                return each.getValue();
            }
        }
        return null;
    }
}
