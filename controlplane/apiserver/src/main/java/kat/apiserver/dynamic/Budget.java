package kat.apiserver.dynamic;

/// What the expressions of one webhook's or policy's decision may still cost.
///
/// **Threads:** one.
final class Budget {

    private long left;

    Budget(long all) {
        this.left = all;
    }

    /// All of it was spent.
    static final class Exhausted extends Exception {
        private static final long serialVersionUID = 1;

        Exhausted() {
            super(
                    "validation failed due to running out of cost budget, no further validation"
                            + " rules will be run");
        }
    }

    void spend(long cost) throws Exhausted {
        if (cost > left) {
            throw new Exhausted();
        }
        left -= cost;
    }

    long left() {
        return left;
    }
}
