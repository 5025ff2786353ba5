package kat.api.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.regex.Regex;
import org.jspecify.annotations.Nullable;

/// Checks the constants of an expression whose types are right: durations, times and patterns that
/// cannot be read, lists and maps of mixed types, and texts for `format`.
///
/// **Threads:** one, for one expression.
///
/// **Source:** cel-go's `cel/validator.go` and `ext/formatting.go`.
final class Constants {

    private final Checked checked;
    private final List<CompileException.Issue> issues = new ArrayList<>();

    private Constants(Checked checked) {
        this.checked = checked;
    }

    static List<CompileException.Issue> faults(Checked checked) {
        Constants constants = new Constants(checked);
        constants.visit(checked.expr(), false);
        return constants.issues;
    }

    /// @param isFormatted whether it is inside of what is formatted, where types may be mixed
    private void visit(@Nullable Expr expr, boolean isFormatted) {
        switch (expr) {
            case Expr.Select select -> visit(select.operand(), isFormatted);
            case Expr.Call call -> call(call, isFormatted);
            case Expr.ListOf list -> {
                if (!isFormatted) {
                    mixed(list);
                }
                list.items().forEach(item -> visit(item.value(), isFormatted));
            }
            case Expr.MapOf map -> {
                if (!isFormatted) {
                    mixed(map);
                }
                entries(map.entries(), isFormatted);
            }
            case Expr.Struct struct -> entries(struct.entries(), isFormatted);
            case Expr.Fold fold -> {
                visit(fold.range(), isFormatted);
                visit(fold.initial(), isFormatted);
                visit(fold.condition(), isFormatted);
                visit(fold.step(), isFormatted);
                visit(fold.result(), isFormatted);
            }
            case null, default -> {}
        }
    }

    private void entries(List<Expr.Entry> entries, boolean isFormatted) {
        for (Expr.Entry entry : entries) {
            visit(entry.key(), isFormatted);
            visit(entry.value(), isFormatted);
        }
    }

    private void call(Expr.Call key, boolean isFormatted) {
        Expr.Call call = checked.call(key);
        Expr first = call.args().isEmpty() ? null : call.args().getFirst();
        if (first instanceof Expr.Literal literal && isWrong(key, call, literal.value())) {
            fault(first, "invalid " + call.function() + " argument");
        }
        boolean isFormat = call.function().equals("format") && call.target() != null;
        if (isFormat
                && call.target() instanceof Expr.Literal literal
                && literal.value() instanceof String pattern
                && first instanceof Expr.ListOf list) {
            format(call, pattern, list);
        }
        visit(call.target(), isFormatted || isFormat);
        call.args().forEach(argument -> visit(argument, isFormatted || isFormat));
    }

    private boolean isWrong(Expr.Call key, Expr.Call call, Object constant) {
        return switch (call.function()) {
            case "matches" -> constant instanceof String pattern && !isPattern(pattern);
            case "duration", "timestamp" -> {
                for (Overload overload : checked.overloads(key)) {
                    Object[] arguments = {constant};
                    if (overload.takes(arguments) && !hasValue(overload, arguments)) {
                        yield true;
                    }
                }
                yield false;
            }
            default -> false;
        };
    }

    private static boolean hasValue(Overload overload, Object[] arguments) {
        try {
            overload.body().apply(arguments);
            return true;
        } catch (CelException e) {
            return false;
        }
    }

