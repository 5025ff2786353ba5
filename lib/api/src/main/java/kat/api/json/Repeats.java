package kat.api.json;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A bounded pool of objects that come again inside many others: the field sets of
/// `managedFields`, which differ little between objects of a kind and are half of their trees.
///
/// As with [Texts], a lost entry costs a copy and nothing else.
///
/// **Threads:** any; entries are replaced, not locked.
public final class Repeats {

    private static final int SLOTS = 1024;

    /// Larger ones are left as they are, so that the pool stays at a few megabytes.
    private static final int MOST_OBJECTS = 200;

    private static final AtomicReferenceArray<@Nullable JsonObject> POOL =
            new AtomicReferenceArray<>(SLOTS);

    private Repeats() {}

    /// An object equal to this one, perhaps one that others hold too; the same holds for its
    /// members that are objects.
    public static JsonObject share(JsonObject tree) {
        return size(tree) > MOST_OBJECTS ? tree : pooled(tree.map((name, value) -> member(value)));
    }

    private static Json member(Json value) {
        return value instanceof JsonObject object ? pooled(object) : value;
    }

    private static JsonObject pooled(JsonObject tree) {
        if (tree.isEmpty()) {
            return JsonObject.EMPTY;
        }
        int hash = tree.hashCode();
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        JsonObject pooled = POOL.get(slot);
        if (tree.equals(pooled)) {
            return pooled;
        }
        POOL.set(slot, tree);
        return tree;
    }

    private static int size(JsonObject tree) {
        int sum = 1;
        for (int i = 0; i < tree.size() && sum <= MOST_OBJECTS; i++) {
            sum += tree.valueAt(i) instanceof JsonObject below ? size(below) : 1;
        }
        return sum;
    }
}
