package kat.api.regex;

/// How much work is left.
///
/// **Threads:** one.
final class Steps {

    private long left;

    Steps(long most) {
        this.left = most;
    }

    /// @throws TooManyStepsException when fewer are left
    void take(long count) {
        left -= count;
        if (left < 0) {
            throw new TooManyStepsException();
        }
    }
}
