package kat.simulation.world;

/// One wait of one fiber: it ends once, because what was waited for came, or otherwise.
final class Wait {

    private final Fiber fiber;
    private boolean isOver;
    private boolean hasCome;

    Wait(Fiber fiber) {
        this.fiber = fiber;
    }

    /// Ends it and lets the fiber go on.
    ///
    /// @return false when it had ended before
    boolean end(boolean came) {
        if (isOver) {
            return false;
        }
        isOver = true;
        hasCome = came;
        fiber.becomeReady();
        return true;
    }

    /// Ends it before it began.
    void give() {
        isOver = true;
    }

    boolean hasCome() {
        return hasCome;
    }
}
