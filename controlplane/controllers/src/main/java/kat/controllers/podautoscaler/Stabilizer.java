package kat.controllers.podautoscaler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// What one autoscaler remembers of its past, and how far a proposal is followed because of it:
/// not below what was proposed in the last minutes, not faster than its rules allow, not beyond its
/// limits. A restart forgets; then for one window only what comes counts.
///
/// **Threads:** one at a time.
///
/// **Source:** kube-controller-manager `podautoscaler/horizontal.go`, `normalizeDesiredReplicas`,
/// `normalizeDesiredReplicasWithBehaviors`.
final class Stabilizer {

    private static final long DOWN_WINDOW_SECONDS = 300;
    private static final long LONGEST_SECONDS = 3600;

    /// Without rules a target at most doubles, or grows to this.
    private static final long FREE_GROWTH = 4;

    private final List<Past> proposals = new ArrayList<>();
    private final List<Past> added = new ArrayList<>();
    private final List<Past> removed = new ArrayList<>();

    private record Past(Instant at, long replicas) {}

    /// A condition's reason and message.
    record Why(String reason, String message) {}

    /// @param able why the autoscaler is able to scale
    /// @param limited why it goes as far as it does
    record Outcome(long replicas, Why able, boolean isLimited, Why limited) {}

    /// @param least replicas
    /// @param most replicas
    record Limits(long least, long most) {}

    private static final Why READY =
            new Why("ReadyForNewScale", "recommended size matches current size");
    private static final Why HELD_DOWN =
            new Why(
                    "ScaleUpStabilized",
                    "recent recommendations were lower than current one, applying the lowest"
                            + " recent recommendation");
    private static final Why HELD_UP =
            new Why(
                    "ScaleDownStabilized",
                    "recent recommendations were higher than current one, applying the highest"
                            + " recent recommendation");
    private static final Why WITHIN =
            new Why("DesiredWithinRange", "the desired count is within the acceptable range");
    private static final Why TOO_FAST_UP =
            new Why(
                    "ScaleUpLimit",
                    "the desired replica count is increasing faster than the maximum scale rate");
    private static final Why TOO_FAST_DOWN =
            new Why(
                    "ScaleDownLimit",
                    "the desired replica count is decreasing faster than the maximum scale rate");
    private static final Why TOO_MANY =
            new Why(
                    "TooManyReplicas",
                    "the desired replica count is more than the maximum replica count");
    private static final Why TOO_FEW =
            new Why(
                    "TooFewReplicas",
                    "the desired replica count is less than the minimum replica count");

    /// The first size that is seen counts as proposed.
    void begin(long current, Instant now) {
        if (proposals.isEmpty()) {
            proposals.add(new Past(now, current));
        }
    }

    private void remember(long proposed, Instant now) {
        for (List<Past> each : List.of(proposals, added, removed)) {
            each.removeIf(past -> past.at().plusSeconds(LONGEST_SECONDS).isBefore(now));
        }
        proposals.add(new Past(now, proposed));
    }

    /// Remembers that the target was scaled.
    void scaled(long from, long to, Instant now) {
        if (to > from) {
            added.add(new Past(now, to - from));
        } else {
            removed.add(new Past(now, from - to));
        }
    }

    /// Forgets what [#scaled] remembered last, since the target could not be scaled.
    void takeBack(long from, long to) {
        (to > from ? added : removed).removeLast();
    }

    /// @param behavior empty for none
    Outcome follow(JsonObject behavior, long current, long proposed, Limits limits, Instant now) {
        return behavior.isEmpty()
                ? freely(current, proposed, limits, now)
                : byRules(behavior, current, proposed, limits, now);
    }

    private Outcome freely(long current, long proposed, Limits limits, Instant now) {
        long held = proposed;
        for (Past past : proposals) {
            if (!past.at().plusSeconds(DOWN_WINDOW_SECONDS).isBefore(now)) {
                held = Math.max(held, past.replicas());
            }
        }
        remember(proposed, now);
        Why able = held == proposed ? READY : HELD_UP;
        long fast = Math.max(2 * current, FREE_GROWTH);
        long most = Math.min(limits.most(), fast);
        if (held < limits.least()) {
            return new Outcome(limits.least(), able, true, TOO_FEW);
        }
        if (held > most) {
            return new Outcome(most, able, true, limits.most() > fast ? TOO_FAST_UP : TOO_MANY);
        }
        return new Outcome(held, able, false, WITHIN);
    }

    private Outcome byRules(
            JsonObject behavior, long current, long proposed, Limits limits, Instant now) {
        JsonObject up = behavior.object("scaleUp");
        JsonObject down = behavior.object("scaleDown");
        long lowest = proposed;
        long highest = proposed;
        for (Past past : proposals) {
            if (isIn(past, up.integer("stabilizationWindowSeconds", 0), now)) {
                lowest = Math.min(lowest, past.replicas());
            }
            if (isIn(past, down.integer("stabilizationWindowSeconds", DOWN_WINDOW_SECONDS), now)) {
                highest = Math.max(highest, past.replicas());
            }
        }
        long held = Math.min(Math.max(current, lowest), highest);
        remember(proposed, now);
        Why able = held == proposed ? READY : proposed >= current ? HELD_DOWN : HELD_UP;
        if (held > current) {
            long fast = Math.max(current, limit(up, current, true, now));
            long most = Math.min(limits.most(), fast);
            return held > most
                    ? new Outcome(most, able, true, limits.most() > fast ? TOO_FAST_UP : TOO_MANY)
                    : new Outcome(held, able, false, WITHIN);
        }
        if (held < current) {
            long fast = Math.min(current, limit(down, current, false, now));
            long least = Math.max(limits.least(), fast);
            return held < least
                    ? new Outcome(
                            least, able, true, limits.least() < fast ? TOO_FAST_DOWN : TOO_FEW)
                    : new Outcome(held, able, false, WITHIN);
        }
        return new Outcome(held, able, false, WITHIN);
    }

    private static boolean isIn(Past past, long seconds, Instant now) {
        return past.at().plusSeconds(seconds).isAfter(now);
    }

    /// How far the policies of one direction allow to go at present.
    private long limit(JsonObject rules, long current, boolean up, Instant now) {
        String select = rules.string("selectPolicy", "Max");
        JsonArray policies = rules.array("policies");
        if (select.equals("Disabled") || policies.isEmpty()) {
            return current;
        }
        // The largest change is the highest number on the way up, the lowest on the way down.
        boolean highest = select.equals("Min") != up;
        long result = highest ? Long.MIN_VALUE : Long.MAX_VALUE;
        for (JsonObject policy : policies.objects()) {
            long seconds = policy.integer("periodSeconds", 0);
            long start = current - sum(added, seconds, now) + sum(removed, seconds, now);
            long allowed = allowed(policy, start, up);
            result = highest ? Math.max(result, allowed) : Math.min(result, allowed);
        }
        return result;
    }

    private static long allowed(JsonObject policy, long start, boolean up) {
        long value = policy.integer("value", 0);
        if (policy.string("type").equals("Pods")) {
            return up ? start + value : start - value;
        }
        return up
                ? ReplicaCalculator.ceiling(start * (1 + value / 100.0))
                : (long) (start * (1 - value / 100.0));
    }

    private static long sum(List<Past> changes, long seconds, Instant now) {
        long sum = 0;
        for (Past past : changes) {
            sum += isIn(past, seconds, now) ? past.replicas() : 0;
        }
        return sum;
    }
}
