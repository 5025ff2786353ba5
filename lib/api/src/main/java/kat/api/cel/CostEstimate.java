package kat.api.cel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Estimates what an expression costs at most, by the rules by which Kubernetes does: it decides
/// which definitions are accepted, so the numbers must be the same.
///
/// **Threads:** one, for one expression.
///
/// **Source:** cel-go's `checker/cost.go`; `EstimateSize` of the apiextensions server's
/// `schema/cel/compilation.go`.
final class CostEstimate {

    private static final String ITEMS = "@items";
    private static final String VALUES = "@values";
    private static final String KEYS = "@keys";

    private final Checked checked;
    private final @Nullable CelType root;
    private final IdentityHashMap<Expr, DataPath> paths = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, Span> sizes = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, Entry> entries = new IdentityHashMap<>();
    private final Map<String, Deque<Local>> locals = new HashMap<>();

    /// How large the keys and values in a container are.
    private record Entry(boolean isList, Span key, Span value) {

        static @Nullable Entry either(@Nullable Entry a, @Nullable Entry b) {
            return a == null || b == null
                    ? null
                    : new Entry(a.isList, a.key.or(b.key), a.value.or(b.value));
        }
    }

    private record Local(DataPath path, @Nullable Span size, @Nullable Entry entry) {}

    /// A part as the estimates of functions see it.
    ///
    /// @param size null when nothing is known
    record Part(
            DataPath path,
            CelType type,
            @Nullable Expr expr,
            @Nullable Span size,
            CostEstimate in) {

        Span known() {
            return size == null ? Span.UNKNOWN : size;
        }
    }

    /// @param root the type of the data that the first name of a path stands for; null for data
    ///     of unknown size
    CostEstimate(Checked checked, @Nullable CelType root) {
        this.checked = checked;
        this.root = root;
    }

    long worst() {
        return cost(checked.expr()).most();
    }

    private Span cost(Expr expr) {
        return switch (expr) {
            case Expr.Literal _ -> Span.ZERO;
            case Expr.Ident ident -> {
                Local local = local(ident.name());
                paths.put(ident, local == null ? DataPath.of(ident.name()) : local.path());
                yield Span.of(1);
            }
            case Expr.Select select -> select(select);
            case Expr.Call call -> call(call, checked.call(call));
            case Expr.ListOf list -> list(list);
            case Expr.MapOf map -> map(map);
            case Expr.Struct struct -> {
                Span sum = Span.of(Costs.CREATE_STRUCT);
                for (Expr.Entry entry : struct.entries()) {
                    sum = sum.plus(cost(entry.value()));
                }
                yield sum;
            }
            case Expr.Fold fold -> isBinding(fold) ? binding(fold) : fold(fold);
        };
    }

    private @Nullable Local local(String name) {
        Deque<Local> stack = locals.get(name);
        return stack == null ? null : stack.peek();
    }

    private void push(String name, Local local) {
        locals.computeIfAbsent(name, _ -> new ArrayDeque<>()).push(local);
    }

    private void pop(String name) {
        locals.getOrDefault(name, new ArrayDeque<>()).pop();
    }

    private Span select(Expr.Select select) {
        if (!checked.types().containsKey(select.operand())) {
            // The name of a type, or of a variable whose name has dots.
            paths.put(select, DataPath.of(Checker.dottedName(select)));
            return Span.of(1);
        }
        Span operand = cost(select.operand());
        if (select.isTest()) {
            return operand;
        }
        if (select.isOptional()) {
            return operand.plus(Span.of(1));
        }
        paths.put(select, path(select.operand()).then(select.field()));
        return switch (checked.type(select.operand()).form()) {
            case OBJECT, MAP, PARAMETER -> operand.plus(Span.of(1));
            default -> operand;
        };
    }

    private Span list(Expr.ListOf list) {
        Span sum = Span.of(Costs.CREATE_LIST);
        Span items = new Span(list.items().isEmpty() ? 0 : Span.UNBOUND, 0);
        for (Expr.Item item : list.items()) {
            sum = sum.plus(cost(item.value()));
            items = items.or(size(item.value()));
        }
        entries.put(list, new Entry(true, Span.of(1), items));
        return sum;
    }

