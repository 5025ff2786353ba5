package kat.api.cel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// How deep expressions nest: what checks and runs them goes down into them by recursion.
final class Nesting {

    private record Step(Expr expr, int depth) {}

    private Nesting() {}

    /// Whether an expression nests deeper than `limit`. Needs no stack of its own.
    static boolean exceeds(Expr whole, int limit) {
        Deque<Step> open = new ArrayDeque<>();
        open.push(new Step(whole, 1));
        while (!open.isEmpty()) {
            Step step = open.pop();
            if (step.depth() > limit) {
                return true;
            }
            for (Expr part : parts(step.expr())) {
                open.push(new Step(part, step.depth() + 1));
            }
        }
        return false;
    }

    private static List<Expr> parts(Expr expr) {
        return switch (expr) {
            case Expr.Literal _, Expr.Ident _ -> List.of();
            case Expr.Select select -> List.of(select.operand());
            case Expr.Call call -> {
                List<Expr> parts = new ArrayList<>(call.args());
                Expr target = call.target();
                if (target != null) {
                    parts.add(target);
                }
                yield parts;
            }
            case Expr.ListOf list -> list.items().stream().map(Expr.Item::value).toList();
            case Expr.MapOf map -> entries(map.entries());
            case Expr.Struct struct -> entries(struct.entries());
            case Expr.Fold fold ->
                    List.of(
                            fold.range(),
                            fold.initial(),
                            fold.condition(),
                            fold.step(),
                            fold.result());
        };
    }

    private static List<Expr> entries(List<Expr.Entry> entries) {
        List<Expr> parts = new ArrayList<>();
        for (Expr.Entry entry : entries) {
            parts.add(entry.key());
            parts.add(entry.value());
        }
        return parts;
    }
}
