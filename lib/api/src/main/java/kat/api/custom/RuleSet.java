package kat.api.custom;

import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The rules of `x-kubernetes-validations` of one schema, compiled.
final class RuleSet {

    private RuleSet() {}

    static RuleSet compile(JsonObject openApi) {
        return new RuleSet();
    }

    boolean isEmpty() {
        return true;
    }

    void check(JsonObject object, @Nullable JsonObject old, Faults faults) {}

    void checkDefault(String path, Json value, Faults faults) {}
}
