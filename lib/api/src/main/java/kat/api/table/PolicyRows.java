package kat.api.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.table.Rows.Printer;

/// Access, admission, scheduling, flow control, devices, certificates.
final class PolicyRows {

    private PolicyRows() {}

    static void addTo(Map<String, Printer> printers) {
        String rbac = "rbac.authorization.k8s.io/v1 ";
        String admission = "admissionregistration.k8s.io/v1 ";
        String resource = "resource.k8s.io/v1 ";
        printers.put(rbac + "RoleBinding", PolicyRows::binding);
        printers.put(rbac + "ClusterRoleBinding", PolicyRows::binding);
        printers.put(admission + "MutatingWebhookConfiguration", PolicyRows::webhooks);
        printers.put(admission + "ValidatingWebhookConfiguration", PolicyRows::webhooks);
        printers.put(
                admission + "ValidatingAdmissionPolicy",
                (policy, cells) -> admissionPolicy(policy, "validations", cells));
        printers.put(
                admission + "MutatingAdmissionPolicy",
                (policy, cells) -> admissionPolicy(policy, "mutations", cells));
        printers.put(admission + "ValidatingAdmissionPolicyBinding", PolicyRows::policyBinding);
        printers.put(admission + "MutatingAdmissionPolicyBinding", PolicyRows::policyBinding);
        printers.put("scheduling.k8s.io/v1 PriorityClass", PolicyRows::priorityClass);
        printers.put("node.k8s.io/v1 RuntimeClass", PolicyRows::runtimeClass);
        printers.put("coordination.k8s.io/v1 Lease", PolicyRows::lease);
        printers.put("certificates.k8s.io/v1 CertificateSigningRequest", PolicyRows::request);
        printers.put("apiregistration.k8s.io/v1 APIService", PolicyRows::apiService);
        printers.put("flowcontrol.apiserver.k8s.io/v1 FlowSchema", PolicyRows::flowSchema);
        printers.put(
                "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration",
                PolicyRows::priorityLevel);
        printers.put(resource + "DeviceClass", (object, cells) -> cells.name().age());
        printers.put(resource + "ResourceClaimTemplate", (object, cells) -> cells.name().age());
        printers.put(resource + "ResourceClaim", PolicyRows::claim);
        printers.put(resource + "ResourceSlice", PolicyRows::slice);
    }

    private static void binding(JsonObject binding, Cells cells) {
        JsonObject role = binding.object("roleRef");
        List<String> users = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        List<String> accounts = new ArrayList<>();
        for (JsonObject subject : binding.array("subjects").objects()) {
            String name = subject.string("name");
            switch (subject.string("kind")) {
                case "User" -> users.add(name);
                case "Group" -> groups.add(name);
                case "ServiceAccount" -> accounts.add(subject.string("namespace") + "/" + name);
                default -> {}
            }
        }
        cells.name()
                .text(role.string("kind") + "/" + role.string("name"))
                .age()
                .text(String.join(", ", users))
                .text(String.join(", ", groups))
                .text(String.join(", ", accounts));
    }

    private static void webhooks(JsonObject configuration, Cells cells) {
        cells.name().number(configuration.array("webhooks").size()).age();
    }

    private static void admissionPolicy(JsonObject policy, String list, Cells cells) {
        JsonObject spec = policy.object("spec");
        JsonObject param = spec.object("paramKind");
        String kind = param.string("apiVersion") + "/" + param.string("kind");
        cells.name()
                .number(spec.array(list).size())
                .text(spec.has("paramKind") ? kind : Cells.UNSET)
                .age();
    }

    private static void policyBinding(JsonObject binding, Cells cells) {
        JsonObject spec = binding.object("spec");
        JsonObject param = spec.object("paramRef");
        String namespace = param.string("namespace");
        String name = param.string("name");
        String text = (namespace.isEmpty() ? "*" : namespace) + "/" + name;
        String selected =
                param.has("selector") ? Labels.asGo(param.object("selector")) : Cells.UNSET;
        cells.name().text(spec.string("policyName")).text(name.isEmpty() ? selected : text).age();
    }

