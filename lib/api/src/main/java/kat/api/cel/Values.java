package kat.api.cel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The values of CEL as Java objects:
///
/// | CEL | Java |
/// |---|---|
/// | int, uint, double, bool, string | Long, [CelUint], Double, Boolean, String |
/// | bytes, null | [CelBytes], [CelNull] |
/// | timestamp, duration | Instant, Duration |
/// | list, map and object | List, Map |
/// | optional, type | Optional, [CelType] |
/// | Kubernetes' own | their classes |
final class Values {

    private Values() {}

    /// Whether a value may be taken for a type of a signature.
    static boolean isOf(CelType type, Object value) {
        return switch (type.form()) {
            case DYN, PARAMETER -> true;
            case NULL -> value == CelNull.NULL;
            case BOOL -> value instanceof Boolean;
            case INT -> value instanceof Long;
            case UINT -> value instanceof CelUint;
            case DOUBLE -> value instanceof Double;
            case STRING -> value instanceof String;
            case BYTES -> value instanceof CelBytes;
            case TIMESTAMP -> value instanceof Instant;
            case DURATION -> value instanceof Duration;
            case LIST -> value instanceof List;
            case MAP, OBJECT -> value instanceof Map;
            case OPTIONAL -> value instanceof Optional;
            case TYPE -> value instanceof CelType;
            case OPAQUE -> type.name().equals(typeOf(value).name());
        };
    }

    static CelType typeOf(Object value) {
        return switch (value) {
            case Long _ -> CelType.INT;
            case CelUint _ -> CelType.UINT;
            case Double _ -> CelType.DOUBLE;
            case Boolean _ -> CelType.BOOL;
            case String _ -> CelType.STRING;
            case CelBytes _ -> CelType.BYTES;
            case CelNull _ -> CelType.NULL;
            case Instant _ -> CelType.TIMESTAMP;
            case Duration _ -> CelType.DURATION;
            case List<?> _ -> CelType.list(CelType.DYN);
            case Map<?, ?> _ -> CelType.map(CelType.DYN, CelType.DYN);
            case Optional<?> _ -> CelType.optional(CelType.DYN);
            case CelType _ -> CelType.type(CelType.DYN);
            case Opaque own -> CelType.opaque(own.typeName());
            default -> CelType.DYN;
        };
    }

    /// The name of a value's class in cel-go, for its messages.
    static String goName(Object value) {
        return switch (value) {
            case Long _ -> "Int";
            case CelUint _ -> "Uint";
            case Double _ -> "Double";
            case Boolean _ -> "Bool";
            case String _ -> "String";
            case CelBytes _ -> "Bytes";
            case CelNull _ -> "Null";
            case Instant _ -> "Timestamp";
            case Duration _ -> "Duration";
            default -> "Type";
        };
    }

    /// A value of a type that Kubernetes adds.
    public interface Opaque {
        String typeName();

        /// How large it is where its cost is told by that.
        default long size() {
            return 1;
        }
    }

    /// The equality of CEL: numbers of different types are equal when they mean the same.
    static boolean equal(Object a, Object b) {
        if (isNumber(a) && isNumber(b)) {
            return compareNumbers(a, b) == 0;
        }
        if (a instanceof List<?> first && b instanceof List<?> second) {
            return equalLists(first, second);
        }
        if (a instanceof Map<?, ?> first && b instanceof Map<?, ?> second) {
            return equalMaps(first, second);
        }
        if (a instanceof CelType first && b instanceof CelType second) {
            return first.form() == second.form() && first.name().equals(second.name());
        }
        if (a instanceof Optional<?> first && b instanceof Optional<?> second) {
            return first.isPresent() == second.isPresent()
                    && (first.isEmpty() || equal(first.get(), second.get()));
        }
        return a.equals(b);
    }

    private static boolean equalLists(List<?> first, List<?> second) {
        if (first.size() != second.size()) {
            return false;
        }
        if (first instanceof JsonList own && own.isUnordered()) {
            return own.equalsUnordered(second);
        }
        for (int i = 0; i < first.size(); i++) {
            if (!equal(first.get(i), second.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalMaps(Map<?, ?> first, Map<?, ?> second) {
        if (first.size() != second.size()) {
            return false;
        }
        for (Map.Entry<?, ?> entry : first.entrySet()) {
            Object other = get(second, entry.getKey());
            if (other == null || !equal(entry.getValue(), other)) {
                return false;
            }
        }
        return true;
    }

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof CelUint;
    }

    /// 2 when one is not a number.
    static int compareNumbers(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof CelUint x && b instanceof CelUint y) {
            return x.compareTo(y);
        }
        if (a instanceof Long x && b instanceof CelUint y) {
            return x < 0 || y.bits() < 0 ? -1 : Long.compare(x, y.bits());
        }
        if (a instanceof CelUint && b instanceof Long) {
            return -compareNumbers(b, a);
        }
        double x = toDouble(a);
        double y = toDouble(b);
        if (Double.isNaN(x) || Double.isNaN(y)) {
            return 2;
        }
        return x < y ? -1 : x > y ? 1 : 0;
    }

    static double toDouble(Object number) {
        return switch (number) {
            case Long value -> value;
            case CelUint value -> value.toDouble();
            case Double value -> value;
            default -> throw CelException.noOverload();
        };
    }

    /// A map's value; a whole number finds a key that means the same. Null when there is none.
    static @Nullable Object get(Map<?, ?> map, Object key) {
        Object found = map.get(key);
        if (found != null || !isNumber(key)) {
            return found;
        }
        return switch (key) {
            case Long number when number >= 0 -> map.get(new CelUint(number));
            case CelUint number when number.bits() >= 0 -> map.get(number.bits());
            case Double number when number == Math.rint(number) -> {
                Object byInt = map.get((long) (double) number);
                yield byInt != null || number < 0
                        ? byInt
                        : map.get(new CelUint((long) (double) number));
            }
            default -> null;
        };
    }

    /// Whether a map has a key of its own.
    static boolean holds(Map<?, ?> map, Object key) {
        return map instanceof DefaultMap own ? own.holds(key) : get(map, key) != null;
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw CelException.noOverload();
    }
}
