package kat.base;

import org.jspecify.annotations.Nullable;

/// Statements that must hold. A failed check is a defect of the program, never of its input: the
/// component that meets one stops loudly, and nobody catches it.
public final class Check {

    private Check() {}

    /// @throws IllegalStateException when `holds` is false
    public static void state(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalStateException(sentence);
        }
    }

    /// @throws IllegalArgumentException when `holds` is false
    public static void argument(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /// Gives `value` back.
    ///
    /// @throws IllegalStateException when `value` is null
    public static <T> T notNull(@Nullable T value, String sentence) {
        if (value == null) {
            throw new IllegalStateException(sentence);
        }
        return value;
    }
}
