package kat.api.validation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for what containers and pods ask of a node: amounts, devices, what a resize restarts.
final class ResourceRules {

    private static final Set<String> COMPUTE = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {}

    /// @param claims the names of the pod's resource claims
    static void container(Node resources, Set<String> claims) {
        if (resources.isEmpty()) {
            return;
        }
        requirements(resources, false);
        claims(resources.child("claims"), claims);
    }

    private static void requirements(Node resources, boolean ofPod) {
        Node limits = resources.child("limits");
        Node requests = resources.child("requests");
        boolean huge = false;
        boolean basic = false;
        for (Node limit : limits.entries()) {
            name(limit, ofPod);
            Common.resourceAmount(limit);
            huge |= isHuge(limit);
            basic |= limit.name().equals("cpu") || limit.name().equals("memory");
        }
        for (Node request : requests.entries()) {
            name(request, ofPod);
            Common.resourceAmount(request);
            withinLimit(request, requests, limits);
            huge |= isHuge(request);
            basic |= request.name().equals("cpu") || request.name().equals("memory");
        }
        if (huge && !basic) {
            resources.forbidden("HugePages require cpu or memory");
        }
    }

    /// What a pod needs beyond its containers; faults stand where limits would.
    static void podOverhead(Node overhead) {
        if (overhead.isSet()) {
            requirements(overhead.with(JsonObject.of("limits", overhead.object())), false);
        }
    }

    /// What a RuntimeClass adds to each pod; faults stand where limits would.
    static void overhead(Node overhead) {
        requirements(
                overhead.with(JsonObject.of("limits", overhead.child("podFixed").object())), false);
    }

    private static boolean isHuge(Node amount) {
        if (!Common.isHugePages(amount.name())) {
            return false;
        }
        Quantity page = Common.parsed(amount.name().substring("hugepages-".length()));
        Quantity size = Common.quantity(amount);
        if (page != null && size != null && page.compareTo(Quantity.ZERO) > 0) {
            boolean whole = size.thousandths() >= 0 && size.thousandths() % page.thousandths() == 0;
            if (!whole) {
                amount.invalidText(
                        size.toString(),
                        size + " is not positive integer multiple of " + amount.name());
            }
        }
        return true;
    }

    private static void name(Node resource, boolean ofPod) {
        String name = resource.name();
        int before = resource.faultCount();
        Common.resourceName(resource, name);
        boolean huge = Common.isHugePages(name);
        if (ofPod) {
            if (resource.faultCount() == before
                    && !name.equals("cpu")
                    && !name.equals("memory")
                    && !huge) {
                resource.unsupported(Json.of(name), List.of("cpu", "hugepages-", "memory"));
            }
            return;
        }
        ofContainers(resource, name);
    }

    /// @param resource where faults of the name stand
    static void containerName(Node resource, String name) {
        Common.resourceName(resource, name);
        ofContainers(resource, name);
    }

    static void ofContainers(Node resource, String name) {
        boolean standard = COMPUTE.contains(name) || Common.isHugePages(name);
        if (!name.contains("/") && !standard) {
            resource.invalidText(name, "must be a standard resource for containers");
        } else if (!Common.isNative(name) && !Common.isExtended(name)) {
            resource.invalidText(name, "doesn't follow extended resource name standard");
        }
    }

    private static void withinLimit(Node request, Node requests, Node limits) {
        String name = request.name();
        Quantity amount = Common.quantity(request);
        Quantity limit = limits.has(name) ? Common.quantity(limits.key(name)) : null;
        boolean exact = Common.isHugePages(name) || Common.isExtended(name);
        if (amount == null) {
            return;
        }
        if (limit == null) {
            if (exact) {
                limits.required("Limit must be set for non overcommitable resources");
            }
        } else if (exact && amount.compareTo(limit) != 0) {
            requests.invalidText(
                    amount.toString(), "must be equal to " + name + " limit of " + limit);
        } else if (amount.compareTo(limit) > 0) {
            requests.invalidText(
                    amount.toString(),
                    "must be less than or equal to " + name + " limit of " + limit);
        }
    }

    private static void claims(Node claims, Set<String> known) {
        Set<String> names = new HashSet<>();
        for (Node claim : claims.items()) {
            String name = claim.child("name").text();
            if (name.isEmpty()) {
                claim.required();
                continue;
            }
            use(claim, name, names);
            if (!known.contains(name)) {
                String which =
                        known.isEmpty()
                                ? " which is empty"
                                : ": " + String.join(", ", new TreeSet<>(known));
                claim.notFound(name, "must be one of the names in pod.spec.resourceClaims" + which);
            }
        }
    }

