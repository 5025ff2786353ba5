package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonNumber;
import kat.api.json.JsonString;
import kat.api.names.Names;
import kat.api.selector.LabelSelector;
import org.jspecify.annotations.Nullable;

/// Checks that the rules of several kinds share.
public final class Common {

    static final String ONE_TYPE = "may not specify more than 1 volume type";

    private static final Set<String> STANDARD_RESOURCES =
            Set.of(
                    "cpu",
                    "memory",
                    "ephemeral-storage",
                    "requests.cpu",
                    "requests.memory",
                    "requests.ephemeral-storage",
                    "limits.cpu",
                    "limits.memory",
                    "limits.ephemeral-storage",
                    "pods",
                    "services",
                    "replicationcontrollers",
                    "resourcequotas",
                    "secrets",
                    "configmaps",
                    "persistentvolumeclaims",
                    "storage",
                    "requests.storage",
                    "services.nodeports",
                    "services.loadbalancers");

    private static final Pattern WHOLE = Pattern.compile("[+-]?0*[1-9][0-9]*");

    private Common() {}

    static void dnsLabel(Node name) {
        name.invalidAll(Names.dnsLabel(name.text()));
    }

    public static void dnsSubdomain(Node name) {
        name.invalidAll(Names.dnsSubdomain(name.text()));
    }

    public static void qualifiedName(Node name) {
        name.invalidAll(Names.qualifiedName(name.text()));
    }

    /// A port as a number or by its name.
    static void port(Node port) {
        if (port.isString()) {
            port.invalidAll(Names.portName(port.text()));
        } else {
            for (String fault : Names.portNumber(port.integer())) {
                port.invalid(Json.of(port.integer()), fault);
            }
        }
    }

    static void protocol(Node protocol) {
        protocol.requireOneOf("SCTP", "TCP", "UDP");
    }

    static void address(Node address) {
        Addresses.faults(address.text())
                .forEach(fault -> address.invalidText(address.text(), fault));
    }

    static void network(Node network) {
        Addresses.networkFaults(network.text())
                .forEach(fault -> network.invalidText(network.text(), fault));
    }

    /// Checks a label selector, where there is one.
    public static void labelSelector(Node selector) {
        if (!selector.isSet()) {
            return;
        }
        MetadataRules.labels(selector.child("matchLabels"));
        for (Node each : selector.child("matchExpressions").items()) {
            switch (each.child("operator").text()) {
                case "In", "NotIn" -> {
                    if (each.child("values").isEmpty()) {
                        each.child("values")
                                .required("must be specified when `operator` is 'In' or 'NotIn'");
                    }
                }
                case "Exists", "DoesNotExist" -> {
                    if (!each.child("values").isEmpty()) {
                        each.child("values")
                                .forbidden(
                                        "may not be specified when `operator` is 'Exists' or"
                                                + " 'DoesNotExist'");
                    }
                }
                default ->
                        each.child("operator")
                                .invalidText(
                                        each.child("operator").text(),
                                        "not a valid selector operator");
            }
            qualifiedName(each.child("key"));
            for (Node value : each.child("values").items()) {
                value.invalidAll(Names.labelValue(value.text()));
            }
        }
    }

    /// The selector, or null when it has faults that keep it from being one.
    static @Nullable LabelSelector selectorOf(Node selector) {
        for (Node each : selector.child("matchExpressions").items()) {
            if (!isRequirement(each)) {
                return null;
            }
        }
        for (Node label : selector.child("matchLabels").entries()) {
            if (!Names.qualifiedName(label.name()).isEmpty()
                    || !Names.labelValue(label.text()).isEmpty()) {
                return null;
            }
        }
        return selector.isSet() ? LabelSelector.parse(selector.object()) : LabelSelector.NOTHING;
    }

    private static boolean isRequirement(Node each) {
        List<String> values = each.child("values").list().strings();
        boolean counted =
                switch (each.child("operator").text()) {
                    case "In", "NotIn" -> !values.isEmpty();
                    case "Exists", "DoesNotExist" -> values.isEmpty();
                    default -> false;
                };
        return counted
                && Names.qualifiedName(each.child("key").text()).isEmpty()
                && values.stream().allMatch(value -> Names.labelValue(value).isEmpty());
    }

    /// The quantity; null when the value is none, which its schema has refused before.
    static @Nullable Quantity quantity(Node node) {
        return switch (node.json()) {
            case JsonString(String text) -> parsed(text);
            case JsonNumber number -> parsed(number.toString());
            default -> null;
        };
    }