    private static boolean isPattern(String pattern) {
        try {
            Regex.compile(pattern);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void fault(Expr expr, String message) {
        issues.add(new CompileException.Issue(expr.at(), message));
    }

    private void mixed(Expr.ListOf list) {
        CelType wanted = null;
        for (Expr.Item item : list.items()) {
            CelType own = type(item.value(), item.isOptional());
            if (wanted == null) {
                wanted = own;
            } else if (isOther(wanted, own)) {
                mismatch(item.value(), wanted, own);
                return;
            }
        }
    }

    private void mixed(Expr.MapOf map) {
        CelType key = null;
        CelType value = null;
        for (Expr.Entry entry : map.entries()) {
            CelType ownKey = type(entry.key(), false);
            CelType ownValue = type(entry.value(), entry.isOptional());
            if (key == null || value == null) {
                key = ownKey;
                value = ownValue;
                continue;
            }
            if (isOther(key, ownKey)) {
                mismatch(entry.key(), key, ownKey);
            }
            if (isOther(value, ownValue)) {
                mismatch(entry.value(), value, ownValue);
            }
        }
    }

    private static boolean isOther(CelType wanted, CelType given) {
        return !wanted.isOpen() && !given.isOpen() && !wanted.shown().equals(given.shown());
    }

    private CelType type(Expr expr, boolean isOptional) {
        CelType type = checked.type(expr);
        return isOptional ? type.element() : type;
    }

    private void mismatch(Expr expr, CelType wanted, CelType given) {
        fault(expr, "expected type '" + wanted.shown() + "' but found '" + given.shown() + "'");
    }

    private void format(Expr.Call call, String pattern, Expr.ListOf list) {
        int[] asked = {0};
        Expr[] blamed = {call};
        try {
            TextFormat.each(
                    pattern,
                    (clause, at) -> {
                        if (at >= list.items().size()) {
                            throw new CelException("index " + at + " out of range");
                        }
                        if (clause == null) {
                            return "";
                        }
                        asked[0]++;
                        Expr argument = list.items().get(at).value();
                        Expr bad = unfit(clause.verb(), argument);
                        if (bad != null) {
                            blamed[0] = bad;
                            throw TextFormat.unfit(clause.verb(), typeName(bad));
                        }
                        return "";
                    });
        } catch (CelException e) {
            fault(blamed[0], String.valueOf(e.getMessage()));
            return;
        }
        if (list.items().size() > asked[0]) {
            fault(
                    call,
                    "too many arguments supplied to string.format (expected "
                            + asked[0]
                            + ", got "
                            + list.items().size()
                            + ")");
        }
    }

    private String typeName(Expr expr) {
        return checked.type(expr).name();
    }

    private static final Map<Character, Set<CelType.Form>> TAKEN =
            Map.of(
                    'd', Set.of(CelType.Form.INT, CelType.Form.UINT),
                    'o', Set.of(CelType.Form.INT, CelType.Form.UINT),
                    'f', Set.of(CelType.Form.DOUBLE, CelType.Form.STRING),
                    'e', Set.of(CelType.Form.DOUBLE, CelType.Form.STRING),
                    'b', Set.of(CelType.Form.INT, CelType.Form.UINT, CelType.Form.BOOL),
                    'x',
                            Set.of(
                                    CelType.Form.INT,
                                    CelType.Form.UINT,
                                    CelType.Form.STRING,
                                    CelType.Form.BYTES));

    /// The part of an argument that cannot be written so; null when all can.
    private @Nullable Expr unfit(char verb, Expr argument) {
        CelType.Form form = checked.type(argument).form();
        if (form == CelType.Form.DYN) {
            return null;
        }
        if (verb != 's') {
            return TAKEN.getOrDefault(Character.toLowerCase(verb), Set.of()).contains(form)
                    ? null
                    : argument;
        }
        switch (form) {
            case OBJECT, OPTIONAL, OPAQUE -> {
                return argument;
            }
            default -> {}
        }
        return switch (argument) {
            case Expr.ListOf list ->
                    firstUnfit(list.items().stream().map(Expr.Item::value).toList());
            case Expr.MapOf map -> {
                List<Expr> parts = new ArrayList<>();
                map.entries().forEach(entry -> parts.addAll(List.of(entry.key(), entry.value())));
                yield firstUnfit(parts);
            }
            default -> null;
        };
    }

    private @Nullable Expr firstUnfit(List<Expr> parts) {
        for (Expr part : parts) {
            Expr bad = unfit('s', part);
            if (bad != null) {
                return bad;
            }
        }
        return null;
    }
}
