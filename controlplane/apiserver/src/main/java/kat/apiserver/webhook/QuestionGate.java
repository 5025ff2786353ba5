package kat.apiserver.webhook;

import java.util.HashMap;
import java.util.Map;
import kat.api.Status;
import kat.apiserver.auth.User;

/// Bounds how many questions to another server are under way: each holds a thread and a
/// connection. No user gets all places, so that who floods the server, or is nobody known, does
/// not shut out the others.
///
/// **Threads:** any; never blocks.
final class QuestionGate {

    /// How many questions may be under way.
    private static final int MOST = 512;

    /// How many of them may be about one user.
    private static final int MOST_OF_ONE = 128;

    private static final int RETRY_AFTER_SECONDS = 1;

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> underWay = new HashMap<>(); // guarded by itself
    private int all; // guarded by underWay

    QuestionGate() {
        this(MOST, MOST_OF_ONE);
    }

    QuestionGate(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /// A place that is held until it is closed.
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws kat.api.StatusException `TooManyRequests` when there is no place
    Place enter(User user) {
        String name = user.name();
        synchronized (underWay) {
            int own = underWay.getOrDefault(name, 0);
            if (all >= most || own >= mostOfOne) {
                throw Status.tooManyRequests(
                                "Too many requests, please try again later.", RETRY_AFTER_SECONDS)
                        .asException();
            }
            all++;
            underWay.put(name, own + 1);
        }
        return () -> leave(name);
    }

    private void leave(String name) {
        synchronized (underWay) {
            all--;
            underWay.computeIfPresent(name, (_, own) -> own > 1 ? own - 1 : null);
        }
    }
}
