package kat.apiserver.dynamic;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import kat.api.cel.CelException;
import kat.api.cel.Environment;
import kat.api.json.JsonObject;
import kat.api.policy.Compiled;
import kat.api.policy.PolicyCompiler;
import kat.api.policy.PolicyCompiler.Inputs;
import kat.api.policy.Returns;

/// Further conditions for a webhook or policy to apply.
///
/// @param ignoresFailures whether one that cannot be evaluated means that it does not apply
///
/// **Source:** `apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go`.
record MatchConditions(List<Compiled> conditions, boolean ignoresFailures) {

    /// @param holder of `matchConditions`
    static MatchConditions parse(
            JsonObject holder, PolicyCompiler compiler, Inputs inputs, boolean ignoresFailures) {
        List<Compiled> conditions = new ArrayList<>();
        for (JsonObject each : holder.array("matchConditions").objects()) {
            conditions.add(compiler.compile(each.string("expression"), Returns.BOOL, inputs));
        }
        return new MatchConditions(conditions, ignoresFailures);
    }

    /// One of the conditions could not be evaluated.
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    /// Whether all hold.
    ///
    /// @throws Failure when none is false but some could not be evaluated
    boolean hold(Activation activation) throws Failure {
        Budget budget = new Budget(Environment.MATCH_BUDGET);
        Set<String> faults = new LinkedHashSet<>();
        for (Compiled condition : conditions) {
            try {
                if (activation.run(condition, budget) == Boolean.FALSE) {
                    return false;
                }
            } catch (CelException e) {
                faults.add(String.valueOf(e.getMessage()));
            } catch (Budget.Exhausted e) {
                if (ignoresFailures) {
                    return false;
                }
                throw new Failure(String.valueOf(e.getMessage()));
            }
        }
        if (faults.isEmpty()) {
            return true;
        }
        if (ignoresFailures) {
            return false;
        }
        throw new Failure(
                faults.size() == 1
                        ? faults.iterator().next()
                        : "[" + String.join(", ", faults) + "]");
    }
}
