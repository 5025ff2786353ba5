package kat.api.cel;

import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Expands `has`, `all`, `exists`, `map`, `filter` and their like into what they mean.
///
/// **Source:** the CEL language definition, "Macros"; cel-go's `ext/comprehensions.go`,
/// `ext/bindings.go` and `cel/library.go` (optionals).
final class Macros {

    static final String RESULT = "@result";

    private final boolean binds;
    private final BiFunction<Integer, String, CompileException> error;

    /// @param binds whether `cel.bind` is one of them
    Macros(boolean binds, BiFunction<Integer, String, CompileException> error) {
        this.binds = binds;
        this.error = error;
    }

    /// Null when it is an ordinary call.
    @Nullable Expr global(String name, List<Expr> args, int at) {
        if (!name.equals("has") || args.size() != 1) {
            return null;
        }
        if (args.getFirst() instanceof Expr.Select select && !select.isTest()) {
            return new Expr.Select(at, select.operand(), select.field(), true, false);
        }
        throw error.apply(args.getFirst().at(), "invalid argument to has() macro");
    }

    /// Null when it is an ordinary call.
    @Nullable Expr member(Expr target, String name, List<Expr> args, int at) {
        return switch (args.size()) {
            case 2 -> one(target, name, args, at);
            case 3 ->
                    switch (name) {
                        case "map" -> filterMap(target, args, at);
                        case "bind" -> binds && isCel(target) ? bind(args, at) : null;
                        default -> two(target, name, args, at);
                    };
            case 4 -> twoFiltered(target, name, args, at);
            default -> null;
        };
    }

    private static boolean isCel(Expr target) {
        return target instanceof Expr.Ident(int _, String name) && name.equals("cel");
    }

    private Expr bind(List<Expr> args, int at) {
        if (args.getFirst() instanceof Expr.Ident(int _, String name)) {
            return bound(at, name, args.get(1), args.get(2));
        }
        throw error.apply(
                args.getFirst().at(), "cel.bind() variable names must be simple identifiers");
    }

    private @Nullable Expr one(Expr target, String name, List<Expr> args, int at) {
        Expr body = args.get(1);
        return switch (name) {
            case "all", "exists", "exists_one" ->
                    test(name, new Over(at, target, variable(args.getFirst()), "", body));
            case "sortBy" -> sorted(target, variable(args.getFirst()), body, at);
            case "map" -> collect(new Over(at, target, variable(args.getFirst()), "", body), null);
            case "filter" -> {
                String variable = variable(args.getFirst());
                Expr item = new Expr.Ident(at, variable);
                yield collect(new Over(at, target, variable, "", item), body);
            }
            case "optMap", "optFlatMap" -> optional(target, name, args, at);
            default -> null;
        };
    }

    /// The list, sorted by what is made of each item.
    private static Expr sorted(Expr target, String variable, Expr body, int at) {
        String input = "@__sortBy_input__";
        Expr keys = collect(new Over(at, new Expr.Ident(at, input), variable, "", body), null);
        Expr call =
                new Expr.Call(
                        at, new Expr.Ident(at, input), "@sortByAssociatedKeys", List.of(keys));
        return bound(at, input, target, call);
    }

    private static Expr bound(int at, String name, Expr value, Expr body) {
        return new Expr.Fold(
                at,
                new Expr.ListOf(at, List.of()),
                "#unused",
                "",
                name,
                value,
                new Expr.Literal(at, false),
                new Expr.Ident(at, name),
                body);
    }

    private Expr filterMap(Expr target, List<Expr> args, int at) {
        Over over = new Over(at, target, variable(args.getFirst()), "", args.get(2));
        return collect(over, args.get(1));
    }

    private @Nullable Expr two(Expr target, String name, List<Expr> args, int at) {
        return switch (name) {
            case "all", "exists", "exists_one", "existsOne" ->
                    test(name, over(target, args, 2, at));
            case "transformList" -> collect(over(target, args, 2, at), null);
            case "transformMap" -> insert(over(target, args, 2, at), null, false);
            case "transformMapEntry" -> insert(over(target, args, 2, at), null, true);
            default -> null;
        };
    }

    private @Nullable Expr twoFiltered(Expr target, String name, List<Expr> args, int at) {
        return switch (name) {
            case "transformList" -> collect(over(target, args, 3, at), args.get(2));
            case "transformMap" -> insert(over(target, args, 3, at), args.get(2), false);
            case "transformMapEntry" -> insert(over(target, args, 3, at), args.get(2), true);
            default -> null;
        };
    }

