package kat.api.json;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An immutable object: members sorted by name in two flat arrays, found by binary search. A copy
/// with one member changed costs the two arrays and shares all else.
///
/// The typed readers ([#string], [#object], [#array] …) treat an absent member and one of another
/// type alike: what is checked by a schema need not be checked twice.
///
/// ```java
/// JsonObject pod = JsonObject.EMPTY.withAt(Json.of("node-1"), "spec", "nodeName");
/// pod.object("spec").string("nodeName"); // node-1
/// ```
public final class JsonObject implements Json {

    public static final JsonObject EMPTY = new JsonObject(new String[0], new Json[0]);

    private static final int FEW = 16; // members

    private final String[] names;
    private final Json[] values;

    /// Takes over the arrays.
    ///
    /// @param names sorted, each once
    JsonObject(String[] names, Json[] values) {
        this.names = names;
        this.values = values;
    }

    public static JsonObject of(String name, Json value) {
        return new JsonObject(new String[] {name}, new Json[] {value});
    }

    public static JsonObject of(String name1, Json value1, String name2, Json value2) {
        return builder().put(name1, value1).put(name2, value2).build();
    }

    public static JsonObject of(Map<String, ? extends Json> members) {
        Builder builder = builder();
        members.forEach(builder::put);
        return builder.build();
    }

    public static JsonObject ofStrings(Map<String, String> members) {
        Builder builder = builder();
        members.forEach(builder::put);
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// A builder that starts with these members.
    public Builder toBuilder() {
        Builder builder = new Builder();
        forEach(builder::put);
        return builder;
    }

    public int size() {
        return names.length;
    }

    public boolean isEmpty() {
        return names.length == 0;
    }

    public boolean has(String name) {
        return indexOf(name) >= 0;
    }

    public @Nullable Json get(String name) {
        int index = indexOf(name);
        return index < 0 ? null : values[index];
    }

    /// The name at a position in sorted order; with [#valueAt] for loops without garbage.
    public String nameAt(int index) {
        return names[index];
    }

    public Json valueAt(int index) {
        return values[index];
    }

    /// The member as an object; [#EMPTY] when absent or no object.
    public JsonObject object(String name) {
        return get(name) instanceof JsonObject object ? object : EMPTY;
    }

    /// The object at the end of a path; [#EMPTY] when a step is absent or no object.
    public JsonObject at(String... path) {
        JsonObject current = this;
        for (String step : path) {
            current = current.object(step);
        }
        return current;
    }

    /// The member as an array; empty when absent or no array.
    public JsonArray array(String name) {
        return get(name) instanceof JsonArray array ? array : JsonArray.EMPTY;
    }

    /// The member as a text; the empty text when absent or no string.
    public String string(String name) {
        return get(name) instanceof JsonString(String value) ? value : "";
    }

    public String string(String name, String absent) {
        return get(name) instanceof JsonString(String value) ? value : absent;
    }

    /// The member as an integer; `absent` when it is not there or no number.
    public long integer(String name, long absent) {
        return get(name) instanceof JsonNumber number ? number.longValue() : absent;
    }

    /// The member as a truth value; false when absent or no boolean.
    public boolean bool(String name) {
        return get(name) == JsonBoolean.TRUE;
    }

    public boolean bool(String name, boolean absent) {
        return get(name) instanceof JsonBoolean value ? value.value() : absent;
    }

    /// The members that are strings, in order of their names.
    public SequencedMap<String, String> strings() {
        TreeMap<String, String> found = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            if (values[i] instanceof JsonString(String value)) {
                found.put(names[i], value);
            }
        }
        return found;
    }

    public List<String> names() {
        return List.of(names);
    }

    public void forEach(BiConsumer<String, Json> action) {
        for (int i = 0; i < names.length; i++) {
            action.accept(names[i], values[i]);
        }
    }

    /// A copy with one member set.
    public JsonObject with(String name, Json value) {
        int index = Arrays.binarySearch(names, name);
        if (index >= 0) {
            if (values[index] == value) {
                return this;
            }
            Json[] newValues = values.clone();
            newValues[index] = value;
            return new JsonObject(names, newValues);
        }
        int at = -index - 1;
        String[] newNames = new String[names.length + 1];
        Json[] newValues = new Json[names.length + 1];
        System.arraycopy(names, 0, newNames, 0, at);
        System.arraycopy(values, 0, newValues, 0, at);
        newNames[at] = name;
        newValues[at] = value;
        System.arraycopy(names, at, newNames, at + 1, names.length - at);
        System.arraycopy(values, at, newValues, at + 1, names.length - at);
        return new JsonObject(newNames, newValues);
    }

    public JsonObject with(String name, String value) {
        return with(name, new JsonString(value));
    }

    public JsonObject with(String name, long value) {
        return with(name, JsonNumber.of(value));
    }

    public JsonObject with(String name, boolean value) {
        return with(name, JsonBoolean.of(value));
    }

    /// A copy with the value at the end of a path set; objects on the way are made where absent.
    public JsonObject withAt(Json value, String... path) {
        return withAt(value, path, 0);
    }

