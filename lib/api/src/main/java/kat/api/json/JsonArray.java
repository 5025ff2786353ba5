package kat.api.json;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/// An immutable list of values.
///
/// @param items the values in order
public record JsonArray(List<Json> items) implements Json, Iterable<Json> {

    public static final JsonArray EMPTY = new JsonArray(List.of());

    public JsonArray {
        items = List.copyOf(items);
    }

    public static JsonArray of(Json... items) {
        return new JsonArray(List.of(items));
    }

    public static JsonArray ofStrings(Iterable<String> texts) {
        List<Json> items = new ArrayList<>();
        for (String text : texts) {
            items.add(new JsonString(text));
        }
        return new JsonArray(items);
    }

    public int size() {
        return items.size();
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    public Json get(int index) {
        return items.get(index);
    }

    /// Those items that are objects, in order; others are left out.
    public List<JsonObject> objects() {
        List<JsonObject> found = new ArrayList<>(items.size());
        for (Json item : items) {
            if (item instanceof JsonObject object) {
                found.add(object);
            }
        }
        return found;
    }

    /// Those items that are strings, in order; others are left out.
    public List<String> strings() {
        List<String> found = new ArrayList<>(items.size());
        for (Json item : items) {
            if (item instanceof JsonString(String value)) {
                found.add(value);
            }
        }
        return found;
    }

    public JsonArray with(Json item) {
        List<Json> copy = new ArrayList<>(items);
        copy.add(item);
        return new JsonArray(copy);
    }

    /// The same array when `change` gives back each item itself.
    public JsonArray map(UnaryOperator<Json> change) {
        List<Json> copy = new ArrayList<>(items.size());
        boolean same = true;
        for (Json item : items) {
            Json changed = change.apply(item);
            same &= changed == item;
            copy.add(changed);
        }
        return same ? this : new JsonArray(copy);
    }

    @Override
    public Iterator<Json> iterator() {
        return items.iterator();
    }

    @Override
    public String toString() {
        return JsonWriter.text(this);
    }
}
