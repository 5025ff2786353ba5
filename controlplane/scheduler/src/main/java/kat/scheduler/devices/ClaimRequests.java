package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// What a claim asks for.
///
/// @param claim as messages name it: `namespace/name`
/// @param entries in its order
/// @param constraints entries of `spec.devices.constraints`
/// @param config entries of `spec.devices.config`
public record ClaimRequests(
        String claim, List<Entry> entries, List<JsonObject> constraints, List<JsonObject> config) {

    public ClaimRequests {
        entries = List.copyOf(entries);
        constraints = List.copyOf(constraints);
        config = List.copyOf(config);
    }

    /// A request.
    ///
    /// @param options of which one is enough, the better first; exactly one without a list
    /// @param isList whether the options have names of their own
    public record Entry(String name, List<Option> options, boolean isList) {
        public Entry {
            options = List.copyOf(options);
        }
    }

    /// Devices that are asked for.
    ///
    /// @param name of the request, or of the option in a list
    /// @param shown `request` or `request/option`
    /// @param deviceClass name of the class
    /// @param mode `ExactCount` or `All`
    /// @param isAdmin whether it takes nothing from others
    /// @param selectors expressions of which all must hold
    /// @param tolerations of taints
    /// @param capacity that is asked for, by name
    public record Option(
            String name,
            String shown,
            String deviceClass,
            String mode,
            long count,
            boolean isAdmin,
            List<JsonObject> selectors,
            List<JsonObject> tolerations,
            SequencedMap<String, Quantity> capacity) {

        static Option parse(String name, String shown, JsonObject tree) {
            SequencedMap<String, Quantity> capacity = new LinkedHashMap<>();
            tree.at("capacity", "requests")
                    .strings()
                    .forEach((resource, text) -> capacity.put(resource, Quantity.parse(text)));
            return new Option(
                    name,
                    shown,
                    tree.string("deviceClassName"),
                    tree.string("allocationMode", "ExactCount"),
                    tree.integer("count", 1),
                    tree.bool("adminAccess"),
                    tree.array("selectors").objects(),
                    tree.array("tolerations").objects(),
                    capacity);
        }
    }

    /// What a claim asks for; read once a version.
    public static ClaimRequests of(KubeObject claim) {
        return claim.view(ClaimRequests.class, ClaimRequests::parse);
    }

    private static ClaimRequests parse(KubeObject claim) {
        JsonObject devices = claim.spec().object("devices");
        List<Entry> entries = new ArrayList<>();
        for (JsonObject request : devices.array("requests").objects()) {
            entries.add(entry(request));
        }
        return new ClaimRequests(
                claim.key().toString(),
                entries,
                devices.array("constraints").objects(),
                devices.array("config").objects());
    }

    private static Entry entry(JsonObject request) {
        String name = request.string("name");
        List<Option> options = new ArrayList<>();
        if (request.has("exactly")) {
            options.add(Option.parse(name, name, request.object("exactly")));
            return new Entry(name, options, false);
        }
        for (JsonObject each : request.array("firstAvailable").objects()) {
            String own = each.string("name");
            options.add(Option.parse(own, name + "/" + own, each));
        }
        return new Entry(name, options, true);
    }
}
