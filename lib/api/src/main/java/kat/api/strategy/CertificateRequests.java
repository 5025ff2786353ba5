package kat.api.strategy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What the subresources of a request for a certificate may change: `approval` its conditions,
/// `status` also the certificate, but not the conditions that approve or deny.
///
/// **Source:** `pkg/registry/certificates/certificates/strategy.go`.
final class CertificateRequests {

    private static final List<String> DECISIONS = List.of("Approved", "Denied");

    private CertificateRequests() {}

    static boolean handles(Kind kind) {
        return kind.resource().equals("certificatesigningrequests.certificates.k8s.io");
    }

    /// The stored object with the conditions that are wished.
    static JsonObject withConditions(JsonObject updated, JsonObject old, Instant now) {
        JsonArray conditions = dated(conditions(updated), old, now);
        JsonObject status = old.object("status");
        return updated.with("spec", old.object("spec"))
                .with(
                        "status",
                        conditions.isEmpty()
                                ? status.without("conditions")
                                : status.with("conditions", conditions));
    }

    /// The stored object with the status that is wished.
    static JsonObject withStatus(JsonObject updated, JsonObject old, Instant now) {
        JsonArray conditions = conditions(updated);
        for (String decision : DECISIONS) {
            conditions = keeping(conditions, conditions(old), decision);
        }
        conditions = dated(conditions, old, now);
        JsonObject status = updated.object("status");
        return old.with(
                "status", conditions.isEmpty() ? status : status.with("conditions", conditions));
    }

    private static JsonArray conditions(JsonObject request) {
        return request.object("status").array("conditions");
    }

    /// Those of a type stay what they were, unless there are more or fewer of them: that is told
    /// by validation.
    private static JsonArray keeping(JsonArray wished, JsonArray stored, String type) {
        List<JsonObject> before =
                stored.objects().stream().filter(each -> each.string("type").equals(type)).toList();
        long count = wished.objects().stream().filter(c -> c.string("type").equals(type)).count();
        if (count != before.size()) {
            return wished;
        }
        List<Json> kept = new ArrayList<>();
        int next = 0;
        for (JsonObject condition : wished.objects()) {
            boolean same = condition.string("type").equals(type);
            kept.add(same ? before.get(next++) : condition);
        }
        return new JsonArray(kept);
    }

    private static JsonArray dated(JsonArray conditions, JsonObject old, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<Json> dated = new ArrayList<>();
        for (JsonObject condition : conditions.objects()) {
            JsonObject each = condition;
            if (each.string("lastUpdateTime").isEmpty()) {
                each = each.with("lastUpdateTime", time);
            }
            if (each.string("lastTransitionTime").isEmpty()) {
                each = each.with("lastTransitionTime", since(each, old, time));
            }
            dated.add(each);
        }
        return new JsonArray(dated);
    }

    /// Since when a condition has the state that it has.
    private static String since(JsonObject condition, JsonObject old, String now) {
        for (JsonObject before : conditions(old).objects()) {
            if (before.string("type").equals(condition.string("type"))
                    && before.string("status").equals(condition.string("status"))
                    && !before.string("lastTransitionTime").isEmpty()) {
                return before.string("lastTransitionTime");
            }
        }
        return now;
    }
}
