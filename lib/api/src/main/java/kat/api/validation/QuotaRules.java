package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for ResourceQuotas and LimitRanges.
final class QuotaRules {

    private static final Set<String> QUOTA_RESOURCES =
            Set.of(
                    "cpu",
                    "memory",
                    "ephemeral-storage",
                    "requests.cpu",
                    "requests.memory",
                    "requests.storage",
                    "requests.ephemeral-storage",
                    "limits.cpu",
                    "limits.memory",
                    "limits.ephemeral-storage",
                    "pods",
                    "resourcequotas",
                    "services",
                    "replicationcontrollers",
                    "secrets",
                    "persistentvolumeclaims",
                    "configmaps",
                    "services.nodeports",
                    "services.loadbalancers");

    private static final Set<String> COUNTS =
            Set.of(
                    "pods",
                    "resourcequotas",
                    "services",
                    "replicationcontrollers",
                    "secrets",
                    "persistentvolumeclaims",
                    "configmaps",
                    "services.nodeports",
                    "services.loadbalancers");

    private QuotaRules() {}

    static void quota(Node quota) {
        Node spec = quota.child("spec");
        amounts(spec.child("hard"));
        ScopeRules.check(spec, QuotaRules::isStandard);
    }

    private static void amounts(Node amounts) {
        for (Node amount : amounts.entries()) {
            quotaResource(amount, amount.name());
            Common.notNegative(amount);
            Quantity value = Common.quantity(amount);
            if (value != null && isCount(amount.name()) && !value.isWhole()) {
                amount.invalidText(value.toString(), "must be an integer");
            }
        }
    }

    static void quotaStatus(Node quota, JsonObject before) {
        amounts(quota.child("status", "hard"));
        amounts(quota.child("status", "used"));
    }

    private static boolean isCount(String resource) {
        boolean extended =
                resource.contains("/")
                        && !resource.contains("kubernetes.io/")
                        && !resource.startsWith("requests.");
        return COUNTS.contains(resource)
                || (extended && Names.qualifiedName("requests." + resource).isEmpty());
    }

    private static boolean isStandard(String resource) {
        return QUOTA_RESOURCES.contains(resource)
                || resource.startsWith("hugepages-")
                || resource.startsWith("requests.hugepages-");
    }

    private static void quotaResource(Node place, String name) {
        List<String> faults = Names.qualifiedName(name);
        faults.forEach(fault -> place.invalidText(name, fault));
        if (!name.contains("/") && !isStandard(name)) {
            if (faults.isEmpty()) {
                if (!Common.isStandard(name)) {
                    place.invalidText(name, "must be a standard resource type or fully qualified");
                }
            }
            place.invalidText(name, "must be a standard resource for quota");
        }
    }

    static void quotaUpdate(Node quota, JsonObject before) {
        quota(quota);
        Node scopes = quota.child("spec", "scopes");
        Set<String> now = new TreeSet<>(scopes.list().strings());
        if (!now.equals(new TreeSet<>(before.object("spec").array("scopes").strings()))) {
            scopes.invalid("field is immutable");
        }
    }

    static void limitRange(Node range) {
        Set<String> types = new HashSet<>();
        for (Node limit : range.child("spec", "limits").items()) {
            Node type = limit.child("type");
            limitType(type);
            if (!types.add(type.text())) {
                type.duplicate();
            }
            limit(limit, type.text());
        }
    }

    private static void limitType(Node type) {
        String name = type.text();
        List<String> faults = Names.qualifiedName(name);
        faults.forEach(fault -> type.invalidText(name, fault));
        boolean known = Set.of("Pod", "Container", "PersistentVolumeClaim").contains(name);
        if (faults.isEmpty() && !name.contains("/") && !known) {
            type.invalid("must be a standard limit type or fully qualified");
        }
    }

    private static void limit(Node limit, String type) {
        Set<String> resources = new TreeSet<>();
        for (String field : List.of("max", "min", "default", "defaultRequest")) {
            boolean ofContainer = field.startsWith("default");
            Node amounts = limit.child(field);
            if (ofContainer && type.equals("Pod")) {
                if (!amounts.isEmpty()) {
                    amounts.forbidden("may not be specified when `type` is 'Pod'");
                }
                continue;
            }
            for (Node amount : amounts.entries()) {
                limitName(amount, type);
                resources.add(amount.name());
            }
        }
        for (Node amount : limit.child("maxLimitRequestRatio").entries()) {
            limitName(amount, type);
            resources.add(amount.name());
        }
        if (type.equals("PersistentVolumeClaim")
                && !limit.child("min").has("storage")
                && !limit.child("max").has("storage")) {
            limit.child("limits")
                    .required(
                            "either minimum or maximum storage value is required, but neither was"
                                    + " provided");
        }
        resources.forEach(resource -> bounds(limit, type, resource));
    }

    private static void limitName(Node amount, String type) {
        Common.resourceName(amount, amount.name());
        if (type.equals("Pod") || type.equals("Container")) {
            ResourceRules.ofContainers(amount, amount.name());
        }
    }

    private static void bounds(Node limit, String type, String resource) {
        boolean pod = type.equals("Pod");
        Node min = limit.child("min").key(resource);
        Node max = limit.child("max").key(resource);
        Node request = pod ? limit.child("none") : limit.child("defaultRequest").key(resource);
        Node standard = pod ? limit.child("none") : limit.child("default").key(resource);
        above(min, min, "min value %s is greater than max value %s", min, max);
        above(
                request,
                request,
                "min value %s is greater than default request value %s",
                min,
                request);
        above(
                request,
                request,
                "default request value %s is greater than max value %s",
                request,
                max);
        above(
                request,
                request,
                "default request value %s is greater than default limit value %s",
                request,
                standard);
        above(standard, min, "min value %s is greater than default value %s", min, standard);
        above(standard, max, "default value %s is greater than max value %s", standard, max);
        Node ratio = limit.child("maxLimitRequestRatio").key(resource);
        Quantity amount = Common.quantity(ratio);
        if (amount != null && amount.compareTo(Quantity.of(1)) < 0) {
            ratio.invalidText(amount.toString(), "ratio " + amount + " is less than 1");
        }
        Quantity low = Common.quantity(min);
        Quantity high = Common.quantity(max);
        if (amount != null && low != null && high != null && low.thousandths() > 0) {
            double most = (double) high.thousandths() / low.thousandths();
            if (amount.thousandths() / 1000.0 > most) {
                ratio.invalidText(
                        amount.toString(),
                        "ratio %s is greater than max/min = %f".formatted(amount, most));
            }
        }
    }

    /// @param place where the fault stands
    /// @param shown the amount that the message quotes
    private static void above(Node place, Node shown, String text, Node... lowAndHigh) {
        Quantity low = Common.quantity(lowAndHigh[0]);
        Quantity high = Common.quantity(lowAndHigh[1]);
        Quantity quoted = Common.quantity(shown);
        if (low != null && high != null && quoted != null && low.compareTo(high) > 0) {
            place.invalidText(quoted.toString(), text.formatted(low, high));
        }
    }
}
