package kat.controllers.podautoscaler;

import kat.api.Quantity;
import kat.api.json.JsonObject;

/// How far a metric may be from its target before anything is done.
///
/// @param down as a share of the target
/// @param up as a share of the target
record Tolerance(double down, double up) {

    private static final double USUAL = 0.1;

    static Tolerance of(JsonObject behavior) {
        return new Tolerance(
                share(behavior.object("scaleDown")), share(behavior.object("scaleUp")));
    }

    private static double share(JsonObject rules) {
        String tolerance = rules.string("tolerance");
        return tolerance.isEmpty() ? USUAL : Quantity.parse(tolerance).amount().doubleValue();
    }

    boolean holds(double ratio) {
        return 1.0 - down <= ratio && ratio <= 1.0 + up;
    }
}
