package kat.api.placement;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Which nodes a pod demands and which it prefers.
///
/// @param selector labels that the node must have
/// @param required terms of which one must match; null when nothing is demanded so
/// @param preferred terms with the weight that each adds
public record NodeAffinityTerms(
        SequencedMap<String, String> selector,
        @Nullable List<Term> required,
        List<Preference> preferred) {

    private static final String NAME = "metadata.name";

    /// All requirements of a term must hold; a term without any matches no node.
    public record Term(List<Requirement> labels, List<Requirement> fields) {

        private @Nullable SequencedSet<String> named() {
            SequencedSet<String> named = null;
            for (Requirement each : fields) {
                if (!each.key().equals(NAME) || !each.operator().equals("In")) {
                    continue;
                }
                if (named == null) {
                    named = new LinkedHashSet<>(each.values());
                } else {
                    named.retainAll(each.values());
                }
            }
            return named;
        }

        boolean matches(Map<String, String> nodeLabels, String nodeName) {
            if (labels.isEmpty() && fields.isEmpty()) {
                return false;
            }
            return labels.stream().allMatch(each -> each.holds(nodeLabels.get(each.key())))
                    && fields.stream()
                            .allMatch(
                                    each -> each.holds(each.key().equals(NAME) ? nodeName : null));
        }
    }

    /// @param weight 1 to 100
    public record Preference(long weight, Term term) {}

    /// @param operator `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`
    public record Requirement(String key, String operator, List<String> values) {

        boolean holds(@Nullable String actual) {
            return switch (operator) {
                case "In" -> actual != null && values.contains(actual);
                case "NotIn" -> actual == null || !values.contains(actual);
                case "Exists" -> actual != null;
                case "DoesNotExist" -> actual == null;
                case "Gt" -> compare(actual) > 0;
                case "Lt" -> compare(actual) < 0;
                default -> false;
            };
        }

        /// The sign of actual − wanted; 0 also when one of them is no number.
        private int compare(@Nullable String actual) {
            try {
                return actual == null || values.size() != 1
                        ? 0
                        : Long.compare(Long.parseLong(actual), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException noNumber) {
                return 0;
            }
        }
    }

    /// The nodes that the demanded terms name by their field `metadata.name`; empty when each term
    /// contradicts itself, null when nothing is demanded or a term names none.
    public @Nullable SequencedSet<String> named() {
        if (required == null || required.isEmpty()) {
            return null;
        }
        SequencedSet<String> named = new LinkedHashSet<>();
        for (Term term : required) {
            SequencedSet<String> ofTerm = term.named();
            if (ofTerm == null) {
                return null;
            }
            named.addAll(ofTerm);
        }
        return named;
    }

    /// What a pod's spec demands and prefers.
    public static NodeAffinityTerms parse(JsonObject spec) {
        JsonObject affinity = spec.at("affinity", "nodeAffinity");
        JsonObject demanded = affinity.object("requiredDuringSchedulingIgnoredDuringExecution");
        List<Term> required = null;
        if (affinity.has("requiredDuringSchedulingIgnoredDuringExecution")) {
            required = new ArrayList<>();
            for (JsonObject term : demanded.array("nodeSelectorTerms").objects()) {
                required.add(term(term));
            }
        }
        List<Preference> preferred = new ArrayList<>();
        for (JsonObject each :
                affinity.array("preferredDuringSchedulingIgnoredDuringExecution").objects()) {
            preferred.add(
                    new Preference(each.integer("weight", 0), term(each.object("preference"))));
        }
        return new NodeAffinityTerms(spec.object("nodeSelector").strings(), required, preferred);
    }

    /// What a node selector demands, as PersistentVolumes have one.
    public static NodeAffinityTerms ofSelector(JsonObject selector) {
        List<Term> required = new ArrayList<>();
        for (JsonObject term : selector.array("nodeSelectorTerms").objects()) {
            required.add(term(term));
        }
        return new NodeAffinityTerms(JsonObject.EMPTY.strings(), required, List.of());
    }

    private static Term term(JsonObject tree) {
        return new Term(requirements(tree, "matchExpressions"), requirements(tree, "matchFields"));
    }

    private static List<Requirement> requirements(JsonObject tree, String list) {
        List<Requirement> found = new ArrayList<>();
        for (JsonObject each : tree.array(list).objects()) {
            found.add(
                    new Requirement(
                            each.string("key"),
                            each.string("operator"),
                            each.array("values").strings()));
        }
        return found;
    }

    public boolean demandsMet(Map<String, String> nodeLabels, String nodeName) {
        for (Map.Entry<String, String> wanted : selector.entrySet()) {
            if (!wanted.getValue().equals(nodeLabels.get(wanted.getKey()))) {
                return false;
            }
        }
        return required == null
                || required.stream().anyMatch(term -> term.matches(nodeLabels, nodeName));
    }

    public long preference(Map<String, String> nodeLabels, String nodeName) {
        long sum = 0;
        for (Preference each : preferred) {
            sum += each.term().matches(nodeLabels, nodeName) ? each.weight() : 0;
        }
        return sum;
    }
}
