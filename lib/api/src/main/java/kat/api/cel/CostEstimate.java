package kat.api.cel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Estimates what an expression costs at most.
///
/// A size or cost is a count that stops growing at [Long#MAX_VALUE], which means that there is no
/// bound. Only the upper ends of Kubernetes' ranges are kept: they alone decide.
///
/// **Threads:** one.
///
/// **Source:** cel-go's `checker/cost.go`; `apiserver/pkg/cel/library/cost.go`.
final class CostEstimate {

    private static final long UNBOUND = Long.MAX_VALUE;
    private static final double TRAVERSAL = 0.1;
    private static final double PATTERN = 0.25;

    private final Checked checked;
    private final Map<String, CelType> variables;
    private final IdentityHashMap<Expr, CelType> declared = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, Long> sizes = new IdentityHashMap<>();
    private final Deque<Local> locals = new ArrayDeque<>();

    /// @param type as declared, with its size; null when it comes from no variable
    /// @param size of what is in it; -1 when not known
    private record Local(String name, @Nullable CelType type, long size) {}

    CostEstimate(Checked checked, Map<String, CelType> variables) {
        this.checked = checked;
        this.variables = variables;
    }

    long worst() {
        return cost(checked.expr());
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? UNBOUND : sum;
    }

    private static long times(long a, long b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        return a > UNBOUND / b ? UNBOUND : a * b;
    }

    private static long scaled(long size, double factor) {
        double product = Math.ceil(size * factor);
        return product >= UNBOUND ? UNBOUND : (long) product;
    }

    private long cost(Expr expr) {
        return switch (expr) {
            case Expr.Literal _ -> 0;
            case Expr.Ident ident -> ident(ident);
            case Expr.Select select -> select(select);
            case Expr.Call call -> call(call, checked.call(call));
            case Expr.ListOf list -> {
                long sum = Costs.CREATE_LIST;
                for (Expr.Item item : list.items()) {
                    sum = plus(sum, cost(item.value()));
                }
                sizes.put(list, (long) list.items().size());
                yield sum;
            }
            case Expr.MapOf map -> entries(map, map.entries(), Costs.CREATE_MAP);
            case Expr.Struct struct -> entries(struct, struct.entries(), Costs.CREATE_STRUCT);
            case Expr.Fold fold -> fold(fold);
        };
    }

    private long entries(Expr expr, List<Expr.Entry> entries, long base) {
        long sum = base;
        for (Expr.Entry entry : entries) {
            sum = plus(sum, plus(cost(entry.key()), cost(entry.value())));
        }
        sizes.put(expr, (long) entries.size());
        return sum;
    }

    private @Nullable Local local(String name) {
        for (Local each : locals) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return null;
    }

    private long ident(Expr.Ident ident) {
        Local local = local(ident.name());
        CelType type = local == null ? variables.get(ident.name()) : local.type();
        if (type != null) {
            declared.put(ident, type);
        }
        if (local != null && local.size() >= 0 && type == null) {
            sizes.put(ident, local.size());
        }
        return 1;
    }

    private long select(Expr.Select select) {
        long operand = cost(select.operand());
        CelType holder = declared.get(select.operand());
        CelType field = holder == null ? null : inside(holder, select.field());
        if (field != null) {
            declared.put(select, field);
        }
        if (select.isTest()) {
            return operand;
        }
        CelType.Form form = checked.type(select.operand()).form();
        boolean counts =
                form == CelType.Form.OBJECT || form == CelType.Form.MAP || form == CelType.Form.DYN;
        return plus(operand, counts ? 1 : 0);
    }

    private static @Nullable CelType inside(CelType holder, String field) {
        return switch (holder.form()) {
            case OBJECT -> holder.field(field);
            case MAP -> holder.element();
            case OPTIONAL -> inside(holder.element(), field);
            default -> null;
        };
    }

    /// How many elements or characters a part's value has at most.
    private long size(Expr expr) {
        Long known = sizes.get(expr);
        if (known != null) {
            return known;
        }
        if (expr instanceof Expr.Literal literal) {
            return Costs.size(literal.value());
        }
        CelType type = declared.get(expr);
        if (type != null) {
            return type.most() < 0 ? fixed(type) : type.most();
        }
        return fixed(checked.type(expr));
    }

    /// Numbers and their like have a size of one; others none that is known.
    private static long fixed(CelType type) {
        return switch (type.form()) {
            case BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION, NULL, TYPE -> 1;
            default -> UNBOUND;
        };
    }

    private long fold(Expr.Fold fold) {
        boolean isBinding = !fold.accumulator().equals(Macros.RESULT);
        long sum = plus(cost(fold.range()), cost(fold.initial()));
        if (isBinding) {
            locals.push(
                    new Local(
                            fold.accumulator(),
                            declared.get(fold.initial()),
                            size(fold.initial())));
            sum = plus(sum, cost(fold.result()));
            sizes.put(fold, size(fold.result()));
            locals.pop();
            return sum;
        }
        long count = size(fold.range());
        CelType range = declared.get(fold.range());
        CelType items = range == null ? null : range.element();
        boolean isMap = checked.type(fold.range()).is(CelType.Form.MAP);
        boolean isDouble = !fold.second().isEmpty();
        CelType keys = range != null && isMap ? range.key() : null;
        locals.push(new Local(fold.accumulator(), null, -1));
        locals.push(new Local(fold.variable(), isDouble || isMap ? keys : items, -1));
        locals.push(new Local(fold.second(), items, -1));
        long each = plus(cost(fold.condition()), cost(fold.step()));
        locals.pop();
        locals.pop();
        sum = plus(sum, cost(fold.result()));
        locals.pop();
        if (fold.initial() instanceof Expr.ListOf || fold.initial() instanceof Expr.MapOf) {
            sizes.put(fold, count);
            declareItems(fold, items);
        }
        return plus(sum, times(count, each));
    }

