package kat.controllers.job;

import java.util.List;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A job's `successPolicy`: which indexes, or how many, are enough.
///
/// **Source:** KEP-3998; kube-controller-manager `job/success_policy.go`.
final class SuccessPolicy {

    private SuccessPolicy() {}

    /// Which rule is met, in words; null for none.
    static @Nullable String met(JobSpec spec, Indexes succeeded) {
        List<JsonObject> rules = spec.successPolicy().array("rules").objects();
        for (int i = 0; i < rules.size() && !succeeded.isEmpty(); i++) {
            if (isMet(rules.get(i), spec.completions, succeeded)) {
                return "Matched rules at index " + i;
            }
        }
        return null;
    }

    private static boolean isMet(JsonObject rule, long completions, Indexes succeeded) {
        long count = rule.integer("succeededCount", Long.MAX_VALUE);
        if (!rule.has("succeededIndexes")) {
            return succeeded.count() >= count;
        }
        Indexes wanted = Indexes.parse(rule.string("succeededIndexes"), completions);
        int common = wanted.countIn(succeeded);
        return !wanted.isEmpty() && (common == wanted.count() || common >= count);
    }
}
