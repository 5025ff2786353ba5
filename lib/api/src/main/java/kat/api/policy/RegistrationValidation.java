package kat.api.policy;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.validation.Conditions;
import kat.api.validation.Node;
import kat.api.validation.Validation;

/// Says what is wrong with a webhook configuration, an admission policy or a binding of one.
///
/// **Threads:** any.
///
/// **Source:** `pkg/apis/admissionregistration/validation/validation.go`.
public final class RegistrationValidation {

    public static final String GROUP = "admissionregistration.k8s.io";

    private static final String STATIC = ".static.k8s.io";

    private RegistrationValidation() {}

    public static boolean handles(Kind kind) {
        return kind.group().equals(GROUP);
    }

    /// What to warn of when an object is written.
    public static List<String> warnings(Kind kind, JsonObject object) {
        String name = object.object("metadata").string("name");
        return handles(kind) && name.endsWith(STATIC)
                ? List.of(
                        "metadata.name: names ending with \""
                                + STATIC
                                + "\" are reserved for static manifest-based configurations and"
                                + " cannot be managed via the API")
                : List.of();
    }

    public static List<Status.Cause> create(Kind kind, JsonObject object) {
        List<Status.Cause> faults =
                new ArrayList<>(Validation.create(kind, new KubeObject(object)));
        check(kind, Node.root(object, faults), JsonObject.EMPTY);
        return faults;
    }

    public static List<Status.Cause> update(Kind kind, JsonObject after, JsonObject before) {
        List<Status.Cause> faults =
                new ArrayList<>(
                        Validation.update(kind, new KubeObject(after), new KubeObject(before)));
        check(kind, Node.root(after, faults), before);
        return faults;
    }

    private static void check(Kind kind, Node object, JsonObject before) {
        switch (kind.kind()) {
            case "ValidatingWebhookConfiguration" ->
                    new WebhookRules(before.array("webhooks"), false).check(object);
            case "MutatingWebhookConfiguration" ->
                    new WebhookRules(before.array("webhooks"), true).check(object);
            case "ValidatingAdmissionPolicy" ->
                    PolicyRules.validating(object, before.object("spec"));
            case "MutatingAdmissionPolicy" -> PolicyRules.mutating(object, before.object("spec"));
            case "ValidatingAdmissionPolicyBinding" -> BindingRules.validating(object);
            case "MutatingAdmissionPolicyBinding" -> BindingRules.mutating(object);
            default -> {}
        }
    }

    /// Checks a new status of a policy.
    public static List<Status.Cause> updateStatus(Kind kind, JsonObject after, JsonObject before) {
        List<Status.Cause> faults =
                new ArrayList<>(
                        Validation.updateStatus(
                                kind, new KubeObject(after), new KubeObject(before)));
        Node status = Node.root(after, faults).child("status");
        Node checking = status.child("typeChecking");
        for (Node warning : checking.child("expressionWarnings").items()) {
            if (warning.child("warning").isEmpty()) {
                warning.child("warning").required();
            }
            if (warning.child("fieldRef").text().isBlank()) {
                warning.child("fieldRef").required();
            }
        }
        Conditions.check(status.child("conditions"));
        return faults;
    }
}
