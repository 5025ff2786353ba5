package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for the status of a claim of devices: what was allocated, for whom it is reserved, and
/// what drivers say of the devices.
///
/// **Source:** `ValidateResourceClaimStatusUpdate` of Kubernetes' `pkg/apis/resource/validation`.
final class DeviceStatusRules {

    private static final int MAX_RESERVED = 256;
    private static final int MAX_RESULTS = 32;
    private static final int MAX_CONFIGURATIONS = 64;
    private static final int MAX_CONDITIONS = 8;
    private static final int MAX_DATA = 10 * 1024;
    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_INTERFACE = 256;
    private static final int MAX_HARDWARE = 128;
    private static final int MAX_POOL = 253;
    private static final int MAX_BINDING_CONDITIONS = 4;
    private static final Pattern UUID_FORM =
            Pattern.compile(
                    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final String NO_ADDRESS =
            "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)";

    private DeviceStatusRules() {}

    static void check(Node claim, JsonObject before) {
        Map<String, Set<String>> requests =
                DeviceRules.names(claim.child("spec", "devices", "requests"));
        Node status = claim.child("status");
        JsonObject old = before.object("status");
        Node reserved = status.child("reservedFor");
        set(reserved, MAX_RESERVED, DeviceStatusRules::consumer, each -> text(each, "uid"));
        Set<String> allocated = new HashSet<>();
        for (Node result : status.child("allocation", "devices", "results").items()) {
            allocated.add(identity(result));
        }
        set(
                status.child("devices"),
                Integer.MAX_VALUE,
                device -> device(device, allocated),
                DeviceStatusRules::identity);
        if (!reserved.isEmpty() && !status.has("allocation")) {
            reserved.forbidden("may not be specified when `allocated` is not set");
        } else if (claim.child("metadata").has("deletionTimestamp") && adds(reserved, old)) {
            reserved.forbidden(
                    "new entries may not be added while `deallocationRequested` or"
                            + " `deletionTimestamp` are set");
        }
        allocation(status.child("allocation"), old, requests);
    }

    private static boolean adds(Node reserved, JsonObject old) {
        List<Json> known = old.array("reservedFor").items();
        return reserved.list().items().stream().anyMatch(each -> !known.contains(each));
    }

    private static void allocation(
            Node allocation, JsonObject old, Map<String, Set<String>> requests) {
        if (!allocation.isSet()) {
            return;
        }
        if (old.has("allocation")) {
            if (!allocation.json().equals(old.get("allocation"))) {
                allocation.invalid("field is immutable");
            }
            return;
        }
        Node devices = allocation.child("devices");
        DeviceRules.each(devices.child("results"), MAX_RESULTS, each -> result(each, requests));
        DeviceRules.each(
                devices.child("config"),
                MAX_CONFIGURATIONS,
                config -> {
                    config.child("source").requireOneOf("FromClaim", "FromClass");
                    DeviceRules.references(config.child("requests"), requests);
                    DeviceRules.configuration(config);
                });
        Node selector = allocation.child("nodeSelector");
        if (selector.isSet()) {
            PlacementRules.nodeSelector(selector);
        }
    }

    private static void result(Node result, Map<String, Set<String>> requests) {
        Node request = result.child("request");
        DeviceRules.reference(request.with(Json.of(request.text())), requests);
        SourceRules.driverName(result.child("driver"));
        pool(result.child("pool"));
        Common.dnsLabel(result.child("device"));
        bindingConditions(result);
        share(result.child("shareID"));
    }

    private static void bindingConditions(Node result) {
        Node good = result.child("bindingConditions");
        Node bad = result.child("bindingFailureConditions");
        Consumer<Node> name = each -> each.invalidAll(Names.qualifiedName(each.text()));
        DeviceRules.each(good, MAX_BINDING_CONDITIONS, name);
        DeviceRules.each(bad, MAX_BINDING_CONDITIONS, name);
        DeviceRules.unique(good, "");
        Set<String> seen = new HashSet<>();
        for (Node each : bad.items()) {
            if (!seen.add(each.text())) {
                each.duplicate();
            }
            if (good.list().strings().contains(each.text())) {
                each.invalid("bindingFailureConditions must not overlap with bindingConditions");
            }
        }
        if (good.isEmpty() && !bad.isEmpty()) {
            good.invalid(
                    JsonNull.NULL,
                    "bindingConditions are required to use bindingFailureConditions");
        } else if (bad.isEmpty() && !good.isEmpty()) {
            bad.invalid(
                    JsonNull.NULL,
                    "bindingFailureConditions are required to use bindingConditions");
        }
    }

    private static void consumer(Node consumer) {
        for (String field : List.of("resource", "name", "uid")) {
            consumer.child(field).requireNotEmpty();
        }
    }

    private static void device(Node device, Set<String> allocated) {
        SourceRules.driverName(device.child("driver"));
        pool(device.child("pool"));
        Common.dnsLabel(device.child("device"));
        share(device.child("shareID"));
        String identity = identity(device);
        if (!allocated.contains(identity)) {
            device.invalidShown(identity, "must be an allocated device in the claim");
        }
        Node conditions = device.child("conditions");
        if (conditions.list().size() > MAX_CONDITIONS) {
            conditions.tooMany(conditions.list().size(), MAX_CONDITIONS);
        }
        Conditions.check(conditions);
        Node data = device.child("data");
        if (data.isSet()) {
            DeviceRules.rawObject(data, MAX_DATA);
        }
        network(device.child("networkData"));
    }

    private static void network(Node network) {
        limited(network.child("interfaceName"), MAX_INTERFACE);
        limited(network.child("hardwareAddress"), MAX_HARDWARE);
        set(network.child("ips"), MAX_ADDRESSES, DeviceStatusRules::interfaceAddress, Node::text);
    }

    private static void limited(Node text, int most) {
        if (text.bytes() > most) {
            text.tooLong(most);
        }
    }

    private static void interfaceAddress(Node address) {
        String text = address.text();
        if (!Addresses.isNetwork(text)) {
            address.invalid(NO_ADDRESS);
            return;
        }
        String form =
                Addresses.canonicalForm(text.substring(0, text.indexOf('/')))
                        + text.substring(text.indexOf('/'));
        if (!form.equals(text)) {
            address.invalid("must be in canonical form (\"" + form + "\")");
        }
    }

    private static void pool(Node pool) {
        if (pool.isEmpty()) {
            pool.required();
            return;
        }
        limited(pool, MAX_POOL);
        for (String part : pool.text().split("/", -1)) {
            Names.dnsSubdomain(part).forEach(fault -> pool.invalidText(part, fault));
        }
    }

    private static void share(Node share) {
        if (!share.isSet()) {
            return;
        }
        String text = share.text();
        if (text.length() != 36) {
            share.invalid("error validating uid: invalid UUID length: " + text.length());
        } else if (!UUID_FORM.matcher(text).matches()) {
            share.invalid("error validating uid: invalid UUID format");
        } else if (!text.equals(text.toLowerCase(Locale.ROOT))) {
            share.invalid(
                    "uid must be in RFC 4122 normalized form,"
                            + " `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal"
                            + " characters");
        }
    }

    private static String identity(Node device) {
        List<Object> members = new ArrayList<>();
        for (String field : List.of("driver", "pool", "device", "shareID")) {
            members.add(
                    field.equals("shareID")
                            ? "ShareID"
                            : field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1));
            members.add(Json.of(text(device, field)));
        }
        return Node.struct(members.toArray());
    }

    private static String text(Node node, String field) {
        return node.child(field).text();
    }

    /// Checks the items of a list, and then that none comes again.
    private static void set(
            Node list, int most, Consumer<Node> check, Function<Node, String> identity) {
        DeviceRules.each(list, most, check);
        if (list.list().size() > most) {
            return;
        }
        Set<String> seen = new HashSet<>();
        for (Node item : list.items()) {
            String each = identity.apply(item);
            if (!seen.add(each)) {
                item.duplicateShown(each.startsWith("{") ? each : Json.of(each).toString(), "");
            }
        }
    }
}
