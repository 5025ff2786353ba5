package kat.api.cel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kat.api.cel.Functions.Table;

/// Functions on lists: Kubernetes' own, cel-go's lists and sets extensions.
final class ListFunctions {

    private static final List<String> ORDERED =
            List.of("int", "uint", "double", "bool", "timestamp", "string", "duration", "bytes");
    private static final long MAX_RANGE = 1_000_000;

    private ListFunctions() {}

    static void addTo(Table table) {
        for (String type : ORDERED) {
            String list = "list<" + type + ">";
            table.put(list + "|isSorted():bool", a -> isSorted((List<?>) a[0]));
            table.put(list + "|min():" + type, a -> extreme((List<?>) a[0], -1));
            table.put(list + "|max():" + type, a -> extreme((List<?>) a[0], 1));
            table.put(list + "|sort():" + list, a -> sorted((List<?>) a[0], (List<?>) a[0]));
            table.put(
                    "list<A>|@sortByAssociatedKeys(" + list + "):list<A>",
                    a -> sorted((List<?>) a[0], (List<?>) a[1]));
        }
        sums(table);
        table.put("list<A>|indexOf(A):int", a -> indexOf((List<?>) a[0], a[1], false));
        table.put("list<A>|lastIndexOf(A):int", a -> indexOf((List<?>) a[0], a[1], true));
        shapes(table);
        sets(table);
    }

