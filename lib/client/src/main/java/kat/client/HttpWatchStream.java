package kat.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// A watch over HTTPS: a thread of its own reads lines ahead, up to a bound, so that the reader can
/// wait with a limit. When the reader is slow, TCP holds the server back.
final class HttpWatchStream implements WatchStream {

    private static final int MOST_READ_AHEAD = 1024;
    private static final Logger LOG = System.getLogger("kat.client.watch");

    private final InputStream body;
    private final Kind kind;
    private final BlockingQueue<Optional<WatchEvent>> ahead = // empty marks the end
            new ArrayBlockingQueue<>(MOST_READ_AHEAD);
    private volatile boolean over;
    private volatile @Nullable Thread reader;

    private HttpWatchStream(InputStream body, Kind kind) {
        this.body = body;
        this.kind = kind;
    }

    static HttpWatchStream open(InputStream body, Kind kind) {
        HttpWatchStream stream = new HttpWatchStream(body, kind);
        stream.reader = Thread.ofVirtual().name("watch " + kind.plural()).start(stream::read);
        return stream;
    }

    @Override
    public @Nullable WatchEvent next(Duration timeout) throws InterruptedException {
        if (over) {
            return null;
        }
        Optional<WatchEvent> next = ahead.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (next == null) {
            return null;
        }
        over |= next.isEmpty();
        return next.orElse(null);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void close() {
        over = true;
        Thread running = reader;
        if (running != null) {
            running.interrupt();
        }
        ahead.clear();
        if (!ahead.offer(Optional.empty())) {
            LOG.log(Level.DEBUG, "watch closed while messages came in resource={0}", kind);
        }
        try {
            body.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "watch broke as it was closed resource={0} error={1}", kind, e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ahead.put(Optional.of(event(line)));
            }
            ahead.put(Optional.empty());
        } catch (IOException | JsonException e) {
            // The informer goes on from the last version it saw, as after a regular end.
            LOG.log(Level.DEBUG, "watch ended resource={0} error={1}", kind, e);
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        try {
            ahead.put(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private WatchEvent event(String line) {
        JsonObject frame =
                Json.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject tree
                        ? tree
                        : JsonObject.EMPTY;
        JsonObject object = frame.object("object");
        return switch (frame.string("type")) {
            case "ADDED" -> new WatchEvent.Added(new KubeObject(object));
            case "MODIFIED" -> new WatchEvent.Modified(new KubeObject(object));
            case "DELETED" -> new WatchEvent.Deleted(new KubeObject(object));
            case "BOOKMARK" -> new WatchEvent.Bookmark(new KubeObject(object).revision());
            case "ERROR" -> new WatchEvent.Failed(Status.parse(object));
            default ->
                    new WatchEvent.Failed(Status.internalError("unknown watch frame for " + kind));
        };
    }
}
