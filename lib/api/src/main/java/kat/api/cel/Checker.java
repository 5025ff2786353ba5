package kat.api.cel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the type of every part of an expression, and what its calls mean.
///
/// **Threads:** one, for one expression.
///
/// **Source:** the CEL language definition, "Gradual Type Checking"; messages as those of cel-go.
final class Checker {

    private static final CelType OPEN = CelType.parameter("@item");

    private static final Map<String, CelType> TYPES =
            Map.ofEntries(
                    Map.entry("bool", CelType.BOOL),
                    Map.entry("int", CelType.INT),
                    Map.entry("uint", CelType.UINT),
                    Map.entry("double", CelType.DOUBLE),
                    Map.entry("string", CelType.STRING),
                    Map.entry("bytes", CelType.BYTES),
                    Map.entry("null_type", CelType.NULL),
                    Map.entry("list", CelType.list(CelType.DYN)),
                    Map.entry("map", CelType.map(CelType.DYN, CelType.DYN)),
                    Map.entry("type", CelType.type(CelType.DYN)),
                    Map.entry("google.protobuf.Timestamp", CelType.TIMESTAMP),
                    Map.entry("google.protobuf.Duration", CelType.DURATION),
                    Map.entry("kubernetes.Quantity", CelType.opaque("kubernetes.Quantity")),
                    Map.entry("kubernetes.URL", CelType.opaque("kubernetes.URL")),
                    Map.entry("net.IP", CelType.opaque("net.IP")),
                    Map.entry("net.CIDR", CelType.opaque("net.CIDR")));

    private static final CelType PATCH =
            CelType.object(
                    "JSONPatch",
                    Map.of(
                            "op", CelType.STRING,
                            "path", CelType.STRING,
                            "from", CelType.STRING,
                            "value", CelType.DYN));

    private final Map<String, CelType> variables;
    private final boolean writesPatches;
    private final Deque<Map.Entry<String, CelType>> locals = new ArrayDeque<>();
    private final IdentityHashMap<Expr, CelType> types = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, List<Overload>> overloads = new IdentityHashMap<>();
    private final IdentityHashMap<Expr, Expr.Call> calls = new IdentityHashMap<>();
    private final List<CompileException.Issue> issues = new ArrayList<>();

    /// What an expression may name.
    ///
    /// @param writesPatches whether it may make `Object{…}` and `JSONPatch{…}`
    record Scope(Map<String, CelType> variables, boolean writesPatches) {}

    private Checker(Scope scope) {
        this.variables = scope.variables();
        this.writesPatches = scope.writesPatches();
    }

    /// @throws CompileException with every fault
    static Checked check(String source, Expr expr, Scope scope) {
        Checker checker = new Checker(scope);
        checker.type(expr);
        if (!checker.issues.isEmpty()) {
            throw CompileException.of(source, checker.issues);
        }
        return new Checked(expr, checker.types, checker.overloads, checker.calls);
    }

    /// The type that a name stands for; null when it is none.
    static @Nullable CelType typeNamed(String name) {
        return TYPES.get(name);
    }

    private CelType fault(int at, String message) {
        issues.add(new CompileException.Issue(at, message));
        return CelType.DYN;
    }

    private CelType type(Expr expr) {
        CelType found =
                switch (expr) {
                    case Expr.Literal literal -> Values.typeOf(literal.value());
                    case Expr.Ident ident -> ident(ident);
                    case Expr.Select select -> select(select);
                    case Expr.Call call -> call(call);
                    case Expr.ListOf list -> list(list);
                    case Expr.MapOf map -> map(map);
                    case Expr.Struct struct -> struct(struct);
                    case Expr.Fold fold -> fold(fold);
                };
        types.put(expr, found);
        return found;
    }

    private CelType ident(Expr.Ident ident) {
        CelType found = variable(ident.name());
        if (found != null) {
            return found;
        }
        CelType named = TYPES.get(ident.name());
        return named != null
                ? CelType.type(named)
                : fault(
                        ident.at(),
                        "undeclared reference to '" + ident.name() + "' (in container '')");
    }

    private @Nullable CelType variable(String name) {
        for (Map.Entry<String, CelType> local : locals) {
            if (local.getKey().equals(name)) {
                return local.getValue();
            }
        }
        return variables.get(name);
    }

    /// `a.b.c` when the expression is such a name and its first part is no variable.
    private String qualifiedName(@Nullable Expr expr) {
        return switch (expr) {
            case Expr.Ident(int _, String name) -> variable(name) == null ? name : "";
            case Expr.Select select when !select.isTest() && !select.isOptional() -> {
                String before = qualifiedName(select.operand());
                yield before.isEmpty() ? "" : before + "." + select.field();
            }
            case null, default -> "";
        };
    }