    private static void priorityClass(JsonObject priority, Cells cells) {
        cells.name()
                .number(priority.integer("value", 0))
                .bool(priority.bool("globalDefault"))
                .age()
                .text(priority.string("preemptionPolicy"), Cells.UNSET);
    }

    private static void runtimeClass(JsonObject runtime, Cells cells) {
        cells.name().text(runtime.string("handler")).age();
    }

    private static void lease(JsonObject lease, Cells cells) {
        cells.name().text(lease.object("spec").string("holderIdentity")).age();
    }

    private static void request(JsonObject request, Cells cells) {
        JsonObject spec = request.object("spec");
        long seconds = spec.integer("expirationSeconds", 0);
        boolean bounded = spec.has("expirationSeconds");
        cells.name()
                .age()
                .text(spec.string("signerName"), Cells.NONE)
                .text(spec.string("username"))
                .text(bounded ? Durations.human(Duration.ofSeconds(seconds)) : Cells.NONE)
                .text(requestStatus(request));
    }

    private static String requestStatus(JsonObject request) {
        String decided = "";
        String failed = "";
        for (JsonObject condition : request.object("status").array("conditions").objects()) {
            switch (condition.string("type")) {
                case "Approved" -> decided = decided.isEmpty() ? "Approved" : decided;
                case "Denied" -> decided = "Denied";
                case "Failed" -> failed = ",Failed";
                default -> {}
            }
        }
        boolean issued = !request.object("status").string("certificate").isEmpty();
        return (decided.isEmpty() ? "Pending" : decided) + failed + (issued ? ",Issued" : "");
    }

    private static void apiService(JsonObject service, Cells cells) {
        JsonObject spec = service.object("spec");
        JsonObject reference = spec.object("service");
        String name = reference.string("namespace") + "/" + reference.string("name");
        String available = "Unknown";
        for (JsonObject condition : service.object("status").array("conditions").objects()) {
            if (condition.string("type").equals("Available")) {
                boolean isTrue = condition.string("status").equals("True");
                available =
                        isTrue
                                ? "True"
                                : condition.string("status")
                                        + " ("
                                        + condition.string("reason")
                                        + ")";
            }
        }
        cells.name().text(spec.has("service") ? name : "Local").text(available).age();
    }

    private static void flowSchema(JsonObject schema, Cells cells) {
        JsonObject spec = schema.object("spec");
        String missing = "?";
        for (JsonObject condition : schema.object("status").array("conditions").objects()) {
            if (condition.string("type").equals("Dangling")) {
                missing = condition.string("status");
            }
        }
        cells.name()
                .text(spec.object("priorityLevelConfiguration").string("name"), Cells.NONE)
                .number(spec.integer("matchingPrecedence", 0))
                .text(spec.object("distinguisherMethod").string("type"), Cells.NONE)
                .age()
                .text(missing);
    }

    private static void priorityLevel(JsonObject level, Cells cells) {
        JsonObject spec = level.object("spec");
        JsonObject shares = spec.object(spec.has("limited") ? "limited" : "exempt");
        JsonObject queuing = shares.at("limitResponse", "queuing");
        cells.name()
                .text(spec.string("type"))
                .value(known(shares, "nominalConcurrencyShares"))
                .value(known(queuing, "queues"))
                .value(known(queuing, "handSize"))
                .value(known(queuing, "queueLengthLimit"))
                .age();
    }

    private static Json known(JsonObject holder, String name) {
        Json value = holder.get(name);
        return value == null ? Json.of(Cells.NONE) : value;
    }

    private static void claim(JsonObject claim, Cells cells) {
        JsonObject status = claim.object("status");
        List<String> states = new ArrayList<>();
        boolean deleting = claim.object("metadata").has("deletionTimestamp");
        if (deleting) {
            states.add("deleted");
        }
        if (!status.has("allocation")) {
            states.add("pending");
        } else {
            states.add("allocated");
            if (!status.array("reservedFor").isEmpty()) {
                states.add("reserved");
            }
        }
        cells.name().text(String.join(",", states)).age();
    }

    private static void slice(JsonObject slice, Cells cells) {
        JsonObject spec = slice.object("spec");
        cells.name()
                .text(spec.string("nodeName"))
                .text(spec.string("driver"))
                .text(spec.object("pool").string("name"))
                .age();
    }
}
