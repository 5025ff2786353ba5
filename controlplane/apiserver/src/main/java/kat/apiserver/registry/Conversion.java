package kat.apiserver.registry;

import java.util.function.UnaryOperator;
import kat.api.json.JsonObject;

/// How a version that is not the stored one is turned into it and back.
///
/// @param toStored from the served form
/// @param toServed from the stored form; without `apiVersion` and `kind` either way
public record Conversion(UnaryOperator<JsonObject> toStored, UnaryOperator<JsonObject> toServed) {}
