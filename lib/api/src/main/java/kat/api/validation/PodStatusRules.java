package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for what is said of a pod: which states its containers may leave, which addresses it
/// may have, and that all names are those of its spec.
///
/// **Source:** `ValidatePodStatusUpdate` of Kubernetes' `pkg/apis/core/validation`.
final class PodStatusRules {

    private static final Set<String> SYSTEM_CONDITIONS =
            Set.of("PodScheduled", "Ready", "Initialized");

    private static final String RESTART_ALL = "RestartAllContainers";

    private static final int MAX_HEALTH_MESSAGE = 1024;

    private static final long MAX_ID = Integer.MAX_VALUE;

    private final Node status;
    private final JsonObject spec;
    private final JsonObject old;

    private PodStatusRules(Node pod, JsonObject before) {
        status = pod.child("status");
        spec = pod.child("spec").object();
        old = before.object("status");
    }

    static void check(Node pod, JsonObject before) {
        Node metadata = pod.child("metadata");
        PodAnnotationRules.update(
                metadata.child("annotations"), before.object("metadata").object("annotations"));
        PodStatusRules rules = new PodStatusRules(pod, before);
        rules.conditions();
        rules.placement(pod, before.object("spec").string("nodeName"));
        rules.transitions();
        rules.claims();
        rules.extendedResources();
        rules.addresses();
        rules.containers();
    }

    private void conditions() {
        for (Node condition : status.child("conditions").items()) {
            Node generation = condition.child("observedGeneration");
            if (generation.integer() < 0) {
                generation.invalid("must be a non-negative integer");
            }
            String type = condition.child("type").text();
            if (!SYSTEM_CONDITIONS.contains(type)) {
                condition.child("Type").with(Json.of(type)).invalidAll(Names.qualifiedName(type));
            }
        }
    }

    private void placement(Node pod, String node) {
        if (!pod.child("spec", "nodeName").text().equals(node)) {
            status.child("nodeName").forbidden("may not be changed directly");
        }
        Node nominated = status.child("nominatedNodeName");
        if (!nominated.isEmpty() && !nominated.text().equals(old.string("nominatedNodeName"))) {
            Common.dnsSubdomain(nominated);
            if (!node.isEmpty()) {
                nominated.forbidden("may not be set on pods that are already bound to a node");
            }
        }
        Node generation = status.child("observedGeneration");
        if (generation.integer() < 0) {
            generation.invalid("must be a non-negative integer");
        }
        Node quality = status.child("qosClass");
        if (!quality.text().equals(old.string("qosClass"))) {
            quality.with(Json.of(quality.text())).invalid("field is immutable");
        }
    }

    /// A container that ended stays so, unless its pod starts it again.
    private void transitions() {
        if (!restartsAll()) {
            transitions("containerStatuses", spec.array("containers").objects());
            transitions("initContainerStatuses", spec.array("initContainers").objects());
        }
        transitions("ephemeralContainerStatuses", List.of());
    }

    private boolean restartsAll() {
        return all().stream()
                .flatMap(container -> container.array("restartPolicyRules").objects().stream())
                .anyMatch(rule -> rule.string("action").equals(RESTART_ALL));
    }

    private List<JsonObject> all() {
        List<JsonObject> all = new ArrayList<>(spec.array("initContainers").objects());
        all.addAll(spec.array("containers").objects());
        return all;
    }

    private void transitions(String list, List<JsonObject> containers) {
        List<JsonObject> before = old.array(list).objects();
        for (int i = 0; i < before.size(); i++) {
            JsonObject ended = before.get(i).object("state");
            String name = before.get(i).string("name");
            if (!ended.has("terminated") || mayRestart(name, ended, containers)) {
                continue;
            }
            for (Node now : status.child(list).items()) {
                if (now.child("name").text().equals(name)) {
                    if (!now.child("state").has("terminated")) {
                        status.child(list)
                                .index(i)
                                .child("state")
                                .forbidden("may not be transitioned to non-terminated state");
                    }
                    break;
                }
            }
        }
    }

