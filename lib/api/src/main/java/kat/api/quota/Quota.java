package kat.api.quota;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// A ResourceQuota, read.
///
/// @param hard as its spec says
/// @param limits as its status says: what admission holds to
/// @param used as its status says
/// @param scopes all of which an object must be in to count
public record Quota(
        KubeObject object, Amounts hard, Amounts limits, Amounts used, List<Scope> scopes) {

    public Quota {
        scopes = List.copyOf(scopes);
    }

    /// One scope that objects are in or not.
    ///
    /// @param operator `Exists`, `DoesNotExist`, `In` or `NotIn`
    public record Scope(String name, String operator, List<String> values) {
        public Scope {
            values = List.copyOf(values);
        }

        /// Whether an object whose labels were `name=value` would match; no value is no label.
        boolean matches(String value) {
            return switch (operator) {
                case "In" -> !value.isEmpty() && values.contains(value);
                case "NotIn" -> value.isEmpty() || !values.contains(value);
                case "Exists" -> !value.isEmpty();
                case "DoesNotExist" -> value.isEmpty();
                default -> false;
            };
        }
    }

    public static Quota of(KubeObject object) {
        return object.view(Quota.class, Quota::read);
    }

    private static Quota read(KubeObject object) {
        JsonObject spec = object.spec();
        List<Scope> scopes = new ArrayList<>();
        for (String scope : spec.array("scopes").strings()) {
            scopes.add(new Scope(scope, "Exists", List.of()));
        }
        for (JsonObject each : spec.object("scopeSelector").array("matchExpressions").objects()) {
            scopes.add(
                    new Scope(
                            each.string("scopeName"),
                            each.string("operator"),
                            each.array("values").strings()));
        }
        return new Quota(
                object,
                Amounts.parse(spec.object("hard")),
                Amounts.parse(object.status().object("hard")),
                Amounts.parse(object.status().object("used")),
                scopes);
    }

    public String name() {
        return object.name();
    }

    /// Whether an object counts against this quota's limits.
    public boolean covers(Evaluator evaluator, JsonObject tree) {
        return !evaluator.matching(limits.byName().keySet()).isEmpty()
                && isInScope(evaluator, tree);
    }

    /// Whether an object is in all scopes.
    public boolean isInScope(Evaluator evaluator, JsonObject tree) {
        return scopes.stream().allMatch(scope -> evaluator.isIn(scope, tree));
    }

    /// Limits of these names for which no use was counted yet.
    public boolean lacksUse(Set<String> names) {
        return limits.byName().keySet().stream()
                .anyMatch(name -> names.contains(name) && !used.has(name));
    }
}
