package kat.apiserver.actions;

import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// Whether a label selector in the form of a tree selects an object.
final class Selecting {

    private Selecting() {}

    static boolean matches(JsonObject selector, KubeObject object) {
        Map<String, String> labels = object.labels();
        for (Map.Entry<String, String> wanted :
                selector.object("matchLabels").strings().entrySet()) {
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
                return false;
            }
        }
        for (JsonObject rule : selector.array("matchExpressions").objects()) {
            if (!holds(rule, labels.get(rule.string("key")))) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(JsonObject rule, @org.jspecify.annotations.Nullable String value) {
        List<String> values = rule.array("values").strings();
        return switch (rule.string("operator")) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