    private JsonObject withAt(Json value, String[] path, int depth) {
        String name = path[depth];
        return depth == path.length - 1
                ? with(name, value)
                : with(name, object(name).withAt(value, path, depth + 1));
    }

    /// A copy in which one member, taken as an object, is changed.
    public JsonObject change(String name, UnaryOperator<JsonObject> change) {
        JsonObject before = object(name);
        JsonObject after = change.apply(before);
        return after == before && has(name) ? this : with(name, after);
    }

    /// A copy without the member.
    public JsonObject without(String name) {
        int index = indexOf(name);
        if (index < 0) {
            return this;
        }
        String[] newNames = new String[names.length - 1];
        Json[] newValues = new Json[names.length - 1];
        System.arraycopy(names, 0, newNames, 0, index);
        System.arraycopy(values, 0, newValues, 0, index);
        System.arraycopy(names, index + 1, newNames, index, newNames.length - index);
        System.arraycopy(values, index + 1, newValues, index, newNames.length - index);
        return new JsonObject(newNames, newValues);
    }

    /// A copy without the value at the end of a path; objects on the way stay, even when empty.
    public JsonObject withoutAt(String... path) {
        return withoutAt(path, 0);
    }

    private JsonObject withoutAt(String[] path, int depth) {
        String name = path[depth];
        if (depth == path.length - 1) {
            return without(name);
        }
        return get(name) instanceof JsonObject child
                ? with(name, child.withoutAt(path, depth + 1))
                : this;
    }

    /// A copy with each value changed; a null from `change` leaves the member out. The same object
    /// when nothing changed.
    public JsonObject map(BiFunction<String, Json, @Nullable Json> change) {
        Builder builder = null;
        for (int i = 0; i < names.length; i++) {
            Json changed = change.apply(names[i], values[i]);
            if (builder == null && changed != values[i]) {
                builder = new Builder();
                for (int j = 0; j < i; j++) {
                    builder.put(names[j], values[j]);
                }
            }
            if (builder != null && changed != null) {
                builder.put(names[i], changed);
            }
        }
        return builder == null ? this : builder.build();
    }

    /// Where a member stands; below 0 for none. Most objects are so small that comparing the hashes
    /// that strings keep is three times as fast as halving.
    private int indexOf(String name) {
        if (names.length > FEW) {
            return Arrays.binarySearch(names, name);
        }
        int hash = name.hashCode();
        for (int i = 0; i < names.length; i++) {
            String each = names[i];
            if (each == name || (each.hashCode() == hash && each.equals(name))) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof JsonObject that
                        && Arrays.equals(names, that.names)
                        && Arrays.equals(values, that.values));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return JsonWriter.text(this);
    }

    /// Collects members in any order; a name that comes again replaces the value before.
    public static final class Builder {

        private static final int FIRST_CAPACITY = 8;
        private static final int INSERTION_SORTED = 32; // members; more are sorted by a tree

        private String[] names = new String[FIRST_CAPACITY];
        private Json[] values = new Json[FIRST_CAPACITY];
        private int size;
        private boolean sorted = true;

        private Builder() {}

        public Builder put(String name, Json value) {
            if (size == names.length) {
                names = Arrays.copyOf(names, size * 2);
                values = Arrays.copyOf(values, size * 2);
            }
            sorted &= size == 0 || names[size - 1].compareTo(name) < 0;
            names[size] = name;
            values[size] = value;
            size++;
            return this;
        }

        public Builder put(String name, String value) {
            return put(name, new JsonString(value));
        }

        public Builder put(String name, long value) {
            return put(name, JsonNumber.of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, JsonBoolean.of(value));
        }

        /// Leaves the member out when `value` is the empty text.
        public Builder putUnlessEmpty(String name, String value) {
            return value.isEmpty() ? this : put(name, value);
        }

        public JsonObject build() {
            if (size == 0) {
                return EMPTY;
            }
            if (!sorted) {
                sort();
            }
            return new JsonObject(Arrays.copyOf(names, size), Arrays.copyOf(values, size));
        }

        /// Whether the members that were put have different names.
        boolean isDistinct() {
            if (sorted) {
                return true;
            }
            int before = size;
            sort();
            return size == before;
        }

        /// Of equal names the last stays.
        private void sort() {
            if (size <= INSERTION_SORTED) {
                insertionSort();
            } else {
                TreeMap<String, Json> members = new TreeMap<>();
                for (int i = 0; i < size; i++) {
                    members.put(names[i], values[i]);
                }
                size = members.size();
                names = members.keySet().toArray(new String[0]);
                values = members.values().toArray(new Json[0]);
            }
            sorted = true;
        }

        private void insertionSort() {
            int kept = 0;
            for (int i = 0; i < size; i++) {
                String name = names[i];
                Json value = values[i];
                int at = kept;
                int order = -1;
                while (at > 0 && (order = names[at - 1].compareTo(name)) > 0) {
                    at--;
                }
                if (at > 0 && order == 0) {
                    values[at - 1] = value;
                    continue;
                }
                System.arraycopy(names, at, names, at + 1, kept - at);
                System.arraycopy(values, at, values, at + 1, kept - at);
                names[at] = name;
                values[at] = value;
                kept++;
            }
            size = kept;
        }
    }
}