    private CelType select(Expr.Select select) {
        CelType named = TYPES.get(qualifiedName(select));
        if (named != null) {
            return CelType.type(named);
        }
        CelType variable = variables.get(dottedName(select));
        if (variable != null) {
            return variable;
        }
        CelType operand = type(select.operand());
        boolean optional = operand.is(CelType.Form.OPTIONAL);
        CelType field = field(select, optional ? operand.element() : operand);
        if (select.isTest()) {
            return CelType.BOOL;
        }
        return optional || select.isOptional() ? CelType.optional(field) : field;
    }

    /// `a.b.c` when the expression is just such a name; empty otherwise.
    static String dottedName(@Nullable Expr expr) {
        return switch (expr) {
            case Expr.Ident(int _, String name) -> name;
            case Expr.Select select when !select.isTest() && !select.isOptional() -> {
                String before = dottedName(select.operand());
                yield before.isEmpty() ? "" : before + "." + select.field();
            }
            case null, default -> "";
        };
    }

    private CelType field(Expr.Select select, CelType holder) {
        return switch (holder.form()) {
            case OBJECT -> {
                CelType field = holder.field(select.field());
                // The name of a field may be a word of the language.
                field = field == null ? holder.field(FieldNames.escape(select.field())) : field;
                yield field == null
                        ? fault(select.at(), "undefined field '" + select.field() + "'")
                        : field;
            }
            case MAP -> holder.element();
            case DYN, PARAMETER -> CelType.DYN;
            default ->
                    fault(
                            select.at(),
                            "type '" + holder.shown() + "' does not support field selection");
        };
    }

    private CelType call(Expr.Call call) {
        String qualified = qualifiedName(call.target());
        String whole = qualified.isEmpty() ? "" : qualified + "." + call.function();
        if (Functions.has(whole) && (writesPatches || !whole.startsWith("jsonpatch."))) {
            Expr.Call global = new Expr.Call(call.at(), null, whole, call.args());
            calls.put(call, global);
            return resolve(call, global, List.of());
        }
        List<CelType> first = new ArrayList<>();
        if (call.target() != null) {
            first.add(type(call.target()));
        }
        return resolve(call, call, first);
    }

    /// @param key the call as it stands in the expression
    /// @param given the type of the target, if it has one
    private CelType resolve(Expr.Call key, Expr.Call call, List<CelType> given) {
        List<CelType> arguments = new ArrayList<>(given);
        call.args().forEach(arg -> arguments.add(type(arg)));
        boolean isMember = call.target() != null;
        List<Overload> named =
                Functions.named(call.function()).stream()
                        .filter(each -> each.isMember() == isMember)
                        .toList();
        if (named.isEmpty() && Functions.has(call.function())) {
            return fault(call.at(), noOverload(call, arguments));
        }
        if (named.isEmpty()) {
            return fault(
                    call.at(),
                    "undeclared reference to '" + call.function() + "' (in container '')");
        }
        if (call.function().equals("_&&_") || call.function().equals("_||_")) {
            call.args().forEach(this::requireBool);
            overloads.put(key, named);
            return CelType.BOOL;
        }
        List<Overload> fitting = new ArrayList<>();
        CelType result = null;
        for (Overload each : named) {
            CelType own = result(each, arguments);
            if (own != null) {
                fitting.add(each);
                result = result == null || same(result, own) ? own : CelType.DYN;
                if (arguments.stream().anyMatch(Checker::isUnsettled)) {
                    break;
                }
            }
        }
        overloads.put(key, fitting);
        return result == null ? fault(call.at(), noOverload(call, arguments)) : result;
    }

    /// An empty list takes the type that the first fitting form of a function gives it.
    private static boolean isUnsettled(CelType type) {
        return type.isOpen() && !type.is(CelType.Form.PARAMETER);
    }

    private void requireBool(Expr argument) {
        CelType type = types.getOrDefault(argument, CelType.DYN);
        if (!new Unifier().accepts(CelType.BOOL, type)) {
            fault(argument.at(), "expected type 'bool' but found '" + type.shown() + "'");
            types.put(argument, CelType.DYN);
        }
    }

    private static boolean same(CelType a, CelType b) {
        return a.toString().equals(b.toString());
    }

