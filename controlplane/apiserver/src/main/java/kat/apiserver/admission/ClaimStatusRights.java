package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.TreeSet;
import kat.api.Kind;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Sender;
import org.jspecify.annotations.Nullable;

/// Who may write which part of the status of a ResourceClaim, beside who may write it at all.
///
/// | part | permission |
/// |---|---|
/// | allocation, reservedFor | the request's verb on `resourceclaims/binding`, in all namespaces |
/// | devices of a driver | `arbitrary-node:` with the verb on `resourceclaims/driver` of its name |
///
/// A service account whose token names the node of the claim may also have `associated-node:`.
///
/// **Source:** `pkg/registry/resource/utils.go` (AuthorizedForBinding, AuthorizedForDeviceStatus).
final class ClaimStatusRights implements Plugin {

    private static final String RESOURCE = "resourceclaims.resource.k8s.io";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

    private final Authorizer authorizer;

    ClaimStatusRights(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        Sender sender = attributes.call().sender();
        if (sender == null
                || attributes.operation() != Operation.UPDATE
                || !attributes.target().kind().resource().equals(RESOURCE)
                || !attributes.call().subresource().equals("status")) {
            return;
        }
        Asked asked = new Asked(User.of(sender), attributes);
        JsonObject before = attributes.live().object("status");
        JsonObject after = object.object("status");
        List<Status.Cause> faults = new ArrayList<>();
        if (isBound(before, after)) {
            String missing = missing(asked, asked.binding());
            if (missing != null) {
                faults.add(
                        fault(
                                "status.allocation",
                                "status.allocation or status.reservedFor",
                                "binding",
                                asked.verb(),
                                missing));
            }
        }
        if (after.has("allocation")) {
            drivers(asked, before, after, faults);
        }
        if (!faults.isEmpty()) {
            String name = attributes.target().name();
            throw Status.invalid(attributes.target().kind(), name, faults).asException();
        }
    }

    /// Who asks for what.
    private record Asked(User user, Attributes attributes) {

        String verb() {
            return attributes.call().verb();
        }

        Action binding() {
            return action(verb(), "binding", "", "");
        }

        Action driver(String verb, String driver) {
            return action(verb, "driver", attributes.target().namespace(), driver);
        }

        private Action action(String verb, String part, String namespace, String name) {
            Kind kind = attributes.target().kind();
            return new Action(
                    verb, kind.group(), kind.version(), kind.plural(), part, namespace, name, "");
        }
    }

    private static boolean isBound(JsonObject before, JsonObject after) {
        // an empty allocation is one: a claim that has it counts as allotted
        return !Objects.equals(before.get("allocation"), after.get("allocation"))
                || !before.array("reservedFor").equals(after.array("reservedFor"));
    }

    private void drivers(
            Asked asked, JsonObject before, JsonObject after, List<Status.Cause> faults) {
        List<String> verbs = new ArrayList<>();
        if (isOnNode(asked.user(), node(after.object("allocation")))) {
            verbs.add("associated-node:" + asked.verb());
        }
        verbs.add("arbitrary-node:" + asked.verb());
        for (String driver : changed(before, after)) {
            String missing = null;
            for (String verb : verbs) {
                String here = missing(asked, asked.driver(verb, driver));
                if (here == null) {
                    missing = null;
                    break;
                }
                missing = missing == null ? here : missing;
            }
            if (missing != null) {
                String all = "[" + String.join(" ", verbs) + "]";
                faults.add(fault("status.devices", "status.devices", "driver", all, missing));
            }
        }
    }

    /// The drivers of devices that are told of otherwise than before, or no longer.
    private static SequencedSet<String> changed(JsonObject before, JsonObject after) {
        Map<List<String>, JsonObject> known = new HashMap<>();
        before.array("devices").objects().forEach(each -> known.put(key(each), each));
        SequencedSet<String> drivers = new TreeSet<>();
        for (JsonObject device : after.array("devices").objects()) {
            if (!device.equals(known.remove(key(device)))) {
                drivers.add(device.string("driver"));
            }
        }
        known.values().forEach(gone -> drivers.add(gone.string("driver")));
        return drivers;
    }

    private static List<String> key(JsonObject device) {
        return List.of(
                device.string("driver"),
                device.string("pool"),
                device.string("device"),
                device.string("shareID"));
    }

    /// The one node that an allocation can be used on; empty where it is for several.
    private static String node(JsonObject allocation) {
        List<JsonObject> terms =
                allocation.object("nodeSelector").array("nodeSelectorTerms").objects();
        if (terms.size() != 1 || !terms.getFirst().array("matchExpressions").isEmpty()) {
            return "";
        }
        List<JsonObject> fields = terms.getFirst().array("matchFields").objects();
        if (fields.size() != 1) {
            return "";
        }
        JsonObject field = fields.getFirst();
        List<String> names = field.array("values").strings();
        boolean isName =
                field.string("key").equals("metadata.name")
                        && field.string("operator").equals("In")
                        && names.size() == 1;
        return isName ? names.getFirst() : "";
    }

    private static boolean isOnNode(User user, String node) {
        return !node.isEmpty()
                && user.name().startsWith(ACCOUNT)
                && List.of(node).equals(user.extra().get(NODE_NAME));
    }

    /// Why it may not be done; null when it may.
    private @Nullable String missing(Asked asked, Action action) {
        Authorizer.Decision decision = authorizer.authorize(asked.user(), action);
        if (decision.allowed()) {
            return null;
        }
        String reason = decision.reason();
        if (!decision.fault().isEmpty()) {
            reason = reason.isEmpty() ? decision.fault() : decision.fault() + ": " + reason;
        }
        return Forbidden.of(asked.user(), action, reason).message();
    }

    private static Status.Cause fault(
            String field, String what, String part, String verb, String missing) {
        return new Status.Cause(
                "FieldValueForbidden",
                "Forbidden: changing %s requires resource=\"resourceclaims/%s\", verb=\"%s\" permission: %s"
                        .formatted(what, part, verb, missing),
                field);
    }
}