    private boolean mayRestart(String name, JsonObject state, List<JsonObject> containers) {
        long code = state.object("terminated").integer("exitCode", 0);
        for (JsonObject container : containers) {
            if (container.string("name").equals(name)) {
                return restarts(container, code);
            }
        }
        return false;
    }

    private boolean restarts(JsonObject container, long code) {
        String policy = container.string("restartPolicy");
        for (JsonObject rule : container.array("restartPolicyRules").objects()) {
            if (!policy.isEmpty() && matches(rule.object("exitCodes"), code)) {
                return true;
            }
        }
        String decides = policy.isEmpty() ? spec.string("restartPolicy") : policy;
        return switch (decides) {
            case "OnFailure" -> code != 0;
            case "Never" -> false;
            default -> true;
        };
    }

    private static boolean matches(JsonObject codes, long code) {
        boolean named = false;
        for (Json value : codes.array("values")) {
            named |= value instanceof JsonNumber number && number.longValue() == code;
        }
        return codes.string("operator").equals(named ? "In" : "NotIn");
    }

    private void claims() {
        Set<String> known = new HashSet<>();
        spec.array("resourceClaims").objects().forEach(claim -> known.add(claim.string("name")));
        Set<String> seen = new HashSet<>();
        for (Node claim : status.child("resourceClaimStatuses").items()) {
            Node name = claim.child("name").with(Json.of(claim.child("name").text()));
            if (!known.contains(name.text())) {
                name.invalid("must match the name of an entry in `spec.resourceClaims`");
            }
            if (!seen.add(name.text())) {
                name.duplicate();
            }
            Node claimName = claim.child("resourceClaimName");
            if (claimName.isSet()) {
                Common.dnsSubdomain(claimName);
            }
        }
    }

    private void extendedResources() {
        Node extended = status.child("extendedResourceClaimStatus");
        if (!extended.isSet()) {
            return;
        }
        Node mappings = extended.child("requestMappings");
        if (mappings.isEmpty()) {
            mappings.required("at least one request mapping is required");
        }
        Set<List<String>> seen = new HashSet<>();
        for (Node mapping : mappings.items()) {
            mapping(mapping, extended.child("requestName"));
            List<Node> parts =
                    List.of(
                            mapping.child("containerName"),
                            mapping.child("resourceName"),
                            mapping.child("requestName"));
            if (!seen.add(parts.stream().map(Node::text).toList())) {
                parts.forEach(part -> part.duplicate(Json.of(part.text())));
            }
        }
        Node name = extended.child("resourceClaimName");
        if (name.isEmpty()) {
            name.required();
        } else {
            Common.dnsSubdomain(name);
        }
    }

    private void mapping(Node mapping, Node requestName) {
        Node container = mapping.child("containerName");
        Node resource = mapping.child("resourceName");
        JsonObject found = null;
        for (JsonObject each : all()) {
            found = each.string("name").equals(container.text()) ? each : found;
        }
        if (found == null) {
            container.invalidText(
                    container.text(),
                    "must match the name of an entry in spec.initContainers.name or"
                            + " spec.containers.name");
        } else if (!found.object("resources").object("requests").has(resource.text())) {
            resource.invalidText(
                    resource.text(),
                    "must match the extended resource name of an entry in"
                            + " spec.initContainers.resources.requests or"
                            + " spec.containers.resources.requests");
        }
        Common.dnsLabel(requestName.with(Json.of(mapping.child("requestName").text())));
    }

    private void addresses() {
        addresses(status.child("podIPs"));
        Node hosts = status.child("hostIPs");
        if (hosts.isEmpty()) {
            return;
        }
        Node first = hosts.index(0).child("ip");
        if (!first.text().equals(status.child("hostIP").text())) {
            first.invalidText(first.text(), "must be equal to `hostIP`");
        }
        addresses(hosts);
    }