    static @Nullable Quantity parsed(String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException notAQuantity) {
            return null;
        }
    }

    static void notNegative(Node quantity) {
        Quantity amount = quantity(quantity);
        if (amount != null && amount.compareTo(Quantity.ZERO) < 0) {
            quantity.invalidText(amount.toString(), "must be greater than or equal to 0");
        }
    }

    static void positive(Node quantity) {
        Quantity amount = quantity(quantity);
        if (amount != null && amount.compareTo(Quantity.ZERO) <= 0) {
            quantity.invalidText(amount.toString(), "must be greater than zero");
        }
    }

    /// A resource's amount: not negative, whole for extended resources.
    static void resourceAmount(Node amount) {
        notNegative(amount);
        Quantity value = quantity(amount);
        if (value != null && isExtended(amount.name()) && !value.isWhole()) {
            amount.invalidText(value.toString(), "must be an integer");
        }
    }

    static boolean isHugePages(String resource) {
        return resource.startsWith("hugepages-");
    }

    static boolean isNative(String resource) {
        return !resource.contains("/") || resource.contains("kubernetes.io/");
    }

    static boolean isExtended(String resource) {
        return !isNative(resource)
                && !resource.startsWith("requests.")
                && Names.qualifiedName("requests." + resource).isEmpty();
    }

    static boolean isStandard(String resource) {
        return STANDARD_RESOURCES.contains(resource) || isHugePages(resource);
    }

    /// A resource's name: qualified, and standard unless it has a prefix.
    static void resourceName(Node place, String name) {
        List<String> faults = Names.qualifiedName(name);
        faults.forEach(fault -> place.invalidText(name, fault));
        if (faults.isEmpty() && !name.contains("/") && !isStandard(name)) {
            place.invalidText(name, "must be a standard resource type or fully qualified");
        }
    }

    /// What an int-or-percent field may be: a number that is not negative, or a percentage.
    static void numberOrPercent(Node value) {
        if (value.isString()) {
            value.invalidAll(Names.percent(value.text()));
        } else if (value.isSet()) {
            value.notNegative();
        }
    }

    static void notOverHundredPercent(Node value) {
        if (value.isString()
                && Names.percent(value.text()).isEmpty()
                && percent(value.text()) > 100) {
            value.invalid("must not be greater than 100%");
        }
    }

    static long percent(String text) {
        return Long.parseLong(text.substring(0, text.length() - 1));
    }

    /// Whether a number or percentage is nothing.
    static boolean isZero(Node value) {
        if (!value.isString()) {
            return value.integer() == 0;
        }
        // a text that is neither counts as nothing
        String text = value.text();
        return Names.percent(text).isEmpty() ? percent(text) == 0 : !WHOLE.matcher(text).matches();
    }

    /// Reports values that come again.
    static void unique(List<Node> nodes) {
        Set<Json> seen = new HashSet<>();
        for (Node node : nodes) {
            if (node.isSet() && !seen.add(node.json())) {
                node.duplicate();
            }
        }
    }

    /// The name of a host of at least two parts.
    static void domainName(Node name) {
        String text = name.text();
        if (text.isEmpty()) {
            name.required();
            return;
        }
        String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        List<String> faults = Names.dnsSubdomain(plain);
        if (!faults.isEmpty()) {
            name.invalidText(plain, String.join(",", faults));
        } else if (!plain.contains(".")) {
            name.invalidText(
                    plain, "should be a domain with at least two segments separated by dots");
        } else {
            for (String label : plain.split("\\.", -1)) {
                List<String> wrong = Names.dnsLabel(label);
                if (!wrong.isEmpty()) {
                    name.invalidText(label, String.join(",", wrong));
                    return;
                }
            }
        }
    }

    /// A domain, a slash, and a path below it.
    static void prefixedPath(Node name) {
        String text = name.text();
        int slash = text.indexOf('/');
        if (text.isEmpty()) {
            name.required();
        } else if (slash <= 0 || slash == text.length() - 1) {
            name.invalid("must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            String host = text.substring(0, slash);
            String path = text.substring(slash + 1);
            Names.dnsSubdomain(host).forEach(fault -> name.invalidText(host, fault));
            Names.urlPath(path).forEach(fault -> name.invalidText(path, fault));
        }
    }

    static void relativePath(Node path) {
        if (path.text().startsWith("/")) {
            path.invalid("must be a relative path");
        }
        noBacksteps(path);
    }

    static void noBacksteps(Node path) {
        for (String step : path.text().split("/", -1)) {
            if (step.equals("..")) {
                path.invalid("must not contain '..'");
                return;
            }
        }
    }

    static void fileMode(Node mode) {
        if (mode.isSet() && (mode.integer() < 0 || mode.integer() > 0777)) {
            mode.invalid("must be a number between 0 and 0777 (octal), both inclusive");
        }
    }
}
