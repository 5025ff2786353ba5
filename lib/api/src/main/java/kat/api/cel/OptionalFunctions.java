package kat.api.cel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.api.cel.Functions.Table;
import org.jspecify.annotations.Nullable;

/// Values that may be absent.
///
/// **Source:** cel-go's `cel/library.go` (optional types).
final class OptionalFunctions {

    private OptionalFunctions() {}

    static void addTo(Table table) {
        table.put("optional.of(A):optional<A>", a -> Optional.of(a[0]));
        table.put("optional.none():optional<A>", _ -> Optional.empty());
        table.put(
                "optional.ofNonZeroValue(A):optional<A>",
                a -> isZero(a[0]) ? Optional.empty() : Optional.of(a[0]));
        table.put("optional<A>|hasValue():bool", a -> ((Optional<?>) a[0]).isPresent());
        table.put(
                "optional<A>|value():A",
                a -> {
                    Optional<?> value = (Optional<?>) a[0];
                    if (value.isEmpty()) {
                        throw new CelException("optional.none() dereference");
                    }
                    return value.get();
                });
        table.put(
                "optional<A>|or(optional<A>):optional<A>",
                a -> ((Optional<?>) a[0]).isPresent() ? a[0] : a[1]);
        table.put(
                "optional<A>|orValue(A):A",
                a -> ((Optional<?>) a[0]).isPresent() ? ((Optional<?>) a[0]).get() : a[1]);
        table.put(
                "_[?_](list<A>,int):optional<A>",
                a -> {
                    List<?> list = (List<?>) a[0];
                    long index = (Long) a[1];
                    return index >= 0 && index < list.size()
                            ? Optional.of(list.get((int) index))
                            : Optional.empty();
                });
        table.put("_[?_](map<A,B>,A):optional<B>", a -> find((Map<?, ?>) a[0], a[1]));
        table.put("_[?_](optional<list<A>>,int):optional<A>", a -> inside(a[0], a[1]));
        table.put("_[?_](optional<map<A,B>>,A):optional<B>", a -> inside(a[0], a[1]));
        table.put("_[_](optional<list<A>>,int):optional<A>", a -> inside(a[0], a[1]));
        table.put("_[_](optional<map<A,B>>,A):optional<B>", a -> inside(a[0], a[1]));
    }

    private static Object find(Map<?, ?> map, Object key) {
        @Nullable Object found = Values.get(map, key);
        return found == null ? Optional.empty() : Optional.of(found);
    }

    private static Object inside(Object optional, Object key) {
        Object value = ((Optional<?>) optional).map(Object.class::cast).orElse(CelNull.NULL);
        return switch (value) {
            case Map<?, ?> map -> find(map, key);
            case List<?> list when key instanceof Long at && at >= 0 && at < list.size() ->
                    Optional.of(list.get((int) (long) at));
            default -> Optional.empty();
        };
    }

    private static boolean isZero(Object value) {
        return switch (value) {
            case CelNull _ -> true;
            case Boolean bool -> !bool;
            case String text -> text.isEmpty();
            case List<?> list -> list.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            case CelBytes bytes -> bytes.bytes().length == 0;
            case Long number -> number == 0;
            case Double number -> number == 0;
            case CelUint number -> number.bits() == 0;
            default -> false;
        };
    }
}
