package kat.controllers.workload;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Lists of conditions as statuses hold them.
public final class Conditions {

    private Conditions() {}

    /// The condition of a type; empty when there is none.
    public static JsonObject find(JsonArray conditions, String type) {
        for (JsonObject condition : conditions.objects()) {
            if (condition.string("type").equals(type)) {
                return condition;
            }
        }
        return JsonObject.EMPTY;
    }

    public static JsonObject of(String type, String status, String reason, String message) {
        return JsonObject.builder()
                .put("type", type)
                .put("status", status)
                .putUnlessEmpty("reason", reason)
                .putUnlessEmpty("message", message)
                .build();
    }

    /// Puts a condition in place of the one of its type, or at the end. Its `lastTransitionTime` is
    /// that of the one before as long as the status stays the same.
    public static JsonArray set(JsonArray conditions, JsonObject condition, Instant now) {
        String type = condition.string("type");
        JsonObject before = find(conditions, type);
        boolean sameStatus = before.string("status").equals(condition.string("status"));
        String since = sameStatus ? before.string("lastTransitionTime") : seconds(now);
        JsonObject dated = condition.with("lastTransitionTime", since);
        List<Json> all = new ArrayList<>();
        boolean found = false;
        for (JsonObject each : conditions.objects()) {
            boolean same = each.string("type").equals(type);
            all.add(same ? dated : each);
            found |= same;
        }
        if (!found) {
            all.add(dated);
        }
        return new JsonArray(all);
    }

    public static JsonArray remove(JsonArray conditions, String type) {
        List<Json> kept = new ArrayList<>();
        for (JsonObject each : conditions.objects()) {
            if (!each.string("type").equals(type)) {
                kept.add(each);
            }
        }
        return new JsonArray(kept);
    }

    /// A time as objects carry it.
    public static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
