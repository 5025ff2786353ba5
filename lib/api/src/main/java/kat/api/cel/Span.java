package kat.api.cel;

/// A range of sizes or costs. Its ends stop growing at [#UNBOUND].
///
/// **Source:** cel-go's `checker/cost.go`.
record Span(long least, long most) {

    /// Stands for no bound.
    static final long UNBOUND = Long.MAX_VALUE;

    static final Span ZERO = new Span(0, 0);
    static final Span UNKNOWN = new Span(0, UNBOUND);

    static Span of(long count) {
        return new Span(count, count);
    }

    Span plus(Span other) {
        return new Span(sum(least, other.least), sum(most, other.most));
    }

    Span times(Span other) {
        return new Span(product(least, other.least), product(most, other.most));
    }

    /// Rounded up.
    Span scaled(double factor) {
        return new Span(scaled(least, factor), scaled(most, factor));
    }

    /// The range that holds both.
    Span or(Span other) {
        return new Span(Math.min(least, other.least), Math.max(most, other.most));
    }

    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? UNBOUND : sum;
    }

    private static long product(long a, long b) {
        if (a == 0 || b == 0) {
            return 0;
        }
        return a > UNBOUND / b ? UNBOUND : a * b;
    }

    private static long scaled(long count, double factor) {
        if (count == UNBOUND) {
            return factor > 0 ? UNBOUND : 0;
        }
        double product = Math.ceil(count * factor);
        return product >= UNBOUND ? UNBOUND : (long) product;
    }
}
