package kat.api.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A selector as objects carry it: labels that must be equal, and further requirements. An empty
/// one selects everything; an absent one selects nothing and is [#NOTHING].
///
/// @param labels that must have these values
/// @param requirements that must hold too
///
/// **Source:** `meta/v1` LabelSelector.
public record LabelSelector(SequencedMap<String, String> labels, List<Requirement> requirements) {

    /// Selects no object.
    public static final LabelSelector NOTHING =
            new LabelSelector(
                    JsonObject.EMPTY.strings(), List.of(new Requirement("", "In", List.of())));

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    /// @param operator `In`, `NotIn`, `Exists`, `DoesNotExist`, and in texts `Gt` and `Lt`
    public record Requirement(String key, String operator, List<String> values) {
        public Requirement {
            values = List.copyOf(values);
        }

        boolean holds(@Nullable String actual) {
            return switch (operator) {
                case "In" -> actual != null && values.contains(actual);
                case "NotIn" -> actual == null || !values.contains(actual);
                case "Exists" -> actual != null;
                case "DoesNotExist" -> actual == null;
                case "Gt" -> actual != null && order(actual) > 0;
                case "Lt" -> actual != null && order(actual) < 0;
                default -> false;
            };
        }

        /// Whether a label's number is below, at or above the wanted one; what is no number is
        /// neither below nor above.
        private int order(String actual) {
            return actual.matches("-?[0-9]{1,18}")
                    ? Long.compare(Long.parseLong(actual), Long.parseLong(values.getFirst()))
                    : 0;
        }
    }

    /// Reads the object form, with `matchLabels` and `matchExpressions`.
    public static LabelSelector parse(JsonObject tree) {
        List<Requirement> requirements = new ArrayList<>();
        for (JsonObject each : tree.array("matchExpressions").objects()) {
            requirements.add(
                    new Requirement(
                            each.string("key"),
                            each.string("operator"),
                            each.array("values").strings()));
        }
        return new LabelSelector(tree.object("matchLabels").strings(), requirements);
    }

    /// Reads the text form of `labelSelector=` and `kubectl -l`: `app=web,tier in (a,b),!old`.
    ///
    /// @throws SelectorException with Kubernetes' sentence
    public static LabelSelector parse(String text) {
        return new LabelSelector(JsonObject.EMPTY.strings(), LabelSelectorParser.parse(text));
    }

    /// The text form of an object form, in its order; of a plain map of labels too.
    public static String text(JsonObject tree) {
        StringJoiner text = new StringJoiner(",");
        boolean plain = !tree.has("matchLabels") && !tree.has("matchExpressions");
        JsonObject labels = plain ? tree : tree.object("matchLabels");
        labels.strings().forEach((key, value) -> text.add(key + "=" + value));
        for (JsonObject rule : tree.array("matchExpressions").objects()) {
            String key = rule.string("key");
            String values = "(" + String.join(",", rule.array("values").strings()) + ")";
            text.add(
                    switch (rule.string("operator")) {
                        case "In" -> key + " in " + values;
                        case "NotIn" -> key + " notin " + values;
                        case "Exists" -> key;
                        default -> "!" + key;
                    });
        }
        return text.toString();
    }

    /// The selector of Services and ReplicationControllers: a plain map, which when empty selects
    /// nothing.
    public static LabelSelector ofMap(JsonObject labels) {
        return labels.isEmpty() ? NOTHING : new LabelSelector(labels.strings(), List.of());
    }

    public boolean matches(Map<String, String> actual) {
        for (Map.Entry<String, String> wanted : labels.entrySet()) {
            if (!wanted.getValue().equals(actual.get(wanted.getKey()))) {
                return false;
            }
        }
        for (Requirement requirement : requirements) {
            if (!requirement.holds(actual.get(requirement.key()))) {
                return false;
            }
        }
        return true;
    }

    public boolean isEmpty() {
        return labels.isEmpty() && requirements.isEmpty();
    }
}
