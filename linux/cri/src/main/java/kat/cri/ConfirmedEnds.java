package kat.cri;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import kat.base.Ticker;

/// Waits until the runtime's status tells of an end that an event has told of already.
///
/// A machine that is short of processors takes its time with that. Who is told too early sees the
/// container run and never looks again; so the wait is long, and only its pauses grow. A container
/// that ends at once may still be shown as one that was never started.
record ConfirmedEnds(ContainerRuntime runtime, Ticker ticker) {

    private static final System.Logger LOG = System.getLogger(ConfirmedEnds.class.getName());

    /// Pauses of 1, 2, 4 … 512 ms, then of one second each: two minutes in all.
    private static final int CHECKS = 130;

    private static final int DOUBLINGS = 10;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /// @param id of a container or of a sandbox
    /// @param isOver whether nobody wants to know any more
    void await(String id, BooleanSupplier isOver) {
        try {
            for (int check = 0; check < CHECKS && !isOver.getAsBoolean() && runs(id); check++) {
                ticker.sleep(pause(check));
            }
        } catch (ContainerRuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "exit not confirmed id={0}", id);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration pause(int check) {
        Duration doubled = Duration.ofMillis(1L << Math.min(check, DOUBLINGS));
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private boolean runs(String id) {
        try {
            return runtime.containerStatus(id).state() != ContainerState.EXITED;
        } catch (ContainerRuntimeException e) {
            if (e.code() != ContainerRuntimeException.Code.NOT_FOUND) {
                throw e;
            }
        }
        try {
            return runtime.podSandboxStatus(id).state() == PodSandboxState.READY;
        } catch (ContainerRuntimeException e) {
            if (e.code() != ContainerRuntimeException.Code.NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }
}
