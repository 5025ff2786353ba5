package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.names.Names;
import org.jspecify.annotations.Nullable;

/// The rules for slices of the devices that drivers offer.
///
/// **Source:** Kubernetes' `pkg/apis/resource/validation`.
final class SliceRules {

    private static final int MAX_DEVICES = 128;
    private static final int MAX_ADVANCED_DEVICES = 64;
    private static final int MAX_COUNTER_SETS = 8;
    private static final int MAX_COUNTERS = 32;
    private static final int MAX_NAME = 253;

    /// Fields by which devices count as advanced.
    private static final List<String> ADVANCED = List.of("taints", "consumesCounters");

    private SliceRules() {}

    static void create(Node slice) {
        check(slice.child("spec"), null);
    }

    static void update(Node after, JsonObject before) {
        check(after.child("spec"), before.object("spec"));
    }

    private static void check(Node spec, @Nullable JsonObject before) {
        SourceRules.driverName(spec.child("driver"));
        pool(spec.child("pool"));
        if (before != null) {
            kept(spec.child("pool", "name"), before.object("pool").string("name"));
            kept(spec.child("driver"), before.string("driver"));
            spec.child("nodeName").immutable(before.get("nodeName"));
        }
        place(spec);
        if (spec.has("sharedCounters") && spec.has("devices")) {
            spec.invalidText("", "only one of `sharedCounters` or `devices` is allowed");
        }
        Node devices = spec.child("devices");
        boolean each = spec.child("perDeviceNodeSelection").bool();
        int most = isAdvanced(devices) ? MAX_ADVANCED_DEVICES : MAX_DEVICES;
        set(devices, most, device -> SliceDevices.check(device, old(before, device), each), "name");
        set(spec.child("sharedCounters"), MAX_COUNTER_SETS, SliceRules::counterSet, "name");
    }

    /// A text of which nothing else is said than what it was.
    private static void kept(Node text, String before) {
        if (!text.text().equals(before)) {
            text.invalidText(text.text(), "field is immutable");
        }
    }

    private static JsonObject old(@Nullable JsonObject before, Node device) {
        String name = device.child("name").text();
        for (JsonObject each :
                (before == null ? JsonObject.EMPTY : before).array("devices").objects()) {
            if (each.string("name").equals(name)) {
                return each;
            }
        }
        return JsonObject.EMPTY;
    }

    private static boolean isAdvanced(Node devices) {
        return devices.items().stream()
                .anyMatch(
                        device ->
                                ADVANCED.stream()
                                        .anyMatch(field -> !device.child(field).isEmpty()));
    }

    private static void pool(Node pool) {
        Node name = pool.child("name");
        if (name.isEmpty()) {
            name.required();
        } else {
            if (name.bytes() > MAX_NAME) {
                name.tooLong(MAX_NAME);
            }
            for (String part : name.text().split("/", -1)) {
                Names.dnsSubdomain(part).forEach(why -> name.invalidText(part, why));
            }
        }
        Node count = pool.child("resourceSliceCount");
        if (count.integer() <= 0) {
            count.invalid(Json.of(count.integer()), "must be greater than zero");
        }
        if (pool.child("generation").integer() < 0) {
            pool.child("generation").invalid("must be greater than or equal to zero");
        }
    }

    /// Which nodes can use the devices: told in one way.
    private static void place(Node spec) {
        List<String> told = new ArrayList<>();
        nodeName(spec.child("nodeName"), "must be either unset or set to a non-empty string", told);
        Node selector = spec.child("nodeSelector");
        if (selector.isSet()) {
            told.add("`nodeSelector`");
            PlacementRules.nodeSelector(selector);
            Node terms = selector.child("nodeSelectorTerms");
            if (terms.list().size() != 1) {
                terms.invalid("must have exactly one node selector term");
            }
        }
        flag(spec.child("allNodes"), told);
        flag(spec.child("perDeviceNodeSelection"), told);
        String ways =
                "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is"
                        + " required";
        if (told.isEmpty()) {
            spec.required(ways);
        } else if (told.size() > 1) {
            spec.invalidText(shown(told), ways + ", but multiple fields are set");
        }
    }

    static String shown(List<String> told) {
        return "{" + String.join(", ", told) + "}";
    }

    static void nodeName(Node name, String empty, List<String> told) {
        if (!name.isSet()) {
            return;
        }
        if (name.text().isEmpty()) {
            name.invalid(empty);
        } else {
            told.add("`nodeName`");
            Names.dnsSubdomain(name.text()).forEach(why -> name.invalidText(name.text(), why));
        }
    }

    static void flag(Node flag, List<String> told) {
        if (flag.isSet() && flag.bool()) {
            told.add("`" + flag.name() + "`");
        } else if (flag.isSet()) {
            flag.invalid("must be either unset or set to true");
        }
    }

    /// Checks the items of a list whose keys must differ, unless they are too many.
    ///
    /// @param key empty when the items themselves are texts
    static void set(Node list, int most, Consumer<Node> check, String key) {
        DeviceRules.each(list, most, check);
        if (list.list().size() <= most) {
            DeviceRules.unique(list, key);
        }
    }

    private static void counterSet(Node set) {
        name(set.child("name"));
        counters(set.child("counters"));
    }

    static void name(Node name) {
        if (name.isEmpty()) {
            name.required();
        } else {
            Common.dnsLabel(name);
        }
    }

    /// Counters by name; any amount will do.
    static void counters(Node counters) {
        int size = counters.object().size();
        if (size == 0) {
            counters.required();
        } else if (size > MAX_COUNTERS) {
            counters.tooMany(size, MAX_COUNTERS);
        } else {
            for (String name : counters.object().names()) {
                Common.dnsLabel(counters.with(Json.of(name)));
            }
        }
    }

    /// A list as messages show it: absent ones are null.
    static Json orNull(Node list) {
        return list.isSet() ? list.json() : JsonNull.NULL;
    }
}