    private static void use(Node claim, String name, Set<String> names) {
        Node request = claim.child("request");
        if (names.contains(name)) {
            claim.duplicate(Json.of(name));
            return;
        }
        String key = name;
        if (!request.isEmpty()) {
            Common.dnsLabel(request);
            key += "/" + request.text();
        }
        if (names.contains(key)) {
            claim.duplicate(Json.of(key));
        } else if (request.isEmpty()) {
            for (String other : names) {
                if (other.startsWith(name + "/")) {
                    claim.duplicate(Json.of(name));
                }
            }
        }
        names.add(key);
    }

    static void resizePolicy(Node policies, String podRestarts) {
        if (policies.isEmpty()) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Node policy : policies.items()) {
            Node name = policy.child("resourceName");
            if (!seen.add(name.text())) {
                policy.duplicate(Json.of(name.text()));
            }
            policies.with(name.isEmpty() ? null : name.json()).requireOneOf("cpu", "memory");
            Node restart = policy.child("restartPolicy");
            policies.with(restart.isEmpty() ? null : restart.json())
                    .requireOneOf("NotRequired", "RestartContainer");
            if (podRestarts.equals("Never") && !restart.text().equals("NotRequired")) {
                policies.invalid(
                        restart.json(),
                        "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
            }
        }
    }

    /// What a pod's own resources may be beside those of its containers.
    /// @param claims the names of the pod's resource claims
    static void pod(Node spec, Set<String> claims) {
        Node resources = spec.child("resources");
        if (!resources.isSet()) {
            return;
        }
        if (spec.child("os", "name").text().equals("windows")) {
            resources.forbidden("may not be set for a windows pod");
            return;
        }
        if (resources.has("claims")) {
            resources.child("claims").forbidden("claims may not be set for Resources at pod-level");
        }
        requirements(resources, true);
        claims(resources.child("claims"), claims);
        consistent(spec, resources);
    }

    private static void consistent(Node spec, Node resources) {
        Node requests = resources.child("requests");
        Node limits = resources.child("limits");
        Map<String, Quantity> requested = sums(spec, "requests");
        for (Node request : requests.entries()) {
            Quantity own = Common.quantity(request);
            Quantity sum = requested.get(request.name());
            if (own != null && sum != null && sum.compareTo(own) > 0) {
                request.invalidText(
                        own.toString(),
                        "must be greater than or equal to aggregate container requests of " + sum);
            }
        }
        Map<String, Quantity> limited = sums(spec, "limits");
        for (Node limit : limits.entries()) {
            Quantity own = Common.quantity(limit);
            Quantity sum = limited.get(limit.name());
            boolean huge = Common.isHugePages(limit.name());
            if (huge && own != null && sum != null && sum.compareTo(own) > 0) {
                limit.invalidText(
                        own.toString(),
                        "must be greater than or equal to aggregate container limits of " + sum);
            }
        }
        for (Node container : spec.child("containers").items()) {
            for (Node limit : container.child("resources", "limits").entries()) {
                Quantity most = Common.quantity(limits.key(limit.name()));
                Quantity own = Common.quantity(limit);
                if (most != null && own != null && own.compareTo(most) > 0) {
                    resources
                            .child("containers")
                            .at(
                                    resources.path()
                                            + ".containers["
                                            + container.name()
                                            + "]["
                                            + limit.name()
                                            + "].limits")
                            .invalidText(
                                    own.toString(),
                                    "must be less than or equal to pod limits of " + most);
                }
            }
        }
    }

    /// What the containers that run together have in sum.
    private static Map<String, Quantity> sums(Node spec, String field) {
        Map<String, Quantity> sums = new HashMap<>();
        for (Node container : spec.child("containers").items()) {
            add(sums, container.child("resources", field));
        }
        for (Node container : spec.child("initContainers").items()) {
            if (container.child("restartPolicy").text().equals("Always")) {
                add(sums, container.child("resources", field));
            }
        }
        return sums;
    }

    private static void add(Map<String, Quantity> sums, Node amounts) {
        for (Node amount : amounts.entries()) {
            Quantity value = Common.quantity(amount);
            if (value != null) {
                sums.merge(amount.name(), value, Quantity::plus);
            }
        }
    }
}