    /// What a loop goes over, and what it does with each item.
    private record Over(int at, Expr range, String first, String second, Expr body) {}

    private Over over(Expr target, List<Expr> args, int body, int at) {
        String first = variable(args.get(0));
        String second = variable(args.get(1));
        if (first.equals(second)) {
            throw error.apply(args.get(1).at(), "duplicate variable name: " + first);
        }
        return new Over(at, target, first, second, args.get(body));
    }

    private String variable(Expr argument) {
        if (argument instanceof Expr.Ident(int _, String name)) {
            if (name.equals("__result__")) {
                throw error.apply(
                        argument.at(), "iteration variable overwrites accumulator variable");
            }
            return name;
        }
        throw error.apply(argument.at(), "argument must be a simple name");
    }

    private static Expr call(int at, String function, Expr... args) {
        return new Expr.Call(at, null, function, List.of(args));
    }

    private static Expr.Fold fold(Over over, Expr initial, Expr condition, Expr step, Expr result) {
        return new Expr.Fold(
                over.at(),
                over.range(),
                over.first(),
                over.second(),
                RESULT,
                initial,
                condition,
                step,
                result);
    }

    private static Expr test(String name, Over over) {
        int at = over.at();
        Expr sofar = new Expr.Ident(at, RESULT);
        switch (name) {
            case "all" -> {
                return fold(
                        over,
                        new Expr.Literal(at, true),
                        call(at, "@not_strictly_false", new Expr.Ident(at, RESULT)),
                        call(at, "_&&_", sofar, over.body()),
                        new Expr.Ident(at, RESULT));
            }
            case "exists" -> {
                Expr open =
                        call(at, "@not_strictly_false", call(at, "!_", new Expr.Ident(at, RESULT)));
                return fold(
                        over,
                        new Expr.Literal(at, false),
                        open,
                        call(at, "_||_", sofar, over.body()),
                        new Expr.Ident(at, RESULT));
            }
            default -> {
                Expr more = call(at, "_+_", sofar, new Expr.Literal(at, 1L));
                Expr step = call(at, "_?_:_", over.body(), more, new Expr.Ident(at, RESULT));
                Expr isOne = call(at, "_==_", new Expr.Ident(at, RESULT), new Expr.Literal(at, 1L));
                return fold(
                        over, new Expr.Literal(at, 0L), new Expr.Literal(at, true), step, isOne);
            }
        }
    }

    private static Expr collect(Over over, @Nullable Expr filter) {
        int at = over.at();
        Expr item = new Expr.ListOf(at, List.of(new Expr.Item(over.body(), false)));
        Expr more = call(at, "_+_", new Expr.Ident(at, RESULT), item);
        return fold(
                over,
                new Expr.ListOf(at, List.of()),
                new Expr.Literal(at, true),
                filtered(at, filter, more),
                new Expr.Ident(at, RESULT));
    }

    private static Expr insert(Over over, @Nullable Expr filter, boolean isEntry) {
        int at = over.at();
        Expr sofar = new Expr.Ident(at, RESULT);
        Expr more =
                isEntry
                        ? call(at, "cel.@mapInsert", sofar, over.body())
                        : call(
                                at,
                                "cel.@mapInsert",
                                sofar,
                                new Expr.Ident(at, over.first()),
                                over.body());
        return fold(
                over,
                new Expr.MapOf(at, List.of()),
                new Expr.Literal(at, true),
                filtered(at, filter, more),
                new Expr.Ident(at, RESULT));
    }

    private static Expr filtered(int at, @Nullable Expr filter, Expr step) {
        return filter == null ? step : call(at, "_?_:_", filter, step, new Expr.Ident(at, RESULT));
    }

    /// `target.hasValue() ? optional.of(body with the value bound) : optional.none()`.
    private Expr optional(Expr target, String name, List<Expr> args, int at) {
        String variable = variable(args.getFirst());
        Expr value = new Expr.Call(at, target, "value", List.of());
        Expr bound = bound(at, variable, value, args.get(1));
        Expr some = name.equals("optMap") ? call(at, "optional.of", bound) : bound;
        return call(
                at,
                "_?_:_",
                new Expr.Call(at, target, "hasValue", List.of()),
                some,
                call(at, "optional.none"));
    }
}
