package kat.api.cel;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One run of one program: its variables, and what it has cost.
///
/// **Threads:** one.
public final class Evaluation {

    private final Function<String, @Nullable Object> variables;
    private final long limit;
    private long cost;
    private Object[] locals = new Object[0];

    /// @param variables by name; null for those that have no value
    /// @param limit what it may cost; see [Environment#CALL_LIMIT]
    public Evaluation(Function<String, @Nullable Object> variables, long limit) {
        this.variables = variables;
        this.limit = limit;
    }

    /// What was done so far, also when it failed.
    public long cost() {
        return cost;
    }

    void begin(int slots) {
        locals = new Object[slots];
    }

    void charge(long steps) {
        cost += steps;
        if (cost > limit || cost < 0) {
            throw new CelException.TooCostly();
        }
    }

    Object variable(String name) {
        Object value = variables.apply(name);
        if (value == null) {
            throw new CelException("no such attribute(s): " + name);
        }
        return value;
    }

    Object local(int slot) {
        if (locals[slot] instanceof CelException failed) {
            throw failed;
        }
        return locals[slot];
    }

    void set(int slot, Object value) {
        locals[slot] = value;
    }
}
