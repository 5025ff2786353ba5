package kat.apiserver.admission;

import java.util.List;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.api.policy.RegistrationValidation;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Sender;

/// Lets nobody learn by a policy what they may not read: who names a kind of parameters must be
/// allowed to read all of them, who names parameters in a binding must be allowed to read those.
///
/// **Source:** `authz.go` of `pkg/registry/admissionregistration`'s policies and bindings.
final class PolicyParameters implements Plugin {

    private static final String ALL = "*";

    private final Lookup lookup;
    private final Authorizer authorizer;

    PolicyParameters(Lookup lookup, Authorizer authorizer) {
        this.lookup = lookup;
        this.authorizer = authorizer;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        Sender sender = attributes.call().sender();
        Kind kind = attributes.target().kind();
        if (sender == null
                || !RegistrationValidation.handles(kind)
                || attributes.operation() == Operation.DELETE
                || sender.groups().contains(User.MASTERS)) {
            return;
        }
        JsonObject spec = object.object("spec");
        JsonObject before = attributes.live().object("spec");
        if (kind == Kinds.VALIDATING_POLICY || kind == Kinds.MUTATING_POLICY) {
            if (!spec.object("paramKind").equals(before.object("paramKind"))
                    && spec.has("paramKind")) {
                policy(attributes, object, sender);
            }
        } else if (spec.has("paramRef")
                && !(spec.object("paramRef").equals(before.object("paramRef"))
                        && spec.string("policyName").equals(before.string("policyName")))) {
            binding(attributes, object, sender);
        }
    }

    private void policy(Attributes attributes, JsonObject object, Sender sender) {
        JsonObject kind = object.object("spec").object("paramKind");
        if (!may(sender, "get", kind, ALL, ALL)) {
            throw refused(
                    attributes,
                    object,
                    "spec.paramKind",
                    "user "
                            + shown(sender)
                            + " must have \"get\" permission on all objects of the referenced"
                            + " paramKind (kind="
                            + kind.string("kind")
                            + ", apiVersion="
                            + kind.string("apiVersion")
                            + ")");
        }
    }

    private void binding(Attributes attributes, JsonObject object, Sender sender) {
        Kind kind =
                attributes.target().kind() == Kinds.MUTATING_POLICY_BINDING
                        ? Kinds.MUTATING_POLICY
                        : Kinds.VALIDATING_POLICY;
        String name = object.object("spec").string("policyName");
        KubeObject policy = lookup.find(kind, "", name);
        JsonObject reference = object.object("spec").object("paramRef");
        String verb = reference.string("name").isEmpty() ? "list" : "get";
        JsonObject paramKind =
                policy == null ? JsonObject.EMPTY : policy.spec().object("paramKind");
        if (!may(
                sender, verb, paramKind, reference.string("namespace"), reference.string("name"))) {
            String lacks = shown(sender) + " does not have \"" + verb + "\" permission ";
            String why =
                    policy == null
                            ? "unable to get policy "
                                    + name
                                    + " to determine minimum required permissions and user "
                                    + lacks
                                    + "for all groups, versions and resources"
                            : "user " + lacks + "on the object referenced by paramRef";
            throw refused(attributes, object, "spec.paramRef", why);
        }
    }

    private boolean may(
            Sender sender, String verb, JsonObject paramKind, String namespace, String name) {
        User user = User.of(sender);
        String version = paramKind.string("apiVersion");
        Kind kind = lookup.kinds().byKind(version, paramKind.string("kind"));
        int slash = version.indexOf('/');
        String group = slash < 0 ? "" : version.substring(0, slash);
        Action action =
                new Action(
                        verb,
                        version.isEmpty() ? ALL : group,
                        version.isEmpty() ? ALL : version.substring(slash + 1),
                        kind == null ? ALL : kind.plural(),
                        "",
                        namespace,
                        name,
                        "");
        return authorizer.authorize(user, action).allowed();
    }

    /// As Go shows a user.
    private static String shown(Sender sender) {
        return "&{"
                + sender.name()
                + " "
                + sender.uid()
                + " ["
                + String.join(" ", sender.groups())
                + "] map"
                + new TreeMap<>(sender.extra()).toString().replace('{', '[').replace('}', ']')
                + "}";
    }

    private static StatusException refused(
            Attributes attributes, JsonObject object, String field, String why) {
        Status.Cause cause = new Status.Cause("FieldValueForbidden", "Forbidden: " + why, field);
        String name = object.object("metadata").string("name");
        return Status.invalid(attributes.target().kind(), name, List.of(cause)).asException();
    }
}
