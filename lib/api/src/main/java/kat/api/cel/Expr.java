package kat.api.cel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed expression, with macros expanded. Two equal parts of one expression are two values:
/// tables about them are keyed by identity.
sealed interface Expr {

    /// Where it stands in the source, as messages show it.
    int at();

    final class Literal implements Expr {
        private final int at;
        private final Object value;

        Literal(int at, Object value) {
            this.at = at;
            this.value = value;
        }

        @Override
        public int at() {
            return at;
        }

        Object value() {
            return value;
        }
    }

    record Ident(int at, String name) implements Expr {}

    /// @param isTest whether it only asks if the field is there: `has(a.b)`
    /// @param isOptional whether it is `a.?b`
    record Select(int at, Expr operand, String field, boolean isTest, boolean isOptional)
            implements Expr {}

    /// @param target null for a global function
    record Call(int at, @Nullable Expr target, String function, List<Expr> args) implements Expr {
        public Call {
            args = List.copyOf(args);
        }
    }

    record Item(Expr value, boolean isOptional) {}

    record ListOf(int at, List<Item> items) implements Expr {
        public ListOf {
            items = List.copyOf(items);
        }
    }

    record Entry(Expr key, Expr value, boolean isOptional) {}

    record MapOf(int at, List<Entry> entries) implements Expr {
        public MapOf {
            entries = List.copyOf(entries);
        }
    }

    /// @param type the message's name
    record Struct(int at, String type, List<Entry> entries) implements Expr {
        public Struct {
            entries = List.copyOf(entries);
        }
    }

    /// A loop over a list or map.
    ///
    /// @param variable holds the item, or with `second` the index or key
    /// @param second holds the item or value; empty when there is only one variable
    /// @param accumulator the name of what the loop builds
    /// @param condition ends the loop when it is false
    record Fold(
            int at,
            Expr range,
            String variable,
            String second,
            String accumulator,
            Expr initial,
            Expr condition,
            Expr step,
            Expr result)
            implements Expr {}
}
