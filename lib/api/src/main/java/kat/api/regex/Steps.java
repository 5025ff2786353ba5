package kat.api.regex;

/// How much work is left.
///
/// **Threads:** one.
final class Steps {

    private long left;

    Steps(long most) {
        this.left = most;
    }

    /// Whether so many were left, which are gone now.
    boolean take(long count) {
        left -= count;
        return left >= 0;
    }
}
