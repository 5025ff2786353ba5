package kat.api.cel;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.cel.Functions.Table;

/// Operators, which are functions with names such as `_+_`.
final class OperatorFunctions {

    private static final List<String> ORDERED =
            List.of("bool", "string", "bytes", "timestamp", "duration");
    private static final List<String> NUMBERS = List.of("int", "uint", "double");

    private OperatorFunctions() {}

    static void addTo(Table table) {
        arithmetic(table);
        times(table);
        relations(table);
        containers(table);
        table.put("!_(bool):bool", a -> !(Boolean) a[0]);
        // The planner evaluates these three itself, since they need not evaluate all arguments.
        table.put("_&&_(bool,bool):bool", a -> (Boolean) a[0] && (Boolean) a[1]);
        table.put("_||_(bool,bool):bool", a -> (Boolean) a[0] || (Boolean) a[1]);
        table.put("_?_:_(bool,A,A):A", a -> (Boolean) a[0] ? a[1] : a[2]);
        table.put("@not_strictly_false(bool):bool", a -> a[0]);
        table.put(
                "cel.@mapInsert(map<A,B>,A,B):map<A,B>",
                a -> inserted((Map<?, ?>) a[0], a[1], a[2]));
        table.put(
                "cel.@mapInsert(map<A,B>,map<A,B>):map<A,B>",
                a -> {
                    Map<Object, Object> all = growing((Map<?, ?>) a[0]);
                    ((Map<?, ?>) a[1]).forEach((key, value) -> insert(all, key, value));
                    return all;
                });
    }

    private static Map<Object, Object> inserted(Map<?, ?> map, Object key, Object value) {
        Map<Object, Object> all = growing(map);
        insert(all, key, value);
        return all;
    }

    private static Map<Object, Object> growing(Map<?, ?> map) {
        return map instanceof Growing.Entries entries ? entries : new LinkedHashMap<>(map);
    }

    private static void insert(Map<Object, Object> map, Object key, Object value) {
        if (map.put(key, value) != null) {
            throw new CelException("insert failed: key " + key + " already exists");
        }
    }

    private static final String OVERFLOW = "integer overflow";

    private interface IntOperation {
        long apply(long a, long b);
    }

    private static Overload.Body exact(IntOperation operation) {
        return a -> {
            try {
                return operation.apply((Long) a[0], (Long) a[1]);
            } catch (ArithmeticException e) {
                throw new CelException(OVERFLOW);
            }
        };
    }

    private static void arithmetic(Table table) {
        table.put("_+_(int,int):int", exact(Math::addExact));
        table.put("_-_(int,int):int", exact(Math::subtractExact));
        table.put("_*_(int,int):int", exact(Math::multiplyExact));
        table.put("_/_(int,int):int", exact((a, b) -> divided(a, b)));
        table.put("_%_(int,int):int", exact((a, b) -> remainder(a, b)));
        table.put(
                "-_(int):int",
                a -> {
                    if ((Long) a[0] == Long.MIN_VALUE) {
                        throw new CelException(OVERFLOW);
                    }
                    return -(Long) a[0];
                });
        table.put("_+_(double,double):double", a -> (Double) a[0] + (Double) a[1]);
        table.put("_-_(double,double):double", a -> (Double) a[0] - (Double) a[1]);
        table.put("_*_(double,double):double", a -> (Double) a[0] * (Double) a[1]);
        table.put("_/_(double,double):double", a -> (Double) a[0] / (Double) a[1]);
        table.put("-_(double):double", a -> -(Double) a[0]);
        unsigned(table);
        table.put("_+_(string,string):string", a -> ((String) a[0]).concat((String) a[1]));
        table.put(
                "_+_(bytes,bytes):bytes",
                a -> {
                    byte[] first = ((CelBytes) a[0]).bytes();
                    byte[] second = ((CelBytes) a[1]).bytes();
                    byte[] all = Arrays.copyOf(first, first.length + second.length);
                    System.arraycopy(second, 0, all, first.length, second.length);
                    return new CelBytes(all);
                });
        table.put("_+_(list<A>,list<A>):list<A>", a -> joined((List<?>) a[0], (List<?>) a[1]));
    }

    private static long divided(long a, long b) {
        if (b == 0) {
            throw new CelException("division by zero");
        }
        return Math.divideExact(a, b);
    }

    private static long remainder(long a, long b) {
        if (b == 0) {
            throw new CelException("modulus by zero");
        }
        return a % b;
    }

    private static void unsigned(Table table) {
        String over = "unsigned integer overflow";
        table.put(
                "_+_(uint,uint):uint",
                a -> {
                    long sum = bits(a[0]) + bits(a[1]);
                    if (Long.compareUnsigned(sum, bits(a[0])) < 0) {
                        throw new CelException(over);
                    }
                    return new CelUint(sum);
                });
        table.put(
                "_-_(uint,uint):uint",
                a -> {
                    if (Long.compareUnsigned(bits(a[0]), bits(a[1])) < 0) {
                        throw new CelException(over);
                    }
                    return new CelUint(bits(a[0]) - bits(a[1]));
                });
        table.put(
                "_*_(uint,uint):uint",
                a -> {
                    if (Math.unsignedMultiplyHigh(bits(a[0]), bits(a[1])) != 0) {
                        throw new CelException(over);
                    }
                    return new CelUint(bits(a[0]) * bits(a[1]));
                });
        table.put(
                "_/_(uint,uint):uint",
                a -> {
                    if (bits(a[1]) == 0) {
                        throw new CelException("division by zero");
                    }
                    return new CelUint(Long.divideUnsigned(bits(a[0]), bits(a[1])));
                });
        table.put(
                "_%_(uint,uint):uint",
                a -> {
                    if (bits(a[1]) == 0) {
                        throw new CelException("modulus by zero");
                    }
                    return new CelUint(Long.remainderUnsigned(bits(a[0]), bits(a[1])));
                });
    }

