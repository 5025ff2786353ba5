package kat.simulation.world;

/// What a fiber meets that waits when its process is killed. An error, so that nobody catches it.
public final class Killed extends Error {

    private static final long serialVersionUID = 1;

    Killed() {
        super("the process was killed", null, false, false);
    }
}
