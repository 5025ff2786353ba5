package kat.api.apply;

import java.util.Comparator;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Sets of fields and what can be done with them. A set is its own FieldsV1 tree, as it stands in
/// `managedFields`: it needs no decoding, and what two sets share they share in memory.
///
/// A node's members are `f:name` (a field), `k:{..}` (an item by its keys), `v:..` (an item by its
/// value) and `.`, which says that the node itself is in the set; a node without members is in the
/// set too. The root is never in the set: there an empty tree is the empty set.
///
/// ```
/// {"f:spec": {"f:replicas": {}, "f:ports": {".": {}, "k:{\"port\":80}": {".": {}, "f:port": {}}}}}
/// ```
///
/// **Source:** KEP-555, structured-merge-diff's serialized sets.
final class FieldSets {

    static final String SELF = ".";

    private static final Comparator<String> ORDER = Comparator.naturalOrder();

    private FieldSets() {}

    /// Whether the node itself belongs to the set.
    static boolean isMember(JsonObject node) {
        return node.isEmpty() || node.has(SELF);
    }

    /// What is in either set.
    static JsonObject union(JsonObject a, JsonObject b) {
        if (a.isEmpty() || a == b) {
            return b;
        }
        return b.isEmpty() ? a : zip(a, b, Operation.UNION);
    }

    /// What is in the first set and not in the second. A member whose children are in the second
    /// stays, and so do the children of a member that goes.
    static JsonObject difference(JsonObject a, JsonObject b) {
        return a.isEmpty() || b.isEmpty() ? a : zip(a, b, Operation.DIFFERENCE);
    }

    /// As [#difference], but the children of what goes, go too.
    static JsonObject differenceWithChildren(JsonObject a, JsonObject b) {
        return a.isEmpty() || b.isEmpty() ? a : zip(a, b, Operation.DEEP_DIFFERENCE);
    }

    /// What is in both sets.
    static JsonObject intersection(JsonObject a, JsonObject b) {
        if (a.isEmpty() || b.isEmpty()) {
            return JsonObject.EMPTY;
        }
        return a == b ? a : zip(a, b, Operation.INTERSECTION);
    }

    private enum Operation {
        UNION,
        DIFFERENCE,
        DEEP_DIFFERENCE,
        INTERSECTION
    }

    /// Walks the children of two nodes side by side; gives `a` itself when nothing differs from it.
    private static JsonObject zip(JsonObject a, JsonObject b, Operation operation) {
        JsonObject.Builder children = JsonObject.builder();
        boolean same = true;
        int i = skipSelf(a);
        int j = skipSelf(b);
        while (i < a.size() || j < b.size()) {
            int order = order(a, i, b, j);
            String name = order <= 0 ? a.nameAt(i) : b.nameAt(j);
            JsonObject left = order <= 0 ? child(a, i) : null;
            JsonObject right = order >= 0 ? child(b, j) : null;
            JsonObject kept = combine(left, right, operation);
            same &= kept == left;
            if (kept != null) {
                children.put(name, kept);
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return same && skipSelf(a) == 0 ? a : children.build();
    }

    /// What becomes of one child; null when it goes.
    private static @Nullable JsonObject combine(
            @Nullable JsonObject left, @Nullable JsonObject right, Operation operation) {
        if (left == null || right == null) {
            return switch (operation) {
                case UNION -> left == null ? right : left;
                case DIFFERENCE, DEEP_DIFFERENCE -> left;
                case INTERSECTION -> null;
            };
        }
        boolean inLeft = isMember(left);
        boolean inRight = isMember(right);
        JsonObject below = inside(left);
        return switch (operation) {
            case UNION -> node(inLeft || inRight, union(below, inside(right)), below, left);
            case INTERSECTION ->
                    node(inLeft && inRight, intersection(below, inside(right)), below, left);
            case DIFFERENCE ->
                    node(inLeft && !inRight, difference(below, inside(right)), below, left);
            case DEEP_DIFFERENCE ->
                    inRight
                            ? null
                            : node(
                                    inLeft,
                                    differenceWithChildren(below, inside(right)),
                                    below,
                                    left);
        };
    }

    /// The node's children as a set of their own.
    static JsonObject inside(JsonObject node) {
        return node.without(SELF);
    }

    /// A node of these children; null when it would stand for nothing; `like` itself when it is so.
    private static @Nullable JsonObject node(
            boolean member, JsonObject children, JsonObject below, JsonObject like) {
        if (children == below && member == isMember(like)) {
            return like;
        }
        if (children.isEmpty()) {
            return member ? JsonObject.EMPTY : null;
        }
        return member ? children.with(SELF, JsonObject.EMPTY) : children;
    }

    private static int skipSelf(JsonObject node) {
        return node.size() > 0 && node.nameAt(0).equals(SELF) ? 1 : 0;
    }

    private static int order(JsonObject a, int i, JsonObject b, int j) {
        if (i >= a.size()) {
            return 1;
        }
        return j >= b.size() ? -1 : ORDER.compare(a.nameAt(i), b.nameAt(j));
    }

    private static JsonObject child(JsonObject node, int index) {
        Json child = node.valueAt(index);
        return child instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    /// A set that has fields with children that the schema names as members too.
    static JsonObject withNamedFields(JsonObject set, Shape shape) {
        return set.map(
                (name, child) -> {
                    if (name.equals(SELF) || !(child instanceof JsonObject node)) {
                        return child;
                    }
                    JsonObject inner = withNamedFields(node, shape.step(name));
                    boolean named = name.startsWith("f:") && shape.declares(name.substring(2));
                    return named && !isMember(inner) ? inner.with(SELF, JsonObject.EMPTY) : inner;
                });
    }
}