    private Span map(Expr.MapOf map) {
        Span sum = Span.of(Costs.CREATE_MAP);
        Span keys = new Span(map.entries().isEmpty() ? 0 : Span.UNBOUND, 0);
        Span values = keys;
        for (Expr.Entry entry : map.entries()) {
            sum = sum.plus(cost(entry.key())).plus(cost(entry.value()));
            keys = keys.or(size(entry.key()));
            values = values.or(size(entry.value()));
        }
        entries.put(map, new Entry(false, keys, values));
        return sum;
    }

    private static boolean isBinding(Expr.Fold fold) {
        return fold.range() instanceof Expr.ListOf list
                && list.items().isEmpty()
                && fold.condition() instanceof Expr.Literal literal
                && literal.value().equals(false);
    }

    private Span binding(Expr.Fold fold) {
        Span sum = cost(fold.range()).plus(cost(fold.initial()));
        pushAccumulator(fold);
        sum = sum.plus(cost(fold.result()));
        pop(fold.accumulator());
        copy(fold.result(), fold);
        return sum;
    }

    private void pushAccumulator(Expr.Fold fold) {
        Entry entry = entry(fold.initial());
        DataPath path = path(fold.initial());
        push(fold.accumulator(), new Local(path, computed(fold.initial()), entry));
    }

    private Span fold(Expr.Fold fold) {
        Span sum = cost(fold.range()).plus(cost(fold.initial()));
        pushAccumulator(fold);
        pushVariables(fold);
        Span each = cost(fold.condition());
        each = cost(fold.step()).plus(each);
        pop(fold.variable());
        if (!fold.second().isEmpty()) {
            pop(fold.second());
        }
        sum = sum.plus(cost(fold.result()));
        pop(fold.accumulator());
        Span count = size(fold.range());
        switch (fold.initial()) {
            case Expr.Literal _ -> put(fold, computed(fold.initial()));
            case Expr.ListOf _, Expr.MapOf _ -> {
                sizes.put(fold, count);
                put(fold, entry(fold.step()));
            }
            default -> {}
        }
        return sum.plus(count.times(each));
    }

    private void pushVariables(Expr.Fold fold) {
        Entry entry = entry(fold.range());
        DataPath path = path(fold.range());
        boolean isList =
                entry == null ? checked.type(fold.range()).is(CelType.Form.LIST) : entry.isList();
        Span key = entry == null ? null : entry.key();
        Span value = entry == null ? null : entry.value();
        if (fold.second().isEmpty()) {
            push(
                    fold.variable(),
                    new Local(path.then(isList ? ITEMS : KEYS), isList ? value : key, null));
            return;
        }
        push(fold.variable(), new Local(path.then(isList ? "@indices" : KEYS), key, null));
        push(fold.second(), new Local(path.then(isList ? ITEMS : VALUES), value, null));
    }

    private Span call(Expr.Call key, Expr.Call call) {
        if (call.function().equals("dyn")) {
            Expr argument = call.args().getFirst();
            Span sum = Span.of(1).plus(cost(argument));
            copy(argument, key);
            return sum;
        }
        List<Part> parts = new ArrayList<>();
        List<Span> costs = new ArrayList<>();
        for (Expr argument : call.args()) {
            costs.add(cost(argument));
            parts.add(part(argument));
        }
        Expr receiver = call.target();
        Span own = receiver == null ? Span.ZERO : cost(receiver);
        Part target = receiver == null ? null : part(receiver);
        return own.plus(overloads(key, call, new CallEstimates.Given(target, parts, costs)));
    }

    private Span overloads(Expr.Call key, Expr.Call call, CallEstimates.Given given) {
        Span sum = new Span(Span.UNBOUND, 0);
        Span result = null;
        for (Overload overload : checked.overloads(key)) {
            CallEstimates.Estimate estimate = CallEstimates.of(overload, given);
            sum = sum.or(estimate.cost());
            if (estimate.size() != null) {
                result = result == null ? estimate.size() : result.or(estimate.size());
            }
            if (overload.function().equals("_[_]")) {
                result = indexed(key, call.args().getFirst(), overload, result);
            }
            contents(key, overload, call.args());
            if (result == null) {
                result = computed(key);
            }
        }
        put(key, result);
        return checked.overloads(key).isEmpty() ? Span.ZERO : sum;
    }

