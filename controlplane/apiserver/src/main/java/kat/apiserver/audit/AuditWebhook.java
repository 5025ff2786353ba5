package kat.apiserver.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Sends events to another server, many with one request. What comes while the buffer is full is
/// lost, what the other server does not take after some tries, and what it has not taken when the
/// end has waited long enough. Each lost event is counted once.
///
/// **Threads:** any; [#start] and [#close] by the owner.
///
/// **Source:** `apiserver/plugin/pkg/audit/webhook`, `apiserver/plugin/pkg/audit/buffered`.
public final class AuditWebhook implements AuditSink {

    /// How often a batch is sent before it is lost.
    static final int TRIES = 5;

    /// Batches that are on their way at once, which bounds memory.
    private static final int MAX_IN_FLIGHT = 15;

    /// All events of a batch, in bytes.
    private static final int MAX_BATCH_BYTES = 10 << 20;

    /// All events that wait, in bytes: a server that is away must not fill this one's memory.
    static final int MAX_WAITING_BYTES = 64 << 20;

    /// How long the end waits for what is still to be sent, all in all.
    static final Duration LAST_SENDS = Duration.ofSeconds(5);

    private static final byte[] END = {};
    private static final System.Logger LOG = System.getLogger(AuditWebhook.class.getName());

    /// Sends a body, and waits until it was taken.
    @FunctionalInterface
    public interface Post {
        /// @throws IOException when it was not
        void send(byte[] body) throws IOException;
    }

    /// @param bufferSize events that wait at most; default 10000
    /// @param maxEvents in one request; default 400
    /// @param maxWait after which fewer are sent; default 30 s
    /// @param firstPause before a batch is sent again; grows by half each time; default 10 s
    /// @param rate how many batches begin in a second; default 10, 15 at first
    public record Batches(
            int bufferSize,
            int maxEvents,
            Duration maxWait,
            Duration firstPause,
            Throttle.Rate rate) {

        public static final Batches DEFAULT =
                new Batches(
                        10_000,
                        400,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Throttle.Rate.DEFAULT);
    }

    private final Post post;
    private final Batches batches;
    private final BlockingQueue<byte[]> waiting;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Object settling = new Object();
    private long unsettled; // events neither taken nor lost; guarded by settling
    private final Auditor.Counts counts;
    private final Ticker ticker;
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isClosing;
    private volatile @Nullable Thread thread;

    /// @param counts of what is lost behind the callers' backs
    public AuditWebhook(Post post, Batches batches, Auditor.Counts counts, Ticker ticker) {
        this.post = post;
        this.batches = batches;
        this.waiting = new ArrayBlockingQueue<>(batches.bufferSize());
        this.counts = counts;
        this.ticker = ticker;
    }

    public void start() {
        thread = Thread.ofPlatform().name("kat-audit-webhook").daemon(true).start(this::run);
    }

    /// Always true, since a request does not fail for what is lost here; it is counted.
    @Override
    public boolean write(byte[] line) {
        long bytes = waitingBytes.addAndGet(line.length);
        synchronized (settling) {
            unsettled++;
        }
        if (isClosing || bytes > MAX_WAITING_BYTES || !waiting.offer(line)) {
            long unused = waitingBytes.addAndGet(-line.length);
            lose(1);
        }
        return true;
    }

    private void lose(long events) {
        settle(events, true);
    }

    /// Counts events out, as far as the end has not done so before. Who sees that none is left sees
    /// all counts too.
    private void settle(long events, boolean areLost) {
        synchronized (settling) {
            long now = Math.min(unsettled, events);
            for (long i = 0; areLost && i < now; i++) {
                counts.lost();
            }
            unsettled -= now;
            if (unsettled == 0 && isClosing) {
                ended.countDown();
            }
        }
    }

    private long unsettled() {
        synchronized (settling) {
            return unsettled;
        }
    }

    private void run() {
        Throttle throttle = new Throttle(batches.rate(), ticker.nanos());
        try {
            while (!isClosing || !waiting.isEmpty()) {
                List<byte[]> batch = batch();
                if (!batch.isEmpty()) {
                    pause(throttle.take(ticker.nanos()));
                    free.acquire();
                    Thread unused = Thread.ofVirtual().start(() -> sendAndFree(batch));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits, but not beyond the beginning of the end.
    private void pause(Duration time) throws InterruptedException {
        if (time.isPositive()) {
            boolean unused = closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /// Waits for an event, and then for more until the batch is full or has waited long enough.
    private List<byte[]> batch() throws InterruptedException {
        List<byte[]> batch = new ArrayList<>();
        byte[] next = waiting.take();
        long end = ticker.nanos() + batches.maxWait().toNanos();
        int bytes = 0;
        while (next != null && next != END) {
            batch.add(next);
            bytes += next.length;
            long unused = waitingBytes.addAndGet(-next.length);
            boolean isFull = batch.size() == batches.maxEvents() || bytes >= MAX_BATCH_BYTES;
            long left = isClosing ? 0 : end - ticker.nanos();
            next = isFull ? null : waiting.poll(Math.max(0, left), TimeUnit.NANOSECONDS);
        }
        return batch;
    }

    private void sendAndFree(List<byte[]> batch) {
        try {
            send(body(batch));
            settle(batch.size(), false);
        } catch (IOException e) {
            lose(batch.size());
            LOG.log(
                    System.Logger.Level.ERROR,
                    "audit events lost count=" + batch.size() + " cause=" + e.getMessage());
        } catch (RuntimeException e) {
            lose(batch.size());
            LOG.log(System.Logger.Level.ERROR, "audit events lost count=" + batch.size(), e);
        } catch (InterruptedException e) {
            lose(batch.size());
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
    }

    private void send(byte[] body) throws IOException, InterruptedException {
        Duration pause = batches.firstPause();
        for (int tries = 1; ; tries++) {
            try {
                post.send(body);
                return;
            } catch (IOException e) {
                if (tries == TRIES || isClosing) {
                    throw e;
                }
                pause(pause);
                pause = pause.multipliedBy(3).dividedBy(2);
            }
        }
    }

    private static byte[] body(List<byte[]> batch) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String head =
                "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},"
                        + "\"items\":[";
        body.writeBytes(head.getBytes(UTF_8));
        for (int i = 0; i < batch.size(); i++) {
            if (i > 0) {
                body.write(',');
            }
            byte[] line = batch.get(i);
            body.write(line, 0, line.length - 1); // without its newline
        }
        body.writeBytes("]}".getBytes(UTF_8));
        return body.toByteArray();
    }

    /// Sends what waits, each batch once more at most, and returns after [#LAST_SENDS] in any
    /// case.
    @Override
    public void close() {
        isClosing = true;
        closing.countDown();
        Thread running = thread;
        Ticker.Scheduled limit = ticker.schedule(LAST_SENDS, ended::countDown);
        try {
            boolean unused = waiting.offer(END); // wakes it; when the buffer is full it is awake
            if (running != null && unsettled() > 0) {
                ended.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            boolean unused = limit.cancel();
        }
        if (running != null) {
            running.interrupt();
        }
        long left = unsettled();
        if (left > 0) {
            lose(left);
            LOG.log(System.Logger.Level.WARNING, "audit events lost at the end count=" + left);
        }
    }
}
