package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;

/// The rules for pods and pod templates.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class PodRules {

    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCHES = 32;

    /// What an update may change, in the message's order.
    private static final String CHANGEABLE =
            "`spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                    + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                    + " if it was previously negative)";

    private PodRules() {}

    static void create(Node pod) {
        Node spec = pod.child("spec");
        spec(spec);
        if (!spec.child("ephemeralContainers").isEmpty()) {
            spec.child("ephemeralContainers").forbidden("cannot be set on create");
        }
        if (!spec.child("nodeName").isEmpty() && !spec.child("schedulingGates").isEmpty()) {
            spec.child("nodeName")
                    .forbidden("cannot be set until all schedulingGates have been cleared");
        }
    }

    static void template(Node template) {
        MetadataRules.labels(template.child("metadata", "labels").at(template.path() + ".labels"));
        MetadataRules.annotations(
                template.child("metadata", "annotations").at(template.path() + ".annotations"));
        Node spec = template.child("spec");
        spec(spec);
        if (!spec.child("ephemeralContainers").isEmpty()) {
            spec.child("ephemeralContainers")
                    .forbidden("ephemeral containers not allowed in pod template");
        }
    }

    static void spec(Node spec) {
        long grace = spec.child("terminationGracePeriodSeconds").integer(DEFAULT_GRACE_SECONDS);
        Map<String, Node> volumes = VolumeRules.check(spec.child("volumes"));
        ContainerRules.Pod pod = new ContainerRules.Pod(volumes, grace);
        Node containers = spec.child("containers");
        ContainerRules.containers(containers, pod);
        ContainerRules.initContainers(spec.child("initContainers"), containers.items(), pod);
        if (spec.child("hostNetwork").bool()) {
            ContainerRules.hostNetworkPorts(containers);
        }
        spec.child("restartPolicy").requireOneOf("Always", "OnFailure", "Never");
        dnsPolicy(spec.child("dnsPolicy"));
        MetadataRules.labels(spec.child("nodeSelector"));
        SecurityRules.pod(spec);
        PlacementRules.affinity(spec.child("affinity"));
        dnsConfig(spec);
        for (Node gate : spec.child("readinessGates").items()) {
            Common.qualifiedName(gate.child("conditionType"));
        }
        schedulingGates(spec.child("schedulingGates"));
        PlacementRules.topologySpread(spec.child("topologySpreadConstraints"));
        names(spec);
        PlacementRules.tolerations(spec.child("tolerations"));
        hostAliases(spec.child("hostAliases"));
        classes(spec);
    }

    private static void dnsPolicy(Node policy) {
        policy.requireOneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    }

    private static void names(Node spec) {
        for (String field : List.of("serviceAccountName", "nodeName")) {
            if (!spec.child(field).isEmpty()) {
                Common.dnsSubdomain(spec.child(field));
            }
        }
        spec.child("activeDeadlineSeconds").between(1, Integer.MAX_VALUE);
        for (String field : List.of("hostname", "subdomain")) {
            if (!spec.child(field).isEmpty()) {
                Common.dnsLabel(spec.child(field));
            }
        }
    }

    private static void classes(Node spec) {
        for (String field : List.of("priorityClassName", "runtimeClassName")) {
            if (!spec.child(field).isEmpty()) {
                Common.dnsSubdomain(spec.child(field));
            }
        }
        spec.child("preemptionPolicy").oneOf("Never", "PreemptLowerPriority");
        for (Node amount : spec.child("overhead").entries()) {
            Common.resourceName(amount, amount.name());
            Common.resourceAmount(amount);
        }
        Node os = spec.child("os");
        if (os.isSet()) {
            Node name = os.child("name");
            if (name.isEmpty()) {
                name.required("cannot be empty");
            } else {
                os.with(name.json()).oneOf("linux", "windows");
            }
        }
    }

    private static void dnsConfig(Node spec) {
        Node config = spec.child("dnsConfig");
        boolean none = spec.child("dnsPolicy").text().equals("None");
        if (!config.isSet()) {
            if (none) {
                config.required("must provide `dnsConfig` when `dnsPolicy` is None");
            }
            return;
        }
        Node servers = config.child("nameservers");
        if (none && servers.isEmpty()) {
            servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
        if (servers.list().size() > MAX_NAMESERVERS) {
            servers.invalid("must not have more than " + MAX_NAMESERVERS + " nameservers");
        }
        servers.items().forEach(Common::address);
        Node searches = config.child("searches");
        if (searches.list().size() > MAX_SEARCHES) {
            searches.invalid("must not have more than " + MAX_SEARCHES + " search paths");
        }
        for (Node search : searches.items()) {
            String text = search.text();
            String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
            if (!text.equals(".")) {
                Names.dnsSubdomain(plain).forEach(search::invalid);
            }
        }
        for (Node option : config.child("options").items()) {
            if (option.child("name").isEmpty()) {
                option.required("must not be empty");
            }
        }
    }

    private static void schedulingGates(Node gates) {
        Set<String> seen = new HashSet<>();
        for (Node gate : gates.items()) {
            Node name = gate.child("name");
            Names.qualifiedName(name.text()).forEach(gate.with(name.json())::invalid);
            if (!seen.add(name.text())) {
                gate.duplicate(name.json());
            }
        }
    }

    private static void hostAliases(Node aliases) {
        for (Node alias : aliases.items()) {
            Common.address(alias.child("ip"));
            alias.child("hostnames").items().forEach(Common::dnsSubdomain);
        }
    }

    /// What an update of a pod may do.
    static void update(Node pod, JsonObject before) {
        Node spec = pod.child("spec");
        JsonObject old = before.object("spec");
        spec(spec);
        if (changesNumber(spec, old, "containers") || changesNumber(spec, old, "initContainers")) {
            return;
        }
        tolerationsOnlyAdded(spec.child("tolerations"), old.array("tolerations"));
        Node deadline = spec.child("activeDeadlineSeconds");
        if (old.get("activeDeadlineSeconds") instanceof JsonNumber previous) {
            if (!deadline.isSet()) {
                deadline.invalid("must not update from a positive integer to nil value");
                return;
            }
            if (deadline.integer() > previous.longValue()) {
                deadline.invalid("must be less than or equal to previous value");
                return;
            }
        }
        if (!munged(spec.object(), old).equals(old)) {
            spec.forbidden(
                    "pod updates may not change fields other than "
                            + CHANGEABLE
                            + "\n"
                            + "  the other fields are as they were when the pod was created\n");
        }
    }

    private static boolean changesNumber(Node spec, JsonObject old, String list) {
        Node containers = spec.child(list);
        if (containers.list().size() == old.array(list).size()) {
            return false;
        }
        containers.forbidden("pod updates may not add or remove containers");
        return true;
    }

    private static void tolerationsOnlyAdded(Node tolerations, JsonArray before) {
        List<Json> kept = new ArrayList<>();
        tolerations.list().objects().forEach(each -> kept.add(each.without("tolerationSeconds")));
        for (JsonObject old : before.objects()) {
            if (!kept.contains(old.without("tolerationSeconds"))) {
                tolerations.forbidden(
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    /// The new spec with all that may change as it was.
    private static JsonObject munged(JsonObject spec, JsonObject old) {
        JsonObject result = spec;
        for (String list : List.of("containers", "initContainers")) {
            if (result.has(list)) {
                result = result.with(list, withImagesOf(result.array(list), old.array(list)));
            }
        }
        result = withFieldOf(result, old, "activeDeadlineSeconds");
        result = withFieldOf(result, old, "tolerations");
        boolean gated = !old.array("schedulingGates").isEmpty();
        if (gated && spec.array("schedulingGates").size() < old.array("schedulingGates").size()) {
            result = withFieldOf(result, old, "schedulingGates");
        }
        if (gated) {
            result = withFieldOf(withFieldOf(result, old, "nodeSelector"), old, "affinity");
        }
        boolean ends =
                old.integer("terminationGracePeriodSeconds", 0) < 0
                        && spec.integer("terminationGracePeriodSeconds", 0) == 1;
        return ends ? withFieldOf(result, old, "terminationGracePeriodSeconds") : result;
    }

    private static JsonObject withFieldOf(JsonObject spec, JsonObject old, String field) {
        Json before = old.get(field);
        return before == null ? spec.without(field) : spec.with(field, before);
    }

    private static JsonArray withImagesOf(JsonArray containers, JsonArray before) {
        List<Json> result = new ArrayList<>();
        for (int i = 0; i < containers.size(); i++) {
            Json container = containers.get(i);
            boolean both = container instanceof JsonObject && before.get(i) instanceof JsonObject;
            result.add(
                    both
                            ? withFieldOf(
                                    (JsonObject) container, (JsonObject) before.get(i), "image")
                            : container);
        }
        return new JsonArray(result);
    }
}
