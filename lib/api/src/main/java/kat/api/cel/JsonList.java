package kat.api.cel;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.JsonArray;

/// A list of JSON as expressions see it; items become values when they are asked for.
final class JsonList extends AbstractList<Object> {

    /// How Kubernetes takes lists for equal.
    enum Order {
        KEPT,
        ANY
    }

    private final JsonArray json;
    private final CelType items;
    private final Order order;

    JsonList(JsonArray json, CelType items, Order order) {
        this.json = json;
        this.items = items;
        this.order = order;
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
        return order == Order.ANY;
    }

    boolean equalsUnordered(List<?> other) {
        List<Object> rest = new ArrayList<>(other);
        for (Object item : this) {
            int found = -1;
            for (int i = 0; i < rest.size() && found < 0; i++) {
                found = Values.equal(item, rest.get(i)) ? i : -1;
            }
            if (found < 0) {
                return false;
            }
            rest.remove(found);
        }
        return true;
    }
}
