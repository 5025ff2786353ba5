package todo;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Reads to-dos from this very server before others may, so that Java has compiled what a request
/// needs when the first one comes: a fresh server under load answers in milliseconds, not in half a
/// second.
///
/// It asks over a port of loopback that nobody else knows, whose requests are neither logged nor
/// counted.
final class Rehearsal {

    private static final Logger LOG = Logger.getLogger(Rehearsal.class.getName());
    private static final int READERS = 8;
    private static final long LONGEST_NANOS = 3_000_000_000L;
    private static final int TIMEOUT_MILLIS = 1000;

    /// Java compiles a method after some hundred calls (`Tier3InvocationThreshold` is 200).
    private static final int REQUESTS = 800;

    private final IntSupplier port;
    private volatile boolean isDone;

    /// @param port of the listener for rehearsals, once it listens
    Rehearsal(IntSupplier port) {
        this.port = port;
    }

    /// Whether the server need not be waited for any longer: it has rehearsed, or could not.
    boolean isDone() {
        return isDone;
    }

    /// Rehearses for at most three seconds.
    void run() {
        try {
            URL todos = URI.create("http://127.0.0.1:" + port.getAsInt() + "/api/v1/todos").toURL();
            AtomicInteger left = new AtomicInteger(REQUESTS);
            long end = System.nanoTime() + LONGEST_NANOS;
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(Thread.ofVirtual().start(() -> read(todos, left, end)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
            LOG.log(Level.INFO, "rehearsed {0} requests", REQUESTS - Math.max(0, left.get()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no rehearsal", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } finally {
            isDone = true;
        }
    }

    private static void read(URL todos, AtomicInteger left, long end) {
        try {
            while (left.decrementAndGet() >= 0 && System.nanoTime() < end) {
                HttpURLConnection connection = (HttpURLConnection) todos.openConnection();
                connection.setConnectTimeout(TIMEOUT_MILLIS);
                connection.setReadTimeout(TIMEOUT_MILLIS);
                try (InputStream answer = connection.getInputStream()) {
                    answer.readAllBytes();
                }
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "this reader rehearses no more: the database is away", e);
        }
    }
}
