package kat.api.quota;

import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import kat.api.Kind;
import kat.api.json.JsonObject;

/// How objects of one kind count against quotas.
///
/// **Source:** `pkg/quota/v1/evaluator/core`, `apiserver/pkg/quota/v1/generic`.
public sealed interface Evaluator
        permits CountEvaluator,
                PodEvaluator,
                ServiceEvaluator,
                ClaimEvaluator,
                DeviceClaimEvaluator {

    /// Those of the names that objects of this kind count against.
    SortedSet<String> matching(Collection<String> names);

    /// What an object counts for.
    Amounts usage(JsonObject object, Instant now);

    /// Whether a write of this kind may change what is used.
    boolean handles(Write write);

    /// Whether an object is in a scope; most kinds are in none.
    default boolean isIn(Quota.Scope scope, JsonObject object) {
        return false;
    }

    /// What an object must say but does not, for limits of these names: the end of a sentence,
    /// empty when it lacks nothing.
    default String missing(Collection<String> names, JsonObject object) {
        return "";
    }

    /// One write, as far as it decides whether quotas are asked.
    ///
    /// @param live empty for a creation
    record Write(boolean isCreation, String subresource, JsonObject object, JsonObject live) {

        boolean isWhole() {
            return subresource.isEmpty();
        }
    }

    /// Reviews and events are never counted.
    Set<String> IGNORED =
            Set.of(
                    "bindings",
                    "componentstatuses",
                    "tokenreviews.authentication.k8s.io",
                    "selfsubjectreviews.authentication.k8s.io",
                    "subjectaccessreviews.authorization.k8s.io",
                    "selfsubjectaccessreviews.authorization.k8s.io",
                    "localsubjectaccessreviews.authorization.k8s.io",
                    "selfsubjectrulesreviews.authorization.k8s.io",
                    "events",
                    "events.events.k8s.io");

    static boolean counts(Kind kind) {
        return kind.namespaced() && !IGNORED.contains(kind.resource());
    }

    static Evaluator of(Kind kind) {
        return switch (kind.resource()) {
            case "pods" -> new PodEvaluator();
            case "services" -> new ServiceEvaluator();
            case "persistentvolumeclaims" -> new ClaimEvaluator();
            case "resourceclaims.resource.k8s.io" -> new DeviceClaimEvaluator();
            case "configmaps", "resourcequotas", "replicationcontrollers", "secrets" ->
                    new CountEvaluator(Set.of(kind.resource(), "count/" + kind.resource()));
            default -> new CountEvaluator(Set.of("count/" + kind.resource()));
        };
    }

    /// Those of the names that are in `known`, sorted.
    static SortedSet<String> common(Collection<String> names, Set<String> known) {
        SortedSet<String> found = new TreeSet<>(names);
        found.retainAll(known);
        return found;
    }
}
