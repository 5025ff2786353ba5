package kat.api.cel;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a comprehension gathers: it grows in place, since a copy for each item would take the
/// square of their number. No expression sees it before it is done.
///
/// **Threads:** one.
final class Growing {

    private Growing() {}

    /// @param start what a comprehension begins with
    static Object of(Object start) {
        return switch (start) {
            case List<?> list when list.isEmpty() -> new Items();
            case Map<?, ?> map when map.isEmpty() && !(map instanceof DefaultMap) -> new Entries();
            default -> start;
        };
    }

    /// The value that was gathered, which does not grow any more.
    static Object done(Object value) {
        return switch (value) {
            case Items items -> items.all;
            case Entries entries -> entries.all;
            default -> value;
        };
    }

    static final class Items extends AbstractList<Object> {
        private final List<Object> all = new ArrayList<>();

        Items with(List<?> more) {
            all.addAll(more);
            return this;
        }

        @Override
        public Object get(int index) {
            return all.get(index);
        }

        @Override
        public int size() {
            return all.size();
        }
    }

    static final class Entries extends AbstractMap<Object, Object> {
        private final Map<Object, Object> all = new LinkedHashMap<>();

        @Override
        public @Nullable Object put(Object key, Object value) {
            return all.put(key, value);
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            return all.entrySet();
        }
    }
}
