package kat.apiserver.registry;

import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// How a version that is not the stored one is turned into it and back.
///
/// @param toStored from the served form
/// @param toServed from the stored form; without `apiVersion` and `kind` either way
/// @param rules the kind by whose rules the stored form is checked; null when the served form has
///     rules of its own
record Conversion(
        UnaryOperator<JsonObject> toStored,
        UnaryOperator<JsonObject> toServed,
        @Nullable Kind rules) {}
