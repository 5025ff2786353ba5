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

/// The rules for the small kinds of the core group: ConfigMap, Secret, Namespace, Node, Endpoints,
/// Event.
final class CoreRules {

    /// What the data of a ConfigMap or Secret may hold, in bytes.
    static final int MAX_DATA = 1024 * 1024;

    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
    private static final String FROZEN = "field is immutable when `immutable` is set";

    private static final List<String> ENFORCEMENTS =
            List.of(
                    "pod-security.kubernetes.io/enforce",
                    "pod-security.kubernetes.io/audit",
                    "pod-security.kubernetes.io/warn");
    private static final Set<String> LEVELS = Set.of("privileged", "baseline", "restricted");
    private static final Pattern VERSION = Pattern.compile("latest|v1\\.(0|[1-9][0-9]*)");

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
        configMap(map);
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
            if (!data.has(key)) {
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
        secret(secret);
    }

    static void namespace(Node namespace) {
        for (Node finalizer : namespace.child("spec", "finalizers").items()) {
            finalizer(finalizer.at("spec.finalizers"));
        }
        Node labels = namespace.child("metadata", "labels");
        for (String name : ENFORCEMENTS) {
            Node level = labels.key(name);
            if (level.isSet() && !LEVELS.contains(level.text())) {
                level.invalid("must be one of privileged, baseline, restricted");
            }
            Node version = labels.key(name + "-version");
            if (version.isSet() && !VERSION.matcher(version.text()).matches()) {
                version.invalid("must be \"latest\" or \"v1.x\"");
            }
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
        Node spec = node.child("spec");
        Set<String> taints = new HashSet<>();
        for (Node taint : spec.child("taints").items()) {
            Common.qualifiedName(taint.child("key").with(Json.of(taint.child("key").text())));
            List<String> faults = Names.labelValue(taint.child("value").text());
            if (!faults.isEmpty()) {
                taint.child("value").invalid(String.join(";", faults));
            }
            taint.child("effect").requireOneOf("NoSchedule", "PreferNoSchedule", "NoExecute");
            String pair = taint.child("key").text() + ":" + taint.child("effect").text();
            if (!taints.add(pair)) {
                taint.duplicateStruct(
                        "Key", taint.child("key").json(),
                        "Value", Json.of(taint.child("value").text()),
                        "Effect", taint.child("effect").json(),
                        "TimeAdded", taint.child("timeAdded").json());
            }
        }
        Node networks = spec.child("podCIDRs");
        if (networks.isEmpty() && !spec.child("podCIDR").isEmpty()) {
            Common.network(networks.index(0).with(spec.child("podCIDR").json()));
        }
        networks.items().forEach(Common::network);
        for (Node amount : node.child("status", "capacity").entries()) {
            Common.resourceAmount(amount);
        }
    }

    static void nodeUpdate(Node node, JsonObject before) {
        node(node);
        JsonObject old = before.object("spec");
        Node spec = node.child("spec");
        for (String field : List.of("podCIDRs", "providerID")) {
            boolean was = old.has(field);
            Json previous = old.get(field);
            if (was && !spec.child(field).json().equals(previous)) {
                spec.child(field)
                        .forbidden(
                                field.equals("podCIDRs")
                                        ? "node updates may not change podCIDR except from \"\" to"
                                                + " valid"
                                        : "node updates may not change providerID except from \"\""
                                                + " to valid");
            }
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
                Node name = port.child("name");
                if (name.isEmpty()) {
                    if (ports.list().size() > 1) {
                        name.required();
                    }
                } else {
                    Common.dnsLabel(name);
                }
                for (String fault : Names.portNumber(port.child("port").integer())) {
                    port.child("port").invalid(Json.of(port.child("port").integer()), fault);
                }
                Common.protocol(port.child("protocol"));
            }
        }
    }

    private static void endpointAddress(Node address) {
        Node ip = address.child("ip");
        List<String> faults = Addresses.nonSpecial(ip.text());
        ip.with(Json.of(ip.text())).invalidAll(faults);
        if (!address.child("hostname").isEmpty()) {
            Common.dnsLabel(address.child("hostname"));
        }
        if (!address.child("nodeName").isEmpty()) {
            Common.dnsSubdomain(address.child("nodeName"));
        }
    }

    static void event(Node event) {
        Node involved = event.child("involvedObject", "namespace");
        String namespace = event.child("metadata", "namespace").text();
        boolean clusterWide = involved.text().isEmpty();
        boolean allowed =
                clusterWide
                        ? namespace.equals("default") || namespace.equals("kube-system")
                        : involved.text().equals(namespace);
        if (!allowed) {
            involved.invalidText(involved.text(), "does not match event.namespace");
        }
    }
}
