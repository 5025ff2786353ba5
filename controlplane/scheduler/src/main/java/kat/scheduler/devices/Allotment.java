package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// The devices that a claim gets, and how that is told.
///
/// @param picked for each request the option that was chosen
/// @param devices in the order of the requests
record Allotment(ClaimRequests claim, List<Wanted> picked, List<Chosen> devices) {

    Allotment {
        picked = List.copyOf(picked);
        devices = List.copyOf(devices);
    }

    /// The `status.allocation` of the claim.
    JsonObject toJson(Place place) {
        List<Json> results = new ArrayList<>();
        devices.forEach(each -> results.add(result(each)));
        JsonObject told = JsonObject.EMPTY.with("results", new JsonArray(results));
        List<Json> config = config();
        if (!config.isEmpty()) {
            told = told.with("config", new JsonArray(config));
        }
        JsonObject selector = nodeSelector(place);
        JsonObject allocation = JsonObject.of("devices", told);
        return selector.isEmpty() ? allocation : allocation.with("nodeSelector", selector);
    }

    private static JsonObject result(Chosen chosen) {
        DeviceId id = chosen.device().id();
        JsonObject.Builder result =
                JsonObject.builder()
                        .put("request", chosen.option().shown())
                        .put("driver", id.driver())
                        .put("pool", id.pool())
                        .put("device", id.device());
        if (chosen.option().isAdmin()) {
            result.put("adminAccess", true);
        }
        List<JsonObject> tolerations = chosen.option().tolerations();
        if (!tolerations.isEmpty()) {
            result.put("tolerations", new JsonArray(List.copyOf(tolerations)));
        }
        for (String list : List.of("bindingConditions", "bindingFailureConditions")) {
            JsonArray conditions = chosen.device().tree().array(list);
            if (!conditions.isEmpty()) {
                result.put(list, conditions);
            }
        }
        result.putUnlessEmpty("shareID", chosen.share());
        if (!chosen.consumed().isEmpty()) {
            SequencedMap<String, String> consumed = new LinkedHashMap<>();
            chosen.consumed().forEach((name, amount) -> consumed.put(name, amount.toString()));
            result.put("consumedCapacity", JsonObject.ofStrings(consumed));
        }
        return result.build();
    }

    private List<Json> config() {
        SequencedMap<String, List<String>> requests = new LinkedHashMap<>(); // by class
        Map<String, KubeObject> classes = new LinkedHashMap<>();
        for (Wanted each : picked) {
            String name = each.type().name();
            requests.computeIfAbsent(name, _ -> new ArrayList<>()).add(each.option().shown());
            classes.put(name, each.type());
        }
        List<Json> config = new ArrayList<>();
        classes.forEach(
                (name, type) -> {
                    JsonArray users = JsonArray.ofStrings(requests.getOrDefault(name, List.of()));
                    for (JsonObject each : type.spec().array("config").objects()) {
                        config.add(each.with("source", "FromClass").with("requests", users));
                    }
                });
        for (JsonObject each : claim.config()) {
            Set<String> meant = new HashSet<>(each.array("requests").strings());
            JsonObject own = each.with("source", "FromClaim");
            if (meant.isEmpty()) {
                config.add(own);
            }
            for (int i = 0; i < picked.size(); i++) {
                String option = picked.get(i).option().shown();
                if (meant.contains(claim.entries().get(i).name()) || meant.contains(option)) {
                    config.add(own);
                }
            }
        }
        return config;
    }

    /// From which nodes all devices can be used; empty for all nodes.
    private JsonObject nodeSelector(Place place) {
        SequencedSet<Json> fields = new LinkedHashSet<>();
        SequencedSet<Json> labels = new LinkedHashSet<>();
        for (Chosen each : devices) {
            Device device = each.device();
            if (!device.reach().node().isEmpty() || device.bindsToNode()) {
                return only(place.node());
            }
            for (JsonObject term : device.reach().selector().array("nodeSelectorTerms").objects()) {
                fields.addAll(term.array("matchFields").items());
                labels.addAll(term.array("matchExpressions").items());
            }
        }
        JsonObject term = JsonObject.EMPTY;
        if (!fields.isEmpty()) {
            term = term.with("matchFields", new JsonArray(List.copyOf(fields)));
        }
        if (!labels.isEmpty()) {
            term = term.with("matchExpressions", new JsonArray(List.copyOf(labels)));
        }
        return term.isEmpty()
                ? JsonObject.EMPTY
                : JsonObject.of("nodeSelectorTerms", JsonArray.of(term));
    }

    private static JsonObject only(String node) {
        JsonObject requirement =
                JsonObject.builder()
                        .put("key", "metadata.name")
                        .put("operator", "In")
                        .put("values", JsonArray.ofStrings(List.of(node)))
                        .build();
        return JsonObject.of(
                "nodeSelectorTerms",
                JsonArray.of(JsonObject.of("matchFields", JsonArray.of(requirement))));
    }
}
