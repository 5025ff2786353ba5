package kat.apiserver.registry;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Who sends a write, as admission sees it.
///
/// @param uid empty when unknown
/// @param extra what the way of signing in adds
public record Sender(
        String name, String uid, List<String> groups, SequencedMap<String, List<String>> extra) {

    public Sender {
        groups = List.copyOf(groups);
    }

    /// As `userInfo` of a review; what is empty is left out.
    public JsonObject toJson() {
        JsonObject.Builder user = JsonObject.builder();
        if (!extra.isEmpty()) {
            JsonObject.Builder more = JsonObject.builder();
            for (Map.Entry<String, List<String>> each : extra.entrySet()) {
                Json values = JsonArray.ofStrings(each.getValue());
                more.put(each.getKey(), values);
            }
            user.put("extra", more.build());
        }
        if (!groups.isEmpty()) {
            user.put("groups", JsonArray.ofStrings(groups));
        }
        return user.putUnlessEmpty("uid", uid).putUnlessEmpty("username", name).build();
    }
}
