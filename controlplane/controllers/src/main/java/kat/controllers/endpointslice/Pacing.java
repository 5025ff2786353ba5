package kat.controllers.endpointslice;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import kat.api.KubeObject;
import kat.controllers.workload.Conditions;

/// Spaces out the writes of large lists of endpoints, so that a roll-out of thousands of pods
/// writes each list some tens of times, not thousands of times. Small lists are written at once.
///
/// The time of the last write is read from the annotation that tells it.
final class Pacing {

    static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

    /// Lists of so many endpoints or fewer are written whenever they change.
    static final int SMALL = 100;

    /// The annotation tells whole seconds, so nothing shorter can be told apart.
    private static final Duration SPACING = Duration.ofSeconds(1);

    private Pacing() {}

    /// How long until a list of `size` endpoints may be written again; zero for now.
    static Duration wait(KubeObject last, int size, Instant now) {
        String text = last.annotation(TRIGGER_TIME);
        if (size <= SMALL || text.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            Duration left = Duration.between(now, Instant.parse(text).plus(SPACING));
            // A stamp from the future is not ours, or the clock was set back.
            return left.isNegative() || left.compareTo(SPACING) > 0 ? Duration.ZERO : left;
        } catch (DateTimeParseException notOurs) {
            return Duration.ZERO;
        }
    }

    /// The longest wait of several lists that hold so many endpoints together.
    static Duration wait(List<KubeObject> lists, int size, Instant now) {
        Duration longest = Duration.ZERO;
        for (KubeObject list : lists) {
            Duration wait = wait(list, size, now);
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        return longest;
    }

    static KubeObject stamped(KubeObject list, Instant now) {
        return list.withMetadata(
                metadata ->
                        metadata.change(
                                "annotations",
                                annotations ->
                                        annotations.with(TRIGGER_TIME, Conditions.seconds(now))));
    }
}
