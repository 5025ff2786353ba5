package kat.api.validation;

import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for the small kinds of the core group: ConfigMap, Secret, Namespace, Node, Endpoints,
/// Event.
final class CoreRules {

    /// What the data of a ConfigMap or Secret may hold, in bytes.
    static final int MAX_DATA = 1024 * 1024;

    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
    private static final String FROZEN = "field is immutable when `immutable` is set";

    private static final Pattern FEATURE = Pattern.compile("[A-Z][a-zA-Z0-9]*(/[a-zA-Z0-9]+)*");

    /// The keys that the types of Secrets require.
    private static final Map<String, List<String>> SECRET_KEYS =
            Map.of(
                    "kubernetes.io/dockercfg", List.of(".dockercfg"),
                    "kubernetes.io/dockerconfigjson", List.of(".dockerconfigjson"),
                    "kubernetes.io/ssh-auth", List.of("ssh-privatekey"),
                    "kubernetes.io/tls", List.of("tls.crt", "tls.key"));

    private CoreRules() {}

    static void configMap(Node map) {
        int bytes = 0;
        Node binary = map.child("binaryData");
        for (Node entry : map.child("data").entries()) {
            entry.with(Json.of(entry.name())).invalidAll(Names.configKey(entry.name()));
            if (binary.has(entry.name())) {
                entry.invalidText(entry.name(), "duplicate of key present in binaryData");
            }
            bytes += Names.bytes(entry.text());
        }
        for (Node entry : binary.entries()) {
            entry.with(Json.of(entry.name())).invalidAll(Names.configKey(entry.name()));
            bytes += entry.text().length() / 4 * 3;
        }
        if (bytes > MAX_DATA) {
            map.at("[]").tooLong(MAX_DATA);
        }
    }

    static void configMapUpdate(Node map, JsonObject before) {
        if (before.bool("immutable")) {
            if (!map.child("immutable").bool()) {
                map.child("immutable").forbidden(FROZEN);
            }
            for (String field : List.of("data", "binaryData")) {
                if (!map.child(field).object().equals(before.object(field))) {
                    map.child(field).forbidden(FROZEN);
                }
            }
        }
    }

    static void secret(Node secret) {
        int bytes = 0;
        Node data = secret.child("data");
        for (Node entry : data.entries()) {
            entry.with(Json.of(entry.name())).invalidAll(Names.configKey(entry.name()));
            bytes += entry.text().length() / 4 * 3;
        }
        if (bytes > MAX_DATA) {
            data.tooLong(MAX_DATA);
        }
        String type = secret.child("type").text();
        if (type.equals("kubernetes.io/service-account-token")) {
            Node account = secret.child("metadata", "annotations").key(ACCOUNT_NAME);
            account.requireNotEmpty();
        }
        if (type.equals("kubernetes.io/basic-auth")) {
            if (!data.has("username") && !data.has("password")) {
                data.key("username").required();
                data.key("password").required();
            }
        }
        for (String key : SECRET_KEYS.getOrDefault(type, List.of())) {
            boolean empty = type.equals("kubernetes.io/ssh-auth") && data.key(key).isEmpty();
            if (!data.has(key) || empty) {
                data.key(key).required();
            } else if (key.startsWith(".docker")) {
                json(data.key(key));
            }
        }
    }

