package kat.api.placement;

import kat.api.json.JsonObject;

/// A taint that a pod bears.
///
/// @param key empty for any
/// @param operator `Exists` or `Equal`; empty means `Equal`
/// @param effect empty for any
public record Toleration(String key, String operator, String value, String effect) {

    public static Toleration parse(JsonObject tree) {
        return new Toleration(
                tree.string("key"),
                tree.string("operator"),
                tree.string("value"),
                tree.string("effect"));
    }

    /// **Source:** core/v1 `Toleration.ToleratesTaint`.
    public boolean tolerates(Taint taint) {
        if (!effect.isEmpty() && !effect.equals(taint.effect())) {
            return false;
        }
        if (!key.isEmpty() && !key.equals(taint.key())) {
            return false;
        }
        return operator.equals("Exists") || value.equals(taint.value());
    }

    /// What keeps pods away from a node.
    ///
    /// @param effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`
    public record Taint(String key, String value, String effect) {

        public static Taint parse(JsonObject tree) {
            return new Taint(tree.string("key"), tree.string("value"), tree.string("effect"));
        }
    }
}