    private static @Nullable CelType result(Overload overload, List<CelType> arguments) {
        if (overload.parameters().size() != arguments.size()) {
            return null;
        }
        Unifier unifier = new Unifier();
        for (int i = 0; i < arguments.size(); i++) {
            if (!unifier.accepts(overload.parameters().get(i), arguments.get(i))) {
                return null;
            }
        }
        boolean isType = overload.function().equals("type");
        return isType ? CelType.type(arguments.getFirst()) : unifier.resolve(overload.result());
    }

    private static String noOverload(Expr.Call call, List<CelType> arguments) {
        boolean isMember = call.target() != null;
        String listed =
                arguments.stream()
                        .skip(isMember ? 1 : 0)
                        .map(CelType::shown)
                        .collect(Collectors.joining(", ", "(", ")"));
        String shown = isMember ? arguments.getFirst().shown() + "." + listed : listed;
        return "found no matching overload for '"
                + call.function()
                + "' applied to '"
                + shown
                + "'";
    }

    /// The one type of many values; any type when they have several.
    private static CelType joined(@Nullable CelType sofar, CelType next) {
        if (sofar == null || sofar.isOpen()) {
            return next;
        }
        boolean fits = new Unifier().accepts(sofar, next);
        return !fits || next.is(CelType.Form.DYN) ? CelType.DYN : sofar;
    }

    private CelType list(Expr.ListOf list) {
        CelType items = null;
        for (Expr.Item item : list.items()) {
            CelType own = type(item.value());
            items = joined(items, item.isOptional() ? own.element() : own);
        }
        return CelType.list(items == null ? OPEN : items);
    }

    private CelType map(Expr.MapOf map) {
        CelType keys = null;
        CelType values = null;
        for (Expr.Entry entry : map.entries()) {
            keys = joined(keys, type(entry.key()));
            CelType own = type(entry.value());
            values = joined(values, entry.isOptional() ? own.element() : own);
        }
        return CelType.map(keys == null ? OPEN : keys, values == null ? OPEN : values);
    }

    /// Policies that change objects make them: `Object.spec{replicas: 3}` is of the type of that
    /// field, whose own fields are not checked here.
    private CelType struct(Expr.Struct struct) {
        String name = struct.type();
        CelType made = null;
        if (writesPatches && name.equals(PATCH.name())) {
            made = PATCH;
        } else if (writesPatches && (name.equals("Object") || name.startsWith("Object."))) {
            made = CelType.open(name);
        }
        for (Expr.Entry entry : struct.entries()) {
            CelType given = type(entry.value());
            CelType wanted = made == null ? null : made.field(fieldName(entry));
            CelType own = entry.isOptional() ? given.element() : given;
            if (made != null && wanted == null) {
                fault(entry.key().at(), "undefined field '" + fieldName(entry) + "'");
            }
            if (wanted != null && !new Unifier().accepts(wanted, own)) {
                fault(
                        entry.key().at(),
                        "expected type of field '"
                                + fieldName(entry)
                                + "' is '"
                                + wanted.shown()
                                + "' but provided type is '"
                                + own.shown()
                                + "'");
            }
        }
        return made == null
                ? fault(struct.at(), "undeclared reference to '" + name + "' (in container '')")
                : made;
    }

    private static String fieldName(Expr.Entry entry) {
        return entry.key() instanceof Expr.Literal literal ? literal.value().toString() : "";
    }

    private CelType fold(Expr.Fold fold) {
        CelType range = type(fold.range());
        CelType first = CelType.DYN;
        CelType second = CelType.DYN;
        boolean single = fold.second().isEmpty();
        switch (range.form()) {
            case LIST -> {
                first = single ? range.element() : CelType.INT;
                second = range.element();
            }
            case MAP -> {
                first = range.key();
                second = range.element();
            }
            case DYN, PARAMETER -> {}
            default ->
                    fault(
                            fold.range().at(),
                            "expression of type '"
                                    + range.shown()
                                    + "' cannot be range of a comprehension (must be list, map, or"
                                    + " dynamic)");
        }
        CelType initial = type(fold.initial());
        locals.push(Map.entry(fold.accumulator(), initial));
        locals.push(Map.entry(fold.variable(), first));
        locals.push(Map.entry(fold.second(), second));
        boolean isBound = !fold.accumulator().equals(Macros.RESULT);
        type(fold.condition());
        CelType step = type(fold.step());
        locals.pop();
        locals.pop();
        locals.pop();
        boolean grows = initial.is(CelType.Form.LIST) || initial.is(CelType.Form.MAP);
        locals.push(Map.entry(fold.accumulator(), grows && !isBound ? step : initial));
        CelType result = type(fold.result());
        locals.pop();
        return result;
    }
}
