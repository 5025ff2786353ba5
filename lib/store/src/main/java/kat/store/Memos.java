package kat.store;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Values computed from one thing, at most one of each type, each computed at most once.
///
/// Costs 16 bytes while empty. A computation that throws leaves nothing behind and is tried again
/// by the next caller.
final class Memos {

    private volatile @Nullable Memo first; // written under this

    private record Memo(Class<?> type, Object value, @Nullable Memo next) {}

    <S, T> T get(Class<T> type, S subject, Function<? super S, ? extends T> compute) {
        T known = find(type);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            T raced = find(type);
            if (raced != null) {
                return raced;
            }
            T computed = compute.apply(subject);
            first = new Memo(type, computed, first);
            return computed;
        }
    }

    boolean isEmpty() {
        return first == null;
    }

    synchronized void clear() {
        first = null;
    }

    private <T> @Nullable T find(Class<T> type) {
        for (Memo memo = first; memo != null; memo = memo.next()) {
            if (memo.type() == type) {
                return type.cast(memo.value());
            }
        }
        return null;
    }
}
