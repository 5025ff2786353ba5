package kat.api.defaults;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import kat.api.json.JsonObject;

/// All rules that look at other fields, by the last three words of their definition.
final class Rules {

    private Rules() {}

    static Map<String, UnaryOperator<JsonObject>> all() {
        Map<String, UnaryOperator<JsonObject>> rules = new HashMap<>();
        PodRules.addTo(rules);
        ServiceRules.addTo(rules);
        WorkloadRules.addTo(rules);
        AutoscalingRules.addTo(rules);
        OtherRules.addTo(rules);
        return rules;
    }
}
