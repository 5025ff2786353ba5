package kat.api.apply;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schema;

/// Merges configurations that admission policies make into objects, without owners: what a policy
/// sets stays as long as the policy sets it.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/admission/plugin/policy/mutating/patch/smd.go`.
public final class PolicyPatch {

    private final Shape shape;

    /// @param schema of the objects
    public PolicyPatch(Schema schema) {
        this.shape = Shape.of(schema);
    }

    /// @throws IllegalArgumentException when the configuration does not fit the schema, or would
    ///     replace a list or map as a whole
    public JsonObject merge(JsonObject object, JsonObject configuration) {
        String faults = TypeCheck.faults(configuration, shape);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "failed to convert patch object to typed object: " + faults);
        }
        List<String> whole = new ArrayList<>();
        atomic("", configuration, shape, whole);
        if (!whole.isEmpty()) {
            throw new IllegalArgumentException(
                    "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
                            + String.join(", ", whole));
        }
        return TypedTrees.merge(object, configuration, shape) instanceof JsonObject merged
                ? merged
                : object;
    }

    private static void atomic(String path, Json value, Shape shape, List<String> found) {
        boolean isWhole = shape.form() == Shape.Form.LEAF;
        switch (value) {
            case JsonObject map -> {
                if (isWhole) {
                    found.add(path);
                }
                map.forEach(
                        (name, member) -> {
                            if (shape.schema().fields().containsKey(name)) {
                                Shape field = shape.field(name).shape();
                                atomic(path + "." + name, member, field, found);
                            }
                        });
            }
            case JsonArray list -> {
                if (isWhole) {
                    found.add(path);
                }
                for (int i = 0; i < list.size(); i++) {
                    atomic(path + "[" + i + "]", list.get(i), shape.item(), found);
                }
            }
            default -> {}
        }
    }
}
