package kat.client;

import kat.api.json.Json;
import kat.api.json.JsonObject;

/// A partial change.
///
/// @param mediaType of the API, for example `application/merge-patch+json`
/// @param body the patch document
/// @param force for server-side apply: whether to take fields that others own
public record Patch(String mediaType, Json body, boolean force) {

    public static final String JSON = "application/json-patch+json";
    public static final String MERGE = "application/merge-patch+json";
    public static final String STRATEGIC = "application/strategic-merge-patch+json";
    public static final String APPLY = "application/apply-patch+yaml";

    public static Patch merge(JsonObject body) {
        return new Patch(MERGE, body, false);
    }

    public static Patch strategic(JsonObject body) {
        return new Patch(STRATEGIC, body, false);
    }

    public static Patch apply(JsonObject body, boolean force) {
        return new Patch(APPLY, body, force);
    }
}
