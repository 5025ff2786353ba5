package kat.apiserver.aggregation;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Resources;

/// The APIServices of what this server serves itself.
///
/// **Source:** `pkg/controlplane/apiserver/aggregator.go`, `crdregistration`.
final class LocalServices {

    static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

    /// The group that tells of the others has no APIService itself.
    static final String OWN_GROUP = "apiregistration.k8s.io";

    /// The value for built-in groups: made once; others' are kept as long as they are served.
    static final String ON_START = "onstart";

    static final String ALWAYS = "true";

    private LocalServices() {}

    /// By name, sorted.
    static SequencedMap<String, JsonObject> of(Resources resources) {
        SequencedMap<String, JsonObject> found = new TreeMap<>();
        for (Kind kind : resources.kinds().all()) {
            if (!kind.group().equals(OWN_GROUP)) {
                boolean builtIn = resources.hasGroup(kind.group());
                found.computeIfAbsent(
                        kind.version() + "." + kind.group(), name -> service(name, kind, builtIn));
            }
        }
        return found;
    }

    private static JsonObject service(String name, Kind kind, boolean builtIn) {
        JsonObject labels = JsonObject.of(MANAGED, Json.of(builtIn ? ON_START : ALWAYS));
        int group = builtIn ? Priorities.group(kind.group()) : Priorities.CUSTOM_GROUP;
        int version = builtIn ? Priorities.version(kind.apiVersion()) : Priorities.CUSTOM_VERSION;
        return JsonObject.builder()
                .put("apiVersion", "apiregistration.k8s.io/v1")
                .put("kind", "APIService")
                .put("metadata", JsonObject.of("labels", labels, "name", Json.of(name)))
                .put(
                        "spec",
                        JsonObject.builder()
                                .putUnlessEmpty("group", kind.group())
                                .put("groupPriorityMinimum", group)
                                .put("version", kind.version())
                                .put("versionPriority", version)
                                .build())
                .build();
    }

    static Condition condition() {
        return new Condition("True", "Local", "Local APIServices are always available");
    }

    /// What the condition `Available` says.
    record Condition(String status, String reason, String message) {

        boolean isTrue() {
            return status.equals("True");
        }

        /// A status with this condition at its place among others.
        ///
        /// @param time when the condition changes its status
        JsonObject in(JsonObject status, String time) {
            List<Json> all = new ArrayList<>(status.array("conditions").items());
            int place = 0;
            while (place < all.size() && !isAvailable(all.get(place))) {
                place++;
            }
            JsonObject known = place < all.size() ? (JsonObject) all.get(place) : JsonObject.EMPTY;
            boolean isSame = known.string("status").equals(status());
            JsonObject condition =
                    JsonObject.builder()
                            .put(
                                    "lastTransitionTime",
                                    isSame ? known.string("lastTransitionTime", time) : time)
                            .put("message", message)
                            .put("reason", reason)
                            .put("status", status())
                            .put("type", "Available")
                            .build();
            if (place < all.size()) {
                all.set(place, condition);
            } else {
                all.add(condition);
            }
            return status.with("conditions", new JsonArray(all));
        }

        private static boolean isAvailable(Json condition) {
            return condition instanceof JsonObject own && own.string("type").equals("Available");
        }
    }
}
