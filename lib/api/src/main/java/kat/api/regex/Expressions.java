package kat.api.regex;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Expressions that were compiled before. All are forgotten when they become too many or too
/// large together.
///
/// **Threads:** any.
public final class Expressions {

    private static final int MOST = 500;
    private static final long LARGEST_TOGETHER = 4L * Regex.LARGEST;

    private final ConcurrentHashMap<String, Regex> known = new ConcurrentHashMap<>();
    private final AtomicLong size = new AtomicLong();

    /// @throws IllegalArgumentException as [Regex#compile] does
    public Regex get(String source) {
        Regex found = known.get(source);
        if (found != null) {
            return found;
        }
        Regex made = Regex.compile(source);
        if (size.addAndGet(made.size()) > LARGEST_TOGETHER || known.size() >= MOST) {
            known.clear();
            size.set(made.size());
        }
        known.put(source, made);
        return made;
    }
}
