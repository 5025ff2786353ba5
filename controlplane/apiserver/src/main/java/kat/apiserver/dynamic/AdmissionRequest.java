package kat.apiserver.dynamic;

import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Sender;
import kat.apiserver.registry.WriteCall;
import org.jspecify.annotations.Nullable;

/// A write as webhooks and policies see it, in one of the versions of its resource.
///
/// @param asked what was asked for
/// @param resource the version in which the objects are
/// @param kind of the objects
/// @param object as it shall be; null for a deletion
/// @param old as it is stored; null for a creation
record AdmissionRequest(
        Attributes asked,
        Resource resource,
        Kind kind,
        @Nullable JsonObject object,
        @Nullable JsonObject old) {

    private static final String META = "meta.k8s.io/v1";

    static AdmissionRequest of(Attributes asked, JsonObject object) {
        Resource resource = asked.resource();
        Kind part = asked.part();
        Kind kind = part == null ? resource.kind() : part;
        boolean isDeletion = asked.operation() == Operation.DELETE;
        JsonObject live = asked.live();
        return new AdmissionRequest(
                asked,
                resource,
                kind,
                isDeletion ? null : typed(kind, object),
                live.isEmpty() ? null : typed(kind, live));
    }

    private static JsonObject typed(Kind kind, JsonObject tree) {
        return tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    /// The same in another version of the resource.
    AdmissionRequest in(Resource other) {
        if (other == resource) {
            return this;
        }
        if (asked.part() != null) {
            return new AdmissionRequest(asked, other, kind, object, old);
        }
        return new AdmissionRequest(
                asked, other, other.kind(), converted(object, other), converted(old, other));
    }

    private @Nullable JsonObject converted(@Nullable JsonObject tree, Resource other) {
        return tree == null ? null : resource.converted(tree, other);
    }

    AdmissionRequest withObject(JsonObject changed) {
        return new AdmissionRequest(asked, resource, kind, changed, old);
    }

    Operation operation() {
        return asked.operation();
    }

    WriteCall call() {
        return asked.call();
    }

    /// Empty when the request names none, as when many objects are deleted.
    String name() {
        return call().isOfMany() ? "" : asked.target().name();
    }

    /// That of a Namespace is its own name.
    String namespace() {
        return isNamespace() ? asked.target().name() : asked.target().namespace();
    }

    boolean isNamespace() {
        return asked.resource().kind() == Kinds.NAMESPACE;
    }

    String subresource() {
        return call().subresource();
    }

    Sender sender() {
        Sender sender = call().sender();
        if (sender == null) {
            throw new IllegalStateException("the server's own writes are not admitted");
        }
        return sender;
    }

    /// The request without its objects, as expressions see it; what is empty is left out.
    JsonObject toJson() {
        Kind requested = asked.part() == null ? asked.resource().kind() : kind;
        JsonObject.Builder json = JsonObject.builder();
        json.put("dryRun", call().isDryRun());
        json.put("kind", shown(kind));
        json.putUnlessEmpty("name", name());
        json.putUnlessEmpty("namespace", namespace());
        json.put("operation", operation().name());
        json.put("options", options());
        json.put("requestKind", shown(requested));
        json.put("requestResource", place(asked.resource().kind()));
        json.putUnlessEmpty("requestSubResource", subresource());
        json.put("resource", place(resource.kind()));
        json.putUnlessEmpty("subResource", subresource());
        json.put("userInfo", sender().toJson());
        return json.build();
    }

    private Json options() {
        String kindOfOptions =
                switch (operation()) {
                    case CREATE -> "CreateOptions";
                    case UPDATE -> "UpdateOptions";
                    case DELETE -> "DeleteOptions";
                    case CONNECT -> "";
                };
        return kindOfOptions.isEmpty()
                ? JsonNull.NULL
                : call().options().with("apiVersion", META).with("kind", kindOfOptions);
    }

    private static JsonObject shown(Kind kind) {
        return versioned(kind).put("kind", kind.kind()).build();
    }

    private static JsonObject place(Kind kind) {
        return versioned(kind).put("resource", kind.plural()).build();
    }

    private static JsonObject.Builder versioned(Kind kind) {
        return JsonObject.builder().put("group", kind.group()).put("version", kind.version());
    }
}
