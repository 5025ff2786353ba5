package kat.simulation.world;

import org.jspecify.annotations.Nullable;

/// A fiber ended with an exception, or does not give its turn back: a defect of what runs there.
public final class FiberFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    FiberFailed(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
