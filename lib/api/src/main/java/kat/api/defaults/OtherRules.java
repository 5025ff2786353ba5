package kat.api.defaults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Kinds with a rule or two each.
final class OtherRules {

    private static final long PRECEDENCE = 1000;
    private static final String RBAC = "rbac.authorization.k8s.io";

    private OtherRules() {}

    static void addTo(Map<String, UnaryOperator<JsonObject>> rules) {
        rules.put("core.v1.Namespace", OtherRules::namespace);
        rules.put("core.v1.NodeStatus", OtherRules::nodeStatus);
        rules.put("core.v1.PersistentVolume", OtherRules::volume);
        rules.put("core.v1.Secret", OtherRules::secret);
        rules.put("core.v1.LimitRangeItem", OtherRules::limitRangeItem);
        rules.put("networking.v1.NetworkPolicySpec", OtherRules::networkPolicy);
        rules.put("rbac.v1.Subject", OtherRules::subject);
        rules.put("flowcontrol.v1.FlowSchemaSpec", OtherRules::flowSchema);
        rules.put("flowcontrol.v1.LimitResponse", OtherRules::limitResponse);
        rules.put("resource.v1.ExactDeviceRequest", OtherRules::deviceRequest);
        rules.put("resource.v1.DeviceSubRequest", OtherRules::deviceRequest);
        rules.put("apiextensions.v1.CustomResourceDefinitionSpec", OtherRules::definition);
        rules.put("apiextensions.v1.CustomResourceDefinition", OtherRules::stored);
    }

    private static JsonObject namespace(JsonObject namespace) {
        String name = namespace.object("metadata").string("name");
        return name.isEmpty()
                ? namespace
                : namespace.withAt(
                        Json.of(name), "metadata", "labels", "kubernetes.io/metadata.name");
    }

    /// A volume's own spec has defaults; the same spec inside of an attachment has none.
    private static JsonObject volume(JsonObject volume) {
        JsonObject spec = volume.object("spec");
        JsonObject filled =
                spec.has("persistentVolumeReclaimPolicy")
                        ? spec
                        : spec.with("persistentVolumeReclaimPolicy", "Retain");
        filled = filled.has("volumeMode") ? filled : filled.with("volumeMode", "Filesystem");
        return filled == spec ? volume : volume.with("spec", filled);
    }

    private static JsonObject nodeStatus(JsonObject status) {
        boolean open = status.has("capacity") && status.object("allocatable").isEmpty();
        return open ? status.with("allocatable", status.object("capacity")) : status;
    }

    /// `stringData` is a way to write `data`; it is never stored.
    private static JsonObject secret(JsonObject secret) {
        JsonObject texts = secret.object("stringData");
        if (!secret.has("stringData")) {
            return secret;
        }
        JsonObject data = secret.object("data");
        for (Map.Entry<String, String> text : texts.strings().entrySet()) {
            data = data.with(text.getKey(), Base64Text.encode(text.getValue()));
        }
        JsonObject merged = secret.without("stringData");
        return data.isEmpty() ? merged : merged.with("data", data);
    }

    private static JsonObject limitRangeItem(JsonObject item) {
        if (!item.string("type").equals("Container")) {
            return item;
        }
        JsonObject limits = Objects.withAbsent(item.object("default"), item.object("max"));
        JsonObject requests = Objects.withAbsent(item.object("defaultRequest"), limits);
        JsonObject all = Objects.withAbsent(requests, item.object("min"));
        JsonObject filled = limits.isEmpty() ? item : item.with("default", limits);
        return all.isEmpty() ? filled : filled.with("defaultRequest", all);
    }

    private static JsonObject networkPolicy(JsonObject spec) {
        if (!spec.array("policyTypes").isEmpty()) {
            return spec;
        }
        Json ingress = Json.of("Ingress");
        boolean both = !spec.array("egress").isEmpty();
        return spec.with(
                "policyTypes",
                both ? JsonArray.of(ingress, Json.of("Egress")) : JsonArray.of(ingress));
    }

    private static JsonObject subject(JsonObject subject) {
        boolean person =
                subject.string("kind").equals("User") || subject.string("kind").equals("Group");
        return person && !subject.has("apiGroup") ? subject.with("apiGroup", RBAC) : subject;
    }

    private static JsonObject flowSchema(JsonObject spec) {
        return spec.integer("matchingPrecedence", 0) == 0
                ? spec.with("matchingPrecedence", PRECEDENCE)
                : spec;
    }

    private static JsonObject limitResponse(JsonObject response) {
        if (!response.string("type").equals("Queue") || !response.has("queuing")) {
            return response;
        }
        return response.change("queuing", OtherRules::queuing);
    }

    private static JsonObject queuing(JsonObject given) {
        JsonObject queuing = given;
        queuing = queuing.integer("handSize", 0) == 0 ? queuing.with("handSize", 8) : queuing;
        queuing = queuing.integer("queues", 0) == 0 ? queuing.with("queues", 64) : queuing;
        return queuing.integer("queueLengthLimit", 0) == 0
                ? queuing.with("queueLengthLimit", 50)
                : queuing;
    }

    private static JsonObject deviceRequest(JsonObject given) {
        JsonObject request =
                given.has("allocationMode") ? given : given.with("allocationMode", "ExactCount");
        boolean counted =
                request.string("allocationMode").equals("ExactCount") && !request.has("count");
        return counted ? request.with("count", 1) : request;
    }

    private static JsonObject definition(JsonObject given) {
        JsonObject spec =
                given.get("names") instanceof JsonObject names
                        ? given.with("names", names(names))
                        : given;
        return spec.has("conversion")
                ? spec
                : spec.with("conversion", JsonObject.of("strategy", Json.of("None")));
    }

    /// A definition that names no stored version gets the one it stores in.
    private static JsonObject stored(JsonObject definition) {
        if (!definition.object("status").array("storedVersions").isEmpty()) {
            return definition;
        }
        for (JsonObject version : definition.object("spec").array("versions").objects()) {
            if (version.bool("storage")) {
                JsonArray all = JsonArray.ofStrings(List.of(version.string("name")));
                return definition.withAt(all, "status", "storedVersions");
            }
        }
        return definition;
    }

    private static JsonObject names(JsonObject given) {
        String kind = given.string("kind");
        if (kind.isEmpty()) {
            return given;
        }
        JsonObject names = given.has("listKind") ? given : given.with("listKind", kind + "List");
        return names.has("singular")
                ? names
                : names.with("singular", kind.toLowerCase(Locale.ROOT));
    }
}
