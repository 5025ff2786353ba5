package kat.apiserver.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Passes events on from a thread of its own, so that no request waits. What comes while the
/// buffer is full is lost.
///
/// **Threads:** any; [#start] and [#close] by the owner.
///
/// **Source:** `apiserver/plugin/pkg/audit/buffered`.
public final class AuditBuffer implements AuditSink {

    /// How long the end waits for what is still to be written.
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    private static final int MOST_AT_ONCE = 512;
    private static final byte[] END = {};

    private final AuditSink behind;
    private final BlockingQueue<byte[]> waiting;
    private final Auditor.Counts counts;
    private volatile boolean isClosing;
    private volatile @Nullable Thread thread;

    /// @param events how many may wait
    /// @param counts of what is lost behind the callers' backs
    public AuditBuffer(AuditSink behind, int events, Auditor.Counts counts) {
        this.behind = behind;
        this.waiting = new ArrayBlockingQueue<>(events);
        this.counts = counts;
    }

    public void start() {
        thread = Thread.ofPlatform().name("kat-audit").daemon(true).start(this::run);
    }

    @Override
    public boolean write(byte[] line) {
        return !isClosing && waiting.offer(line);
    }

    private void run() {
        List<byte[]> batch = new ArrayList<>();
        try {
            while (!isClosing || !waiting.isEmpty()) {
                batch.add(waiting.take());
                int unused = waiting.drainTo(batch, MOST_AT_ONCE - 1);
                batch.forEach(this::pass);
                batch.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(byte[] line) {
        if (line != END && !behind.write(line)) {
            counts.lost();
        }
    }

    private void loseWhatWaits() {
        List<byte[]> left = new ArrayList<>();
        int unused = waiting.drainTo(left);
        left.stream().filter(line -> line != END).forEach(_ -> counts.lost());
    }

    @Override
    public void close() {
        isClosing = true;
        Thread running = thread;
        if (running != null) {
            try {
                // Wakes it; when the buffer is full it is awake.
                boolean unused = waiting.offer(END, LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS);
                if (!running.join(LAST_WRITES)) {
                    loseWhatWaits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        behind.close();
    }
}
