package kat.base.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// What adds, by something that is known where events come.
///
/// It is looked up by its labels at the first event of each, so that what never happened is not
/// told; afterwards one comparison finds it.
///
/// **Limits:** what tells events apart must be few by itself: all that came are kept.
///
/// **Threads:** any.
///
/// @param <K> tells events apart: an enum, or one of a few names
/// @param <T> what adds
public final class Kept<K, T> {

    private final Map<K, T> known = new ConcurrentHashMap<>();
    private final Function<K, T> fresh;

    /// @param fresh finds what adds by its labels
    public Kept(Function<K, T> fresh) {
        this.fresh = fresh;
    }

    public T of(K key) {
        T found = known.get(key);
        return found == null ? known.computeIfAbsent(key, fresh) : found;
    }
}
