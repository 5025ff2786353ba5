package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns processor time that only grows into rates: since the last look that is long enough ago,
/// or since the start when there was none.
///
/// **Threads:** any.
final class CpuRates {

    /// A shorter time says little about how busy something is.
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    /// What somebody saw longer ago is of no use.
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Map<String, Looks> known = new HashMap<>(); // guarded by this

    private record Look(Instant at, long nanoseconds) {}

    /// @param before the look that rates are measured from; null after the first
    private record Looks(@Nullable Look before, Look last) {}

    /// The rate in billionths of a core.
    ///
    /// @param since when the processor time was zero
    synchronized long rate(String id, Instant at, long nanoseconds, Instant since) {
        Look look = new Look(at, nanoseconds);
        Looks looks = known.get(id);
        Look from = new Look(since, 0);
        Look kept = look;
        if (looks != null && looks.last().nanoseconds() <= nanoseconds) {
            Look last = looks.last();
            boolean isLongAgo = isOlder(last, at, SHORTEST);
            Look chosen = isLongAgo ? last : looks.before();
            from = chosen == null || isOlder(chosen, at, LONGEST) ? from : chosen;
            kept = isLongAgo ? look : last;
            known.put(id, new Looks(isLongAgo ? last : looks.before(), kept));
        } else {
            known.put(id, new Looks(null, look));
        }
        long span = Math.max(1, Duration.between(from.at(), at).toMillis());
        return (nanoseconds - from.nanoseconds()) / span * 1000;
    }

    private static boolean isOlder(Look look, Instant now, Duration age) {
        return look.at().plus(age).isBefore(now);
    }

    synchronized void keepOnly(Set<String> ids) {
        known.keySet().retainAll(ids);
    }
}
