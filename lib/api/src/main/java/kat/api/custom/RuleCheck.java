package kat.api.custom;

import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Compiles the rules of a schema to see whether they can be, and what they would cost.
final class RuleCheck {

    private RuleCheck() {}

    static void check(
            String path, JsonObject schema, @Nullable JsonObject oldSpec, Faults faults) {}
}
