package kat.api.schema;

import java.util.Arrays;
import kat.api.json.JsonPlaces;
import org.jspecify.annotations.Nullable;

/// Where a decoder is. It becomes text only when there is something to complain about.
///
/// **Threads:** one.
final class DecodePath {

    private static final int USUAL_DEPTH = 16;

    /// Stands for the index of what is the key of a map.
    private static final int KEY = -1;

    private @Nullable String[] names = new @Nullable String[USUAL_DEPTH]; // null: an index
    private int[] indexes = new int[USUAL_DEPTH];
    private int size;
    private int begin;
    private @Nullable Schema begun;

    /// @param root the type of the whole tree
    DecodePath(Schema root) {
        this.begun = root;
    }

    int size() {
        return size;
    }

    void enter(String name) {
        push(name, 0);
    }

    void enter(int index) {
        push(null, index);
    }

    private void push(@Nullable String name, int index) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            indexes = Arrays.copyOf(indexes, size * 2);
        }
        names[size] = name;
        indexes[size] = index;
        size++;
    }

    void leave() {
        size--;
    }

    /// A type of Go begins here, whose names do not tell of what is around it.
    ///
    /// @return for [#cut]
    int begin(Schema type) {
        begin = size;
        begun = type;
        return size;
    }

    /// Leaves all that is deeper.
    void cut(int depth) {
        size = depth;
    }

    /// Enters a value of a map, whose key is no name of a field.
    void enterKey(String key) {
        push(key, KEY);
    }

    void mark(JsonPlaces places) {
        JsonPlaces place = places;
        for (int i = 0; i < size; i++) {
            String name = names[i];
            place = name == null ? place.enter(indexes[i]) : place.enter(name);
        }
        place.mark();
    }

    /// Without indexes and keys of maps, and with embedded structs:
    /// `spec.volumes.VolumeSource.hostPath`.
    String names() {
        StringBuilder text = new StringBuilder();
        Schema at = begun;
        for (int i = begin; i < size; i++) {
            String name = names[i];
            if (name == null || indexes[i] == KEY) {
                at = at == null ? null : inside(at);
                continue;
            }
            text.append(text.isEmpty() ? "" : ".");
            text.append(at == null ? "" : GoTypes.before(at, name)).append(name);
            at = at != null && at.type() == Schema.Type.OBJECT ? at.field(name) : null;
        }
        return text.toString();
    }

    private static @Nullable Schema inside(Schema list) {
        return switch (list.type()) {
            case ARRAY -> list.items();
            case MAP -> list.values();
            default -> null;
        };
    }

    /// The Go type of the place in a field of a struct; null where it follows from the schema.
    @Nullable String type(Schema struct) {
        int field = size - 1;
        while (field > begin && (names[field] == null || indexes[field] == KEY)) {
            field--;
        }
        String name = field < begin ? null : names[field];
        return name == null ? null : GoTypes.of(struct, name, size - 1 - field);
    }

    /// With keys of maps in brackets: `parts[a].metadata`.
    String place() {
        return text(true);
    }

    @Override
    public String toString() {
        return text(false);
    }

    private String text(boolean showsKeys) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            String name = names[i];
            if (name == null) {
                text.append('[').append(indexes[i]).append(']');
            } else if (showsKeys && indexes[i] == KEY) {
                text.append('[').append(name).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(name);
            }
        }
        return text.toString();
    }
}