    private static long bits(Object value) {
        return ((CelUint) value).bits();
    }

    private interface TimeOperation {
        Object apply();
    }

    private static Object inRange(TimeOperation operation) {
        try {
            Object result = operation.apply();
            if (result instanceof Instant time && !Data.isTime(time)) {
                throw new CelException("timestamp overflow");
            }
            // Fails for durations of more than 64 bits of nanoseconds.
            return result instanceof Duration time ? Duration.ofNanos(time.toNanos()) : result;
        } catch (DateTimeException e) {
            throw new CelException("timestamp overflow");
        } catch (ArithmeticException e) {
            throw new CelException(OVERFLOW);
        }
    }

    private static void times(Table table) {
        table.put(
                "_+_(timestamp,duration):timestamp",
                a -> inRange(() -> ((Instant) a[0]).plus((Duration) a[1])));
        table.put(
                "_+_(duration,timestamp):timestamp",
                a -> inRange(() -> ((Instant) a[1]).plus((Duration) a[0])));
        table.put(
                "_+_(duration,duration):duration",
                a -> inRange(() -> ((Duration) a[0]).plus((Duration) a[1])));
        table.put(
                "_-_(timestamp,timestamp):duration",
                a -> inRange(() -> Duration.between((Instant) a[1], (Instant) a[0])));
        table.put(
                "_-_(timestamp,duration):timestamp",
                a -> inRange(() -> ((Instant) a[0]).minus((Duration) a[1])));
        table.put(
                "_-_(duration,duration):duration",
                a -> inRange(() -> ((Duration) a[0]).minus((Duration) a[1])));
    }

    private interface Order {
        boolean holds(int comparison);
    }

    private static void relations(Table table) {
        table.put("_==_(A,A):bool", a -> Values.equal(a[0], a[1]));
        table.put("_!=_(A,A):bool", a -> !Values.equal(a[0], a[1]));
        relation(table, "_<_", comparison -> comparison == -1);
        relation(table, "_<=_", comparison -> comparison == -1 || comparison == 0);
        relation(table, "_>_", comparison -> comparison == 1);
        relation(table, "_>=_", comparison -> comparison == 1 || comparison == 0);
    }

    private static void relation(Table table, String name, Order order) {
        for (String type : ORDERED) {
            table.put(
                    name + "(" + type + "," + type + "):bool",
                    a -> order.holds(compare(a[0], a[1])));
        }
        for (String first : NUMBERS) {
            for (String second : NUMBERS) {
                table.put(
                        name + "(" + first + "," + second + "):bool",
                        a -> order.holds(Values.compareNumbers(a[0], a[1])));
            }
        }
    }

    /// -1, 0 or 1; 2 where one is no number.
    static int compare(Object a, Object b) {
        return switch (a) {
            case Boolean bool -> Boolean.compare(bool, (Boolean) b);
            case String text -> compareTexts(text, (String) b);
            case CelBytes bytes ->
                    Integer.signum(Arrays.compareUnsigned(bytes.bytes(), ((CelBytes) b).bytes()));
            case Instant time -> Integer.signum(time.compareTo((Instant) b));
            case Duration time -> Integer.signum(time.compareTo((Duration) b));
            default -> Values.compareNumbers(a, b);
        };
    }

    /// By code points, as their bytes in UTF-8 are ordered.
    private static int compareTexts(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean pairs = Character.isSurrogate(x) != Character.isSurrogate(y);
                return pairs ? (Character.isSurrogate(x) ? 1 : -1) : (x < y ? -1 : 1);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static void containers(Table table) {
        table.put("@in(A,list<A>):bool", a -> contains((List<?>) a[1], a[0]));
        table.put("@in(A,map<A,B>):bool", a -> Values.holds((Map<?, ?>) a[1], a[0]));
        table.put("_[_](list<A>,int):A", a -> item((List<?>) a[0], a[1]));
        table.put("_[_](map<A,B>,A):B", a -> value((Map<?, ?>) a[0], a[1]));
        for (String shape : List.of("string", "bytes", "list<A>", "map<A,B>")) {
            table.put("size(" + shape + "):int", a -> size(a[0]));
            table.put(shape + "|size():int", a -> size(a[0]));
        }
    }

    static boolean contains(List<?> list, Object wanted) {
        for (Object item : list) {
            if (Values.equal(item, wanted)) {
                return true;
            }
        }
        return false;
    }

    static Object item(List<?> list, Object index) {
        double at = Values.toDouble(index);
        if (at != Math.rint(at) || at < 0 || at >= list.size()) {
            throw new CelException("index out of bounds: " + index);
        }
        return list.get((int) at);
    }

    private static Object value(Map<?, ?> map, Object key) {
        Object found = Values.get(map, key);
        if (found == null) {
            throw CelException.noKey(key);
        }
        return found;
    }

    private static long size(Object value) {
        return value instanceof String text
                ? text.codePointCount(0, text.length())
                : Costs.size(value);
    }

    private static List<Object> joined(List<?> first, List<?> second) {
        if (first instanceof Growing.Items items) {
            return items.with(second);
        }
        if (first instanceof JsonList own && own.isUnordered()) {
            return own.merged(second);
        }
        List<Object> all = new ArrayList<>(first.size() + second.size());
        all.addAll(first);
        all.addAll(second);
        return all;
    }
}
