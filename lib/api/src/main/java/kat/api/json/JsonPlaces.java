package kat.api.json;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Places in a tree, found step by step by who walks through the tree.
///
/// Paths as text would be as long for each place as the names that lead there: a sender decides
/// how long those are, and how many places share them.
///
/// **Threads:** one fills it; then any.
public final class JsonPlaces {

    private final Map<Object, JsonPlaces> inside = new HashMap<>();
    private boolean marked;

    /// The place behind a step, made when it is new.
    ///
    /// @param step the name of a member, or the index of an item
    public JsonPlaces enter(Object step) {
        return inside.computeIfAbsent(step, _ -> new JsonPlaces());
    }

    /// Makes this one of the places.
    public void mark() {
        marked = true;
    }

    public boolean isMarked() {
        return marked;
    }

    public boolean isEmpty() {
        return inside.isEmpty() && !marked;
    }

    /// What is behind a step; null when none of the places is.
    @Nullable JsonPlaces behind(Object step) {
        return inside.get(step);
    }
}
