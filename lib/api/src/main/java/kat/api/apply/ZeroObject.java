package kat.api.apply;

import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;

/// The object that a new one is compared with: what Kubernetes writes for a kind whose fields were
/// never set. Its structs are there already, so nobody comes to own them by creating an object.
final class ZeroObject {

    /// What every object and template holds by value.
    private static final Set<String> PARTS = Set.of("metadata", "spec", "status");

    /// Further fields that Kubernetes' Go types hold by value though they may be absent.
    private static final Set<String> BY_VALUE =
            Set.of(
                    "PodTemplate.template",
                    "ReplicaSetSpec.template",
                    "DeploymentSpec.strategy",
                    "StatefulSetSpec.updateStrategy",
                    "DaemonSetSpec.updateStrategy",
                    "PersistentVolumeClaimSpec.resources",
                    "NetworkPolicySpec.podSelector",
                    "ControllerRevision.data",
                    "ResourceClaimSpec.devices",
                    "Event.source",
                    "Event.eventTime",
                    "Event.firstTimestamp",
                    "Event.lastTimestamp");

    private ZeroObject() {}

    static JsonObject of(Schema schema) {
        JsonObject.Builder members = JsonObject.builder();
        schema.fields()
                .forEach(
                        (name, field) -> {
                            if (isThere(schema, field)) {
                                members.put(name, value(field));
                            }
                        });
        return members.build();
    }

    private static boolean isThere(Schema holder, Schema field) {
        boolean struct = field.type() == Schema.Type.OBJECT && !field.isAtomicMap();
        Json absent = field.defaultValue();
        return (field.presence() == Schema.Presence.ALWAYS
                        && (absent == null || absent.equals(value(field))))
                || (struct && (field.isRequired() || PARTS.contains(field.name())))
                || BY_VALUE.contains(lastWord(holder.definition()) + "." + field.name());
    }

    private static String lastWord(String definition) {
        return definition.substring(definition.lastIndexOf('.') + 1);
    }

    private static Json value(Schema field) {
        return switch (field.type()) {
            case OBJECT -> of(field);
            case STRING -> new JsonString("");
            case INTEGER, NUMBER -> Json.of(0);
            case BOOLEAN -> Json.of(false);
            default -> JsonNull.NULL;
        };
    }
}
