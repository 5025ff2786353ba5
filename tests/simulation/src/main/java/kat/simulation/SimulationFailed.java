package kat.simulation;

import kat.simulation.cluster.Commit;
import kat.simulation.cluster.History;
import org.jspecify.annotations.Nullable;

/// Something did not hold. The message names the seed, how to replay it and the last commits.
public final class SimulationFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    SimulationFailed(long seed, String what, History history, @Nullable Throwable cause) {
        super(message(seed, what, history), cause);
    }

    private static String message(long seed, String what, History history) {
        StringBuilder text = new StringBuilder();
        text.append("seed ").append(seed).append(": ").append(what);
        text.append("\nreplay: ./kat simulate --seed ").append(seed);
        text.append(
                "\nthe last commits (revision, time, what, by whom, because of which revision):");
        for (Commit commit : history.last()) {
            text.append("\n  ").append(commit);
        }
        return text.toString();
    }
}
