package kat.apiserver.admission;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Deciders;
import kat.apiserver.auth.RbacAuthorizer;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Sender;

/// Lets nobody give what they do not have: a role may hold only rules of its writer, unless they
/// may `escalate` it; a binding only to a role whose rules its writer has, unless they may `bind`
/// it. Others are told so before they are told whether what they sent is valid.
///
/// **Source:** `pkg/registry/rbac/*/policybased`, `rbac/validation/rule.go`.
final class RoleEscalation implements Plugin {

    private static final JsonArray ALL = JsonArray.ofStrings(List.of("*"));
    private static final List<JsonObject> EVERYTHING =
            List.of(
                    JsonObject.builder()
                            .put("verbs", ALL)
                            .put("apiGroups", ALL)
                            .put("resources", ALL)
                            .build(),
                    JsonObject.builder().put("verbs", ALL).put("nonResourceURLs", ALL).build());

    private final Lookup lookup;
    private final Authorizer authorizer;
    private final RbacAuthorizer roles;

    RoleEscalation(Lookup lookup, Deciders deciders) {
        this.lookup = lookup;
        this.authorizer = deciders.authorizer();
        this.roles = deciders.roles();
    }

    @Override
    public void guard(Attributes attributes, JsonObject object) {
        Sender sender = attributes.call().sender();
        Kind kind = attributes.target().kind();
        if (attributes.operation() == Operation.DELETE
                || sender == null
                || sender.groups().contains(User.MASTERS)
                || !kind.group().equals(Kinds.ROLE.group())
                || plain(object).equals(plain(attributes.live()))) {
            return;
        }
        User user = User.of(sender);
        if (kind == Kinds.ROLE || kind == Kinds.CLUSTER_ROLE) {
            String name = object.object("metadata").string("name");
            if (may(user, "escalate", kind, attributes.target().namespace(), name)) {
                return;
            }
            require(attributes, object, user, object.array("rules").objects());
            if (object.has("aggregationRule")) {
                require(attributes, object, user, EVERYTHING);
            }
        } else if (kind == Kinds.ROLE_BINDING || kind == Kinds.CLUSTER_ROLE_BINDING) {
            requireRole(attributes, object, user);
        }
    }

    private void requireRole(Attributes attributes, JsonObject binding, User user) {
        JsonObject reference = binding.object("roleRef");
        boolean cluster = reference.string("kind").equals("ClusterRole");
        Kind kind = cluster ? Kinds.CLUSTER_ROLE : Kinds.ROLE;
        String name = reference.string("name");
        String namespace = attributes.target().namespace();
        if (may(user, "bind", kind, namespace, name)) {
            return;
        }
        KubeObject role = lookup.find(kind, cluster ? "" : namespace, name);
        if (role == null) {
            throw Status.notFound(attributes.target().kind(), name).asException();
        }
        require(attributes, binding, user, role.tree().array("rules").objects());
    }

    private boolean may(User user, String verb, Kind kind, String namespace, String name) {
        Action action = new Action(verb, kind.group(), "*", kind.plural(), "", namespace, name, "");
        return authorizer.authorize(user, action).allowed();
    }

    private void require(
            Attributes attributes, JsonObject object, User user, List<JsonObject> rules) {
        List<String> missing = roles.missing(user, attributes.target().namespace(), rules);
        if (!missing.isEmpty()) {
            String why =
                    "user \""
                            + user.name()
                            + "\" (groups=[\""
                            + String.join("\" \"", user.groups())
                            + "\"]) is attempting to grant RBAC permissions not currently held:\n"
                            + String.join("\n", missing);
            throw Status.forbidden(
                            attributes.target().kind(),
                            object.object("metadata").string("name"),
                            why)
                    .asException();
        }
    }

    /// An object without what the garbage collector and the server change.
    private static JsonObject plain(JsonObject object) {
        return object.change(
                "metadata",
                metadata ->
                        metadata.without("ownerReferences")
                                .without("finalizers")
                                .without("managedFields")
                                .without("resourceVersion"));
    }
}
