package kat.controllers.serviceaccount;

import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Which Secrets pods name, wherever in their spec.
final class MountedSecrets {

    /// Members that name a Secret by an object with a name, or a list of such.
    private static final Set<String> REFERENCES =
            Set.of(
                    "imagePullSecrets",
                    "nodePublishSecretRef",
                    "secret",
                    "secretKeyRef",
                    "secretRef");

    private MountedSecrets() {}

    static boolean any(List<KubeObject> pods, String secret) {
        return pods.stream().anyMatch(pod -> isNamed(pod.spec(), secret));
    }

    private static boolean isNamed(Json value, String secret) {
        return switch (value) {
            case JsonArray list -> list.items().stream().anyMatch(item -> isNamed(item, secret));
            case JsonObject object ->
                    object.names().stream().anyMatch(name -> isNamed(object, name, secret));
            default -> false;
        };
    }

    private static boolean isNamed(JsonObject object, String member, String secret) {
        Json value = object.get(member);
        if (value == null) {
            return false;
        }
        if (member.equals("secretName") && value.equals(new JsonString(secret))) {
            return true;
        }
        if (REFERENCES.contains(member)) {
            List<JsonObject> references =
                    value instanceof JsonArray list
                            ? list.objects()
                            : value instanceof JsonObject one ? List.of(one) : List.of();
            if (references.stream().anyMatch(each -> each.string("name").equals(secret))) {
                return true;
            }
        }
        return isNamed(value, secret);
    }
}
