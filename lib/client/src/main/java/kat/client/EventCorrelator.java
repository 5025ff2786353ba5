package kat.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.Supplier;

/// Keeps one source from telling too much of one object: Events that differ in words alone
/// become one, and beyond a number of them nothing is written.
///
/// | what comes about one object | what becomes of it |
/// |---|---|
/// | nine texts of one reason | an Event each |
/// | further texts, with no pause of 10 minutes | one Event, which tells the newest |
/// | more than 25 at once | not written; one more may be every 5 minutes |
///
/// **Threads:** one.
///
/// **Source:** client-go `tools/record/events_cache.go`.
final class EventCorrelator {

    static final String COMBINED = "(combined from similar events): ";

    /// Objects that are remembered; those told of longest ago go first.
    private static final int MOST_REMEMBERED = 4096;

    private static final int MOST_TEXTS = 9;
    private static final Duration PAUSE = Duration.ofMinutes(10);
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);

    private final Map<Change.Emit, Alike> alike = new LinkedHashMap<>();
    private final Map<Change.Emit, Allowance> allowances = new LinkedHashMap<>();

    /// Texts of one reason about one object.
    private static final class Alike {
        private final SequencedSet<String> texts = new LinkedHashSet<>();
        private Instant last = Instant.MIN;
    }

    /// What may still be told about an object.
    private static final class Allowance {
        private double left = BURST;
        private Instant asOf = Instant.MIN;
    }

    /// What Events that differ in their words alone have in common.
    static Change.Emit group(Change.Emit emit) {
        return new Change.Emit(object(emit), emit.type(), emit.reason(), "");
    }

    private static Change.Reference object(Change.Emit emit) {
        Change.Reference about = emit.regarding();
        return new Change.Reference(
                about.apiVersion(), about.kind(), about.key(), about.uid(), "", "");
    }

    /// Whether an Event is one with others of its [#group].
    boolean combines(Change.Emit emit, Instant now) {
        Alike known = newest(alike, group(emit), Alike::new);
        if (known.last.isBefore(now.minus(PAUSE))) {
            known.texts.clear();
        }
        known.last = now;
        boolean isNew = known.texts.add(emit.message());
        boolean combines = known.texts.size() > MOST_TEXTS;
        if (combines && isNew) {
            String unused = known.texts.removeLast();
        }
        return combines;
    }

    /// Whether one more Event about an object may be written; it counts as written then.
    boolean admits(Change.Emit emit, Instant now) {
        Change.Emit key = new Change.Emit(object(emit), emit.type(), "", "");
        Allowance allowance = newest(allowances, key, Allowance::new);
        if (allowance.asOf != Instant.MIN) {
            double passed = Duration.between(allowance.asOf, now).toMillis();
            allowance.left =
                    Math.min(BURST, allowance.left + Math.max(0, passed) / REFILL.toMillis());
        }
        allowance.asOf = now;
        boolean admits = allowance.left >= 1;
        if (admits) {
            allowance.left--;
        }
        return admits;
    }

    /// What is known of a key, which becomes the last that is forgotten.
    private static <V> V newest(Map<Change.Emit, V> all, Change.Emit key, Supplier<V> make) {
        V known = all.remove(key);
        V value = known == null ? make.get() : known;
        all.put(key, value);
        if (all.size() > MOST_REMEMBERED) {
            all.remove(all.keySet().iterator().next());
        }
        return value;
    }
}
