package kat.api.custom;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A definition's spec in the form in which Kubernetes checks it: what all versions have alike
/// stands once at the top, and messages name it there.
///
/// @param top the shared `schema`, `subresources`, `additionalPrinterColumns` and
///     `selectableFields`; absent where versions differ
/// @param versions without what is shared
///
/// **Source:** `pkg/apis/apiextensions/v1/conversion.go`.
record DefinitionForm(JsonObject top, List<JsonObject> versions) {

    private static final List<String> SHARED =
            List.of("schema", "subresources", "additionalPrinterColumns", "selectableFields");

    static DefinitionForm of(JsonObject spec) {
        List<JsonObject> versions = new ArrayList<>(spec.array("versions").objects());
        JsonObject top = JsonObject.EMPTY;
        for (String name : versions.isEmpty() ? List.<String>of() : SHARED) {
            Json first = given(versions.getFirst().get(name));
            boolean alike = true;
            for (JsonObject version : versions) {
                Json own = given(version.get(name));
                alike &= first == null ? own == null : first.equals(own);
            }
            if (alike) {
                top = first == null ? top : top.with(name, first);
                versions.replaceAll(version -> version.without(name));
            }
        }
        return new DefinitionForm(top, versions);
    }

    private static @Nullable Json given(@Nullable Json value) {
        return value instanceof JsonNull || (value instanceof JsonArray list && list.isEmpty())
                ? null
                : value;
    }

    /// The schema at the top or of a version; null when there is none.
    static @Nullable JsonObject schema(JsonObject holder) {
        return holder.object("schema").get("openAPIV3Schema") instanceof JsonObject schema
                ? schema
                : null;
    }

    boolean anyVersionHas(String name) {
        return versions.stream().anyMatch(version -> version.has(name));
    }
}