    private static boolean isSorted(List<?> list) {
        for (int i = 1; i < list.size(); i++) {
            if (OperatorFunctions.compare(list.get(i - 1), list.get(i)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static Object extreme(List<?> list, int sign) {
        if (list.isEmpty()) {
            throw new CelException((sign < 0 ? "min" : "max") + " called on empty list");
        }
        Object best = list.getFirst();
        for (Object item : list) {
            best = OperatorFunctions.compare(item, best) * sign > 0 ? item : best;
        }
        return best;
    }

    private static List<Object> sorted(List<?> list, List<?> keys) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!Values.typeOf(keys.get(i)).is(Values.typeOf(keys.getFirst()).form())) {
                throw new CelException("list elements must have the same type");
            }
            order.add(i);
        }
        order.sort((a, b) -> OperatorFunctions.compare(keys.get(a), keys.get(b)));
        List<Object> all = new ArrayList<>();
        order.forEach(i -> all.add(list.get(i)));
        return all;
    }

    private static void sums(Table table) {
        sum(table, "int", 0L);
        sum(table, "uint", new CelUint(0));
        sum(table, "double", 0.0);
        sum(table, "duration", Duration.ZERO);
    }

    private static void sum(Table table, String type, Object zero) {
        table.put(
                "list<" + type + ">|sum():" + type,
                a -> {
                    Object total = zero;
                    for (Object item : (List<?>) a[0]) {
                        total = plus(total, item);
                    }
                    return total;
                });
    }

    private static Object plus(Object a, Object b) {
        try {
            return switch (a) {
                case Long x -> Math.addExact(x, (Long) b);
                case Double x -> x + (Double) b;
                case CelUint x -> sum(x, (CelUint) b);
                case Duration x -> x.plus((Duration) b);
                default -> throw CelException.noOverload();
            };
        } catch (ArithmeticException e) {
            throw new CelException("integer overflow");
        }
    }

    private static CelUint sum(CelUint a, CelUint b) {
        long sum = a.bits() + b.bits();
        if (Long.compareUnsigned(sum, a.bits()) < 0) {
            throw new CelException("unsigned integer overflow");
        }
        return new CelUint(sum);
    }

    private static Object indexOf(List<?> list, Object wanted, boolean last) {
        long found = -1;
        for (int i = 0; i < list.size(); i++) {
            if (Values.equal(list.get(i), wanted)) {
                found = i;
                if (!last) {
                    break;
                }
            }
        }
        return found;
    }

    private static void shapes(Table table) {
        table.put(
                "list<A>|distinct():list<A>",
                a -> {
                    List<Object> kept = new ArrayList<>();
                    for (Object item : (List<?>) a[0]) {
                        if (!OperatorFunctions.contains(kept, item)) {
                            kept.add(item);
                        }
                    }
                    return kept;
                });
        table.put(
                "list<A>|reverse():list<A>",
                a -> {
                    List<Object> turned = new ArrayList<>((List<?>) a[0]);
                    Collections.reverse(turned);
                    return turned;
                });
        table.put(
                "list<A>|slice(int,int):list<A>",
                a -> slice((List<?>) a[0], (Long) a[1], (Long) a[2]));
        table.put("list<list<A>>|flatten():list<A>", a -> flatten((List<?>) a[0], 1));
        table.put("list<dyn>|flatten(int):list<dyn>", a -> flatten((List<?>) a[0], (Long) a[1]));
        table.put("list<A>|first():optional<A>", a -> end((List<?>) a[0], true));
        table.put("list<A>|last():optional<A>", a -> end((List<?>) a[0], false));
        table.put("optional.unwrap(list<optional<A>>):list<A>", a -> unwrapped((List<?>) a[0]));
        table.put("list<optional<A>>|unwrapOpt():list<A>", a -> unwrapped((List<?>) a[0]));
        table.put("lists.range(int):list<int>", a -> range((Long) a[0]));
    }

    private static Object end(List<?> list, boolean isFirst) {
        return list.isEmpty()
                ? Optional.empty()
                : Optional.of(isFirst ? list.getFirst() : list.getLast());
    }

    private static Object unwrapped(List<?> list) {
        List<Object> values = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof Optional<?> optional)) {
                throw CelException.noOverload();
            }
            optional.ifPresent(values::add);
        }
        return values;
    }

    private static Object slice(List<?> list, long start, long end) {
        String fault =
                start < 0 || end < 0
                        ? "negative indexes not supported"
                        : start > end
                                ? "start index must be less than or equal to end index"
                                : end > list.size() ? "list is length " + list.size() : "";
        if (!fault.isEmpty()) {
            throw new CelException("cannot slice(" + start + ", " + end + "), " + fault);
        }
        return new ArrayList<Object>(list.subList((int) start, (int) end));
    }

    private static List<Object> flatten(List<?> list, long depth) {
        if (depth < 0) {
            throw new CelException("level must be non-negative");
        }
        List<Object> flat = new ArrayList<>();
        for (Object item : list) {
            if (item instanceof List<?> inner && depth > 0) {
                flat.addAll(flatten(inner, depth - 1));
            } else {
                flat.add(item);
            }
        }
        return flat;
    }

    private static Object range(long end) {
        if (end > MAX_RANGE) {
            throw new CelException.TooCostly();
        }
        List<Object> all = new ArrayList<>();
        for (long i = 0; i < end; i++) {
            all.add(i);
        }
        return all;
    }

    private static void sets(Table table) {
        table.put(
                "sets.contains(list<A>,list<A>):bool",
                a -> containsAll((List<?>) a[0], (List<?>) a[1]));
        table.put(
                "sets.equivalent(list<A>,list<A>):bool",
                a ->
                        containsAll((List<?>) a[0], (List<?>) a[1])
                                && containsAll((List<?>) a[1], (List<?>) a[0]));
        table.put(
                "sets.intersects(list<A>,list<A>):bool",
                a -> intersects((List<?>) a[0], (List<?>) a[1]));
    }

    private static boolean containsAll(List<?> list, List<?> wanted) {
        for (Object item : wanted) {
            if (!OperatorFunctions.contains(list, item)) {
                return false;
            }
        }
        return true;
    }

    private static boolean intersects(List<?> list, List<?> other) {
        for (Object item : list) {
            if (OperatorFunctions.contains(other, item)) {
                return true;
            }
        }
        return false;
    }
}