    private void addresses(Node list) {
        Set<String> known = new HashSet<>();
        old.array(list.name()).objects().forEach(each -> known.add(each.string("ip")));
        List<String> texts = new ArrayList<>();
        for (Node item : list.items()) {
            String text = item.child("ip").text();
            texts.add(text);
            if (!known.contains(text)) {
                Common.address(item.with(Json.of(text)));
            }
        }
        if (texts.size() < 2) {
            return;
        }
        boolean four = false;
        boolean six = false;
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i);
            if (!Addresses.isSloppyAddress(text)) {
                list.internal(
                        "failed to check for dual stack with error:invalid IP[" + i + "]: " + text);
                list.invalid("may specify no more than one IP for each IP family");
                return;
            }
            four |= !text.contains(":");
            six |= text.contains(":");
        }
        if (!four || !six || texts.size() > 2) {
            list.invalid("may specify no more than one IP for each IP family");
        }
    }

    private void containers() {
        List<String> lists =
                List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");
        lists.forEach(list -> status.child(list).items().forEach(this::user));
        allocated(status.child("containerStatuses"), spec.array("containers").objects());
        allocated(status.child("initContainerStatuses"), spec.array("initContainers").objects());
        for (Node container : status.child("ephemeralContainerStatuses").items()) {
            if (!container.child("allocatedResourcesStatus").isEmpty()) {
                container
                        .child("allocatedResourcesStatus")
                        .forbidden("must not be specified in container status");
            }
        }
    }

    private void user(Node container) {
        Node linux = container.child("user", "linux");
        if (!linux.isSet()) {
            return;
        }
        if (spec.object("os").string("name").equals("windows")) {
            linux.forbidden("cannot be set for a windows pod");
            return;
        }
        identifier(linux.child("uid"));
        identifier(linux.child("gid"));
        linux.child("supplementalGroups").items().forEach(PodStatusRules::identifier);
    }

    private static void identifier(Node id) {
        if (id.integer() < 0 || id.integer() > MAX_ID) {
            id.invalid("must be between 0 and 2147483647, inclusive");
        }
    }

    private static void allocated(Node statuses, List<JsonObject> containers) {
        for (Node each : statuses.items()) {
            String name = each.child("name").text();
            for (Node resource : each.child("allocatedResourcesStatus").items()) {
                for (JsonObject container : containers) {
                    if (container.string("name").equals(name)) {
                        allocated(resource.child("name"), container.object("resources"));
                        break;
                    }
                }
                health(resource.child("resources"));
            }
        }
    }

    private static void allocated(Node name, JsonObject resources) {
        if (!name.text().startsWith("claim:")) {
            if (!resources.object("requests").has(name.text())) {
                name.invalidText(
                        name.text(), "must match one of the container's resource requests");
            }
            return;
        }
        for (JsonObject claim : resources.array("claims").objects()) {
            String request = claim.string("request");
            String shown = "claim:" + claim.string("name");
            if (name.text().equals(request.isEmpty() ? shown : shown + "/" + request)) {
                return;
            }
        }
        name.invalidText(
                name.text(),
                "must match one of the container's resource claims in a format"
                        + " 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is"
                        + " empty");
    }

    private static void health(Node resources) {
        Set<String> seen = new HashSet<>();
        for (Node resource : resources.items()) {
            Node health = resource.child("health");
            health.with(Json.of(health.text())).oneOf("Healthy", "Unhealthy", "Unknown");
            Node message = resource.child("message");
            if (message.isSet() && message.isEmpty()) {
                message.required("must be non-empty if specified");
            } else if (message.bytes() > MAX_HEALTH_MESSAGE) {
                message.tooLong(MAX_HEALTH_MESSAGE);
            }
            Node id = resource.child("resourceID");
            if (!seen.add(id.text())) {
                id.duplicate(Json.of(id.text()));
            }
        }
    }
}
