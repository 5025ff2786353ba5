package kat.api.cel;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonArray;
import org.jspecify.annotations.Nullable;

/// A list of JSON as expressions see it; items become values when they are asked for.
final class JsonList extends AbstractList<Object> {

    private final JsonArray json;
    private final CelType items;
    private final @Nullable List<String> keys;

    /// @param keys see [CelType#keyed]
    JsonList(JsonArray json, CelType items, @Nullable List<String> keys) {
        this.json = json;
        this.items = items;
        this.keys = keys;
    }

    @Override
    public Object get(int index) {
        return Data.of(json.get(index), items);
    }

    @Override
    public int size() {
        return json.size();
    }

    boolean isUnordered() {
        return keys != null;
    }

    boolean equalsUnordered(List<?> other) {
        List<Object> rest = new ArrayList<>(other);
        for (Object item : this) {
            int found = place(rest, item);
            if (found < 0 || !Values.equal(item, rest.get(found))) {
                return false;
            }
            rest.remove(found);
        }
        return true;
    }

    /// With the items of another list: those that are there take the place of what they replace.
    List<Object> merged(List<?> other) {
        List<Object> all = new ArrayList<>(this);
        for (Object item : other) {
            int found = place(all, item);
            if (found < 0) {
                all.add(item);
            } else {
                all.set(found, item);
            }
        }
        return all;
    }

    private int place(List<Object> list, Object wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (isSame(list.get(i), wanted)) {
                return i;
            }
        }
        return -1;
    }

    private boolean isSame(Object a, Object b) {
        List<String> fields = keys == null ? List.of() : keys;
        if (fields.isEmpty() || !(a instanceof Map<?, ?> x) || !(b instanceof Map<?, ?> y)) {
            return Values.equal(a, b);
        }
        for (String field : fields) {
            Object one = x.get(field);
            Object two = y.get(field);
            if ((one == null || two == null) ? one != two : !Values.equal(one, two)) {
                return false;
            }
        }
        return true;
    }
}
