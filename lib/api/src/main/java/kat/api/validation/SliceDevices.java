package kat.api.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;

/// The rules for one device of a slice.
///
/// **Source:** Kubernetes' `pkg/apis/resource/validation`; semver.org 2.0.0.
final class SliceDevices {

    private static final int MAX_PARTS = 32;
    private static final int MAX_TAINTS = 16;
    private static final int MAX_CONSUMPTIONS = 2;
    private static final int MAX_CONDITIONS = 4;
    private static final int MAX_ID = 32;
    private static final int MAX_DOMAIN = 63;
    private static final int MAX_VALUE = 64;
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
    private static final List<String> SCALARS = List.of("bool", "int", "string", "version");

    private static final String NUMBER = "(0|[1-9]\\d*)";
    private static final String PART = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
    private static final String BUILD = "[0-9a-zA-Z-]+";
    private static final Pattern VERSION =
            Pattern.compile(
                    NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-" + PART + "(\\." + PART + ")*)?"
                            + "(\\+" + BUILD + "(\\." + BUILD + ")*)?");

    private SliceDevices() {}

    /// @param before the device of that name as it was stored; empty when there was none
    /// @param placed whether each device tells its nodes itself
    static void check(Node device, JsonObject before, boolean placed) {
        Common.dnsLabel(device.child("name"));
        int parts = device.child("attributes").object().size();
        parts += device.child("capacity").object().size();
        if (parts > MAX_PARTS) {
            device.invalid(
                    Json.of(parts),
                    "the total number of attributes and capacities must not exceed " + MAX_PARTS);
        }
        named(device.child("attributes"), SliceDevices::attribute);
        boolean shared = device.child("allowMultipleAllocations").bool();
        named(device.child("capacity"), each -> CapacityRules.check(each, shared));
        Node taints = device.child("taints");
        if (!taints.list().equals(before.array("taints"))) {
            DeviceRules.each(taints, MAX_TAINTS, SliceDevices::taint);
        }
        SliceRules.set(
                device.child("consumesCounters"),
                MAX_CONSUMPTIONS,
                SliceDevices::consumption,
                "counterSet");
        place(device, placed);
        conditions(device);
    }

    /// Checks what is known by qualified names. Their faults are told of the whole.
    private static void named(Node map, Consumer<Node> check) {
        for (String name : map.object().names()) {
            qualified(map, name);
            check.accept(map.key(shortened(name)).with(map.object().get(name)));
        }
    }

    /// A name that is too long loses its middle.
    private static String shortened(String name) {
        int most = MAX_DOMAIN + 1 + MAX_ID;
        if (name.length() <= most) {
            return name;
        }
        int rest = most - "...".length();
        return name.substring(0, (rest + 1) / 2) + "..." + name.substring(name.length() - rest / 2);
    }

    /// A name with or without a domain.
    static void qualified(Node map, String name) {
        String[] parts = name.split("/", -1);
        if (parts.length == 1) {
            id(map, parts[0]);
        } else if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                map.invalidText("", "the domain must not be empty");
            } else {
                SourceRules.driverName(map.with(Json.of(parts[0])));
            }
            if (parts[1].isEmpty()) {
                map.invalidText("", "the name must not be empty");
            } else {
                id(map, parts[1]);
            }
        }
    }

    private static void id(Node map, String id) {
        if (Names.bytes(id) > MAX_ID) {
            map.tooLong(MAX_ID);
        }
        Names.cIdentifier(id).forEach(why -> map.invalidText(id, why));
    }

    private static void attribute(Node attribute) {
        Node text = attribute.child("string");
        if (text.isSet() && text.bytes() > MAX_VALUE) {
            text.tooLong(MAX_VALUE);
        }
        Node version = attribute.child("version");
        if (version.isSet()) {
            if (!VERSION.matcher(version.text()).matches()) {
                version.invalid("must be a string compatible with semver.org spec 2.0.0");
            }
            if (version.bytes() > MAX_VALUE) {
                version.tooLong(MAX_VALUE);
            }
        }
        long values = SCALARS.stream().filter(attribute::has).count();
        if (values == 0) {
            attribute.invalidText("", "exactly one value must be specified");
        } else if (values > 1) {
            attribute.invalid("exactly one value must be specified");
        }
    }

    private static void taint(Node taint) {
        Common.qualifiedName(taint.child("key"));
        Node value = taint.child("value");
        Names.labelValue(value.text()).forEach(why -> value.invalidText(value.text(), why));
        Node effect = taint.child("effect");
        if (effect.isEmpty()) {
            effect.required();
        } else if (!EFFECTS.contains(effect.text())) {
            effect.unsupported(effect.json(), EFFECTS);
        }
    }

    private static void consumption(Node consumption) {
        SliceRules.name(consumption.child("counterSet"));
        SliceRules.counters(consumption.child("counters"));
    }

    private static void place(Node device, boolean placed) {
        Node selector = device.child("nodeSelector");
        if (!placed) {
            if (device.has("nodeName") || selector.isSet() || device.has("allNodes")) {
                device.invalid(
                        JsonNull.NULL,
                        "`nodeName`, `nodeSelector` and `allNodes` can only be set if"
                                + " `perDeviceNodeSelection` is set to true in the ResourceSlice"
                                + " spec");
            }
            return;
        }
        List<String> told = new ArrayList<>();
        SliceRules.nodeName(device.child("nodeName"), "must not be empty", told);
        if (selector.isSet()) {
            told.add("`nodeSelector`");
            PlacementRules.nodeSelector(selector);
        }
        SliceRules.flag(device.child("allNodes"), told);
        String ways =
                "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
                        + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        if (told.isEmpty()) {
            device.required(ways);
        } else if (told.size() > 1) {
            device.invalidText(SliceRules.shown(told), ways);
        }
    }

    /// What must be so, and what must not, before a pod with the device is bound.
    private static void conditions(Node device) {
        Node wanted = device.child("bindingConditions");
        Node failed = device.child("bindingFailureConditions");
        DeviceRules.each(wanted, MAX_CONDITIONS, Common::qualifiedName);
        DeviceRules.each(failed, MAX_CONDITIONS, Common::qualifiedName);
        DeviceRules.unique(wanted, "");
        List<String> all = wanted.list().strings();
        Set<String> seen = new HashSet<>();
        for (Node each : failed.items()) {
            if (!seen.add(each.text())) {
                each.duplicate();
            }
            if (all.contains(each.text())) {
                each.invalid("bindingFailureConditions must not overlap with bindingConditions");
            }
        }
        if (wanted.isEmpty() && !failed.isEmpty()) {
            wanted.invalid(
                    SliceRules.orNull(wanted),
                    "bindingConditions are required to use bindingFailureConditions");
        }
        if (failed.isEmpty() && !wanted.isEmpty()) {
            failed.invalid(
                    SliceRules.orNull(failed),
                    "bindingFailureConditions are required to use bindingConditions");
        }
    }
}
