package kat.controllers.quota;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.api.quota.Evaluator;
import kat.api.quota.Quota;
import org.jspecify.annotations.Nullable;

/// The status that a quota is to have.
///
/// @param next until what is used changes by the time alone; null when it does not
record Count(JsonObject status, @Nullable Duration next) {

    /// @param objects of the quota's namespace by kind, of all kinds that it may limit
    static Count of(Quota quota, SequencedMap<Kind, List<KubeObject>> objects, Instant now) {
        Amounts used = quota.used();
        Amounts counted = Amounts.NONE;
        Duration next = null;
        for (var entry : objects.entrySet()) {
            Evaluator evaluator = Evaluator.of(entry.getKey());
            for (String name : evaluator.matching(quota.hard().byName().keySet())) {
                counted = counted.has(name) ? counted : counted.with(name, Quantity.ZERO);
            }
            for (KubeObject object : entry.getValue()) {
                if (quota.isInScope(evaluator, object.tree())) {
                    counted = counted.plus(usage(evaluator, object, now));
                    next = earlier(next, untilGone(object, now));
                }
            }
        }
        used = used.replacedBy(counted).only(quota.hard().byName().keySet());
        JsonObject status = JsonObject.of("hard", quota.hard().toJson(), "used", used.toJson());
        return new Count(status, next);
    }

    /// What an object counts for, kept with its version as long as time does not change it.
    private record Usage(Amounts amounts) {}

    private static Amounts usage(Evaluator evaluator, KubeObject object, Instant now) {
        return object.isDeleting()
                ? evaluator.usage(object.tree(), now)
                : object.view(
                                Usage.class,
                                each -> new Usage(evaluator.usage(each.tree(), Instant.MIN)))
                        .amounts();
    }

    private static @Nullable Duration untilGone(KubeObject object, Instant now) {
        Instant marked = object.deletionTimestamp();
        if (marked == null) {
            return null;
        }
        long grace = object.metadata().integer("deletionGracePeriodSeconds", 0);
        Duration left = Duration.between(now, marked.plusSeconds(grace + 1));
        return left.isPositive() ? left : null;
    }

    private static @Nullable Duration earlier(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }
}