    private @Nullable Span indexed(
            Expr.Call key, Expr holder, Overload overload, @Nullable Span sofar) {
        boolean isList = overload.parameters().getFirst().is(CelType.Form.LIST);
        if (!isList && !overload.parameters().getFirst().is(CelType.Form.MAP)) {
            return sofar;
        }
        paths.put(key, path(holder).then(isList ? ITEMS : VALUES));
        Entry entry = entry(holder);
        return entry == null ? null : entry.value();
    }

    /// What is in the value of a call that passes on a container.
    private void contents(Expr.Call key, Overload overload, List<Expr> arguments) {
        boolean passes =
                switch (overload.function()) {
                    case "_?_:_" -> true;
                    case "_+_" ->
                            switch (overload.result().form()) {
                                case STRING, BYTES, LIST -> true;
                                default -> false;
                            };
                    default -> false;
                };
        if (passes) {
            int last = arguments.size() - 1;
            put(key, Entry.either(entry(arguments.get(last - 1)), entry(arguments.get(last))));
        }
    }

    private DataPath path(Expr expr) {
        Local local = expr instanceof Expr.Ident ident ? local(ident.name()) : null;
        return local == null ? paths.getOrDefault(expr, DataPath.NONE) : local.path();
    }

    private Part part(Expr expr) {
        return new Part(path(expr), checked.type(expr), expr, computed(expr), this);
    }

    private void put(Expr expr, @Nullable Span size) {
        if (size != null) {
            sizes.put(expr, size);
        }
    }

    private void put(Expr expr, @Nullable Entry entry) {
        if (entry != null) {
            entries.put(expr, entry);
        }
    }

    private void copy(Expr from, Expr to) {
        put(to, computed(from));
        put(to, entry(from));
    }

    private Span size(Expr expr) {
        Span size = computed(expr);
        return size == null ? Span.UNKNOWN : size;
    }

    private @Nullable Entry entry(Expr expr) {
        Entry known = entries.get(expr);
        if (known != null) {
            return known;
        }
        Local local = expr instanceof Expr.Ident ident ? local(ident.name()) : null;
        return local == null ? null : local.entry();
    }

    /// How many elements or characters a part's value has; null when nothing is known.
    private @Nullable Span computed(Expr expr) {
        Span known = sizes.get(expr);
        if (known != null) {
            return known;
        }
        Span written = written(expr);
        if (written != null) {
            return written;
        }
        Span declared = declared(path(expr));
        if (declared != null) {
            sizes.put(expr, declared);
            return declared;
        }
        if (isScalar(checked.type(expr))) {
            return Span.of(1);
        }
        Local local = expr instanceof Expr.Ident ident ? local(ident.name()) : null;
        return local == null ? null : local.size();
    }

    private static @Nullable Span written(Expr expr) {
        return switch (expr) {
            case Expr.Literal literal -> Span.of(Costs.size(literal.value()));
            case Expr.ListOf list -> Span.of(list.items().size());
            case Expr.MapOf map -> Span.of(map.entries().size());
            default -> null;
        };
    }

    /// Numbers and their like have a size of one.
    private static boolean isScalar(CelType type) {
        return switch (type.form()) {
            case BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION -> true;
            case OPTIONAL -> isScalar(type.element());
            default -> false;
        };
    }

    /// The size that the schema gives to what lies at a path; null when it gives none.
    @Nullable Span declared(DataPath path) {
        CelType type = path.isEmpty() ? null : root;
        for (int i = 1; i < path.length() && type != null; i++) {
            type = inside(type, path.name(i));
        }
        return type == null ? null : new Span(0, Math.max(0, type.most()));
    }

    private static @Nullable CelType inside(CelType holder, String name) {
        CelType.Form form = holder.form();
        return switch (name) {
            case ITEMS, VALUES ->
                    form == CelType.Form.LIST || form == CelType.Form.MAP ? holder.element() : null;
            case KEYS -> form == CelType.Form.MAP ? holder.key() : null;
            default -> form == CelType.Form.OBJECT ? holder.field(name) : null;
        };
    }

    /// The items of a list; null when it is none.
    @Nullable Part items(Part list) {
        if (list.type().parameters().isEmpty()) {
            return null;
        }
        boolean isKnown = !list.path().isEmpty();
        DataPath path = isKnown ? list.path().apart(ITEMS) : DataPath.NONE;
        return new Part(path, list.type().parameters().getFirst(), null, declared(path), this);
    }
}