    /// A filter gives items of the list that it goes over.
    private void declareItems(Expr.Fold fold, @Nullable CelType items) {
        if (items == null) {
            return;
        }
        boolean same =
                checked.type(fold).is(CelType.Form.LIST)
                        && checked.type(fold).element().toString().equals(items.toString());
        if (same) {
            declared.put(fold, CelType.list(items).sized(sizes.getOrDefault(fold, UNBOUND), 1));
        }
    }

    private long call(Expr.Call key, Expr.Call call) {
        List<Expr> arguments = new ArrayList<>();
        if (call.target() != null) {
            arguments.add(call.target());
        }
        arguments.addAll(call.args());
        long sum = 0;
        List<Long> costs = new ArrayList<>();
        for (Expr argument : arguments) {
            long own = cost(argument);
            costs.add(own);
            sum = plus(sum, own);
        }
        if (call.function().equals("_?_:_")) {
            sizes.put(key, Math.max(size(arguments.get(1)), size(arguments.get(2))));
            return plus(costs.getFirst(), Math.max(costs.get(1), costs.get(2)));
        }
        long most = 0;
        for (Overload overload : checked.overloads(key)) {
            most = Math.max(most, function(overload, arguments));
        }
        results(key, call, arguments);
        return plus(sum, most);
    }

    private long function(Overload overload, List<Expr> arguments) {
        return switch (overload.cost()) {
            case UNIT -> 1;
            case AUTHORIZE -> Costs.AUTHORIZATION;
            case FREE -> 0;
            case TRAVERSE_FIRST -> scaled(size(arguments.getFirst()), TRAVERSAL);
            case TRAVERSE_SECOND -> scaled(size(arguments.get(1)), TRAVERSAL);
            case COPY_FIRST -> scaled(size(arguments.getFirst()), 2 * TRAVERSAL);
            case CONCATENATE ->
                    overload.result().is(CelType.Form.LIST)
                            ? 1
                            : scaled(
                                    plus(size(arguments.get(0)), size(arguments.get(1))),
                                    TRAVERSAL);
            case COMPARE ->
                    scaled(Math.min(size(arguments.get(0)), size(arguments.get(1))), TRAVERSAL);
            case SEARCH ->
                    times(
                            scaled(size(arguments.get(0)), TRAVERSAL),
                            scaled(size(arguments.get(1)), TRAVERSAL));
            case MATCH ->
                    times(
                            scaled(plus(size(arguments.get(0)), 1), TRAVERSAL),
                            scaled(size(arguments.get(1)), PATTERN));
            case ELEMENTS_FIRST -> elements(arguments.getFirst());
            case ELEMENTS_SECOND -> size(arguments.get(1));
            case PRODUCT -> times(size(arguments.get(0)), size(arguments.get(1)));
        };
    }

    /// One step for each element, and once through each text.
    private long elements(Expr list) {
        CelType type = declared.get(list);
        CelType items = type == null ? null : type.element();
        long each = 1;
        if (items != null && (items.is(CelType.Form.STRING) || items.is(CelType.Form.BYTES))) {
            each = plus(1, scaled(Math.max(0, items.most()), TRAVERSAL));
        }
        return times(size(list), each);
    }

    private void results(Expr.Call key, Expr.Call call, List<Expr> arguments) {
        switch (call.function()) {
            case "_+_" -> {
                switch (checked.type(key).form()) {
                    case STRING, BYTES, LIST ->
                            sizes.put(key, plus(size(arguments.get(0)), size(arguments.get(1))));
                    default -> {}
                }
            }
            case "_[_]", "_[?_]" -> {
                CelType holder = declared.get(arguments.getFirst());
                if (holder != null) {
                    declared.put(key, holder.element());
                }
            }
            case "lowerAscii",
                    "upperAscii",
                    "substring",
                    "trim",
                    "split",
                    "find",
                    "findAll",
                    "string",
                    "bytes",
                    "url",
                    "distinct",
                    "reverse",
                    "sort",
                    "slice" ->
                    sizes.put(key, size(arguments.getFirst()));
            case "replace" ->
                    sizes.put(
                            key,
                            plus(
                                    size(arguments.getFirst()),
                                    times(
                                            plus(size(arguments.getFirst()), 1),
                                            size(arguments.get(2)))));
            case "value", "orValue", "or", "optional.of" -> {
                CelType holder = declared.get(arguments.getFirst());
                if (holder != null) {
                    declared.put(key, holder.is(CelType.Form.OPTIONAL) ? holder.element() : holder);
                }
            }
            case "dyn" -> sizes.put(key, size(arguments.getFirst()));
            default -> {}
        }
    }
}
