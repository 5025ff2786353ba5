package kat.logging.program;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import kat.api.Status;

/// How many searches run, and how many followers wait for lines, at once. A follower that waits
/// keeps nobody from searching.
///
/// **Threads:** any.
final class Places {

    static final int MOST_SEARCHES = 8;
    static final int MOST_FOLLOWERS = 64;
    private static final int RETRY_SECONDS = 1;

    /// As the API server says it of too many requests at once.
    private static final String TOO_MANY = "Too many requests, please try again later.";

    private final Semaphore searches = new Semaphore(MOST_SEARCHES);
    private final Semaphore followers = new Semaphore(MOST_FOLLOWERS);
    private final Duration patience;

    /// @param patience how long a search waits for a place
    Places(Duration patience) {
        this.patience = patience;
    }

    /// Kept until it is closed.
    @FunctionalInterface
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /// @throws kat.api.StatusException with `TooManyRequests` when no place gets free
    Place search() throws InterruptedException {
        return taken(searches, searches.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    /// @throws kat.api.StatusException with `TooManyRequests` when there is no place
    Place follower() {
        return taken(followers, followers.tryAcquire());
    }

    private static Place taken(Semaphore from, boolean taken) {
        if (!taken) {
            throw tooMany().asException();
        }
        return from::release;
    }

    static Status tooMany() {
        return Status.tooManyRequests(TOO_MANY, RETRY_SECONDS);
    }
}