    private static void json(Node entry) {
        try {
            Json.parse(Base64.getDecoder().decode(entry.text()));
        } catch (JsonException e) {
            entry.invalidText("<secret contents redacted>", String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException notBase64) {
            entry.invalidText("<secret contents redacted>", "unexpected end of JSON input");
        }
    }

    static void secretUpdate(Node secret, JsonObject before) {
        secret.child("type").immutable(before.get("type"));
        if (before.bool("immutable")) {
            if (!secret.child("immutable").bool()) {
                secret.child("immutable").forbidden(FROZEN);
            }
            if (!secret.child("data").object().equals(before.object("data"))) {
                secret.child("data").forbidden(FROZEN);
            }
        }
    }

    static void namespaceStatus(Node namespace, JsonObject before) {
        Node phase =
                namespace.child("status", "Phase").with(namespace.child("status", "phase").json());
        boolean ending = namespace.child("metadata").has("deletionTimestamp");
        if (!ending && !phase.text().equals("Active")) {
            phase.invalidText(phase.text(), "may only be 'Active' if `deletionTimestamp` is empty");
        } else if (ending && !phase.text().equals("Terminating")) {
            phase.invalidText(
                    phase.text(), "may only be 'Terminating' if `deletionTimestamp` is not empty");
        }
    }

    static void namespace(Node namespace) {
        for (Node finalizer : namespace.child("spec", "finalizers").items()) {
            finalizer(finalizer.at("spec.finalizers"));
        }
    }

    /// What the subresource that ends a namespace's life may leave.
    static void namespaceFinalizers(Node namespace) {
        for (Node finalizer : namespace.child("spec", "finalizers").items()) {
            finalizer(finalizer);
        }
    }

    private static void finalizer(Node finalizer) {
        String text = finalizer.text();
        Names.qualifiedName(text).forEach(fault -> finalizer.invalidText(text, fault));
        boolean standard = List.of("kubernetes", "orphan", "foregroundDeletion").contains(text);
        if (!text.contains("/") && !standard) {
            finalizer.invalidText(
                    text, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }

    static void node(Node node) {
        taints(node);
        resources(node);
        Node spec = node.child("spec");
        features(node.child("status", "declaredFeatures"));
        Node networks = spec.child("podCIDRs");
        if (networks.isEmpty() && !spec.child("podCIDR").isEmpty()) {
            Common.network(networks.index(0).with(spec.child("podCIDR").json()));
        }
        networks.items().forEach(Common::network);
        List<String> texts = networks.list().strings();
        boolean twice =
                texts.size() > 2
                        || (texts.size() == 2
                                && texts.get(0).contains(":") == texts.get(1).contains(":"));
        for (int i = 0; texts.size() > 1 && i < texts.size(); i++) {
            if (!Addresses.networkFaults(texts.get(i)).isEmpty()) {
                networks.internal(
                        "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR["
                                + i
                                + "]: <nil> (invalid CIDR address: "
                                + texts.get(i)
                                + ")");
                break;
            }
        }
        if (twice) {
            networks.invalid("may specify no more than one CIDR for each IP family");
        }
    }

    /// Upstream gives faults of taints a path below metadata.
    private static void taints(Node node) {
        Node taints = node.child("metadata", "taints").with(node.child("spec", "taints").json());
        Set<String> seen = new HashSet<>();
        for (Node taint : taints.items()) {
            Common.qualifiedName(taint.child("key").with(Json.of(taint.child("key").text())));
            List<String> faults = Names.labelValue(taint.child("value").text());
            if (!faults.isEmpty()) {
                taint.child("value").invalid(String.join(";", faults));
            }
            taint.child("effect").requireOneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
            String pair = taint.child("key").text() + ":" + taint.child("effect").text();
            if (!seen.add(pair)) {
                taint.duplicateShown(
                        Node.struct(
                                "Key", taint.child("key").json(),
                                "Value", Json.of(taint.child("value").text()),
                                "Effect", taint.child("effect").json(),
                                "TimeAdded", taint.child("timeAdded").json()),
                        "taints must be unique by key and effect pair");
            }
        }
    }

    private static void resources(Node node) {
        for (String field : List.of("capacity", "allocatable")) {
            Node amounts = node.child("status", field);
            for (String name : amounts.object().names()) {
                Common.resourceAmount(amounts.child(name));
            }
        }
    }

    private static void features(Node features) {
        List<Node> all = features.items();
        for (int i = 0; i < all.size(); i++) {
            Node feature = all.get(i);
            String text = feature.text();
            if (!FEATURE.matcher(text).matches()) {
                feature.invalid(
                        "invalid feature name "
                                + Json.of(text)
                                + ": must start with an UpperCamelCase segment, with subsequent"
                                + " segments separated by '/' (e.g., MyFeature or"
                                + " MyFeature/mySubFeature), and contain only alphanumeric"
                                + " characters and slashes");
            }
            Node next = i + 1 < all.size() ? all.get(i + 1) : null;
            if (next != null && text.equals(next.text())) {
                next.duplicate();
            } else if (next != null && text.compareTo(next.text()) > 0) {
                next.invalid("list must be sorted alphabetically");
            }
        }
    }

    static void nodeUpdate(Node node, JsonObject before) {
        JsonObject old = before.object("spec");
        Node spec = node.child("spec");
        resources(node);
        features(node.child("status", "declaredFeatures"));
        Set<Json> addresses = new HashSet<>();
        for (Node address : node.child("status", "addresses").items()) {
            if (!addresses.add(address.json())) {
                address.duplicateStruct(
                        "Type", address.child("type").json(),
                        "Address", address.child("address").json());
            }
        }
        List<String> networks = old.array("podCIDRs").strings();
        if (!networks.isEmpty() && !networks.equals(spec.child("podCIDRs").list().strings())) {
            spec.child("podCIDRs")
                    .forbidden("node updates may not change podCIDR except from \"\" to valid");
        }
        String provider = old.string("providerID");
        if (!provider.isEmpty() && !provider.equals(spec.child("providerID").text())) {
            spec.child("providerID")
                    .forbidden("node updates may not change providerID except from \"\" to valid");
        }
        taints(node);
        if (!spec.child("externalID").text().equals(old.string("externalID"))) {
            spec.child("externalID").forbidden("may not be updated");
        }
    }

    static void endpoints(Node endpoints) {
        for (Node subset : endpoints.child("subsets").items()) {
            Node ready = subset.child("addresses");
            Node other = subset.child("notReadyAddresses");
            if (ready.isEmpty() && other.isEmpty()) {
                subset.required("must specify `addresses` or `notReadyAddresses`");
            }
            ready.items().forEach(CoreRules::endpointAddress);
            other.items().forEach(CoreRules::endpointAddress);
            Node ports = subset.child("ports");
            for (Node port : ports.items()) {
                endpointPort(port, ports.list().size() > 1);
            }
        }
    }

    static void endpointsUpdate(Node endpoints, JsonObject before) {
        if (!endpoints.child("subsets").list().equals(before.array("subsets"))) {
            endpoints(endpoints);
        }
    }

    private static void endpointPort(Node port, boolean several) {
        Node name = port.child("name");
        if (!name.isEmpty()) {
            Common.dnsLabel(name);
        } else if (several) {
            name.required();
        }
        for (String fault : Names.portNumber(port.child("port").integer())) {
            port.child("port").invalid(Json.of(port.child("port").integer()), fault);
        }
        Common.protocol(port.child("protocol"));
        if (port.has("appProtocol")) {
            Common.qualifiedName(port.child("appProtocol"));
        }
    }

    private static void endpointAddress(Node address) {
        Node ip = address.child("ip");
        Common.address(ip);
        boolean valid = Addresses.isSloppyAddress(ip.text());
        if (!address.child("hostname").isEmpty()) {
            Common.dnsLabel(address.child("hostname"));
        }
        if (address.has("nodeName")) {
            Common.dnsSubdomain(address.child("nodeName"));
        }
        if (valid) {
            Addresses.nonSpecial(ip.text()).forEach(ip::invalid);
        } else {
            ip.invalidText(ip.text(), "must be a valid IP address");
        }
    }
}
