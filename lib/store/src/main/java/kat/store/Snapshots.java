package kat.store;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kat.base.Randomness;
import kat.store.disk.Disk;
import kat.store.log.Frame;
import kat.store.log.Recovery;
import kat.store.log.SnapshotWriter;

/// Writes the entries of the compacted revision to a snapshot, beside the writer's work, so that
/// the log before it can go. The log after it stays, and with it the whole history.
///
/// While one is being written, what it reads must not be forgotten: see [#pinned].
///
/// **Threads:** [#start], [#ended] and [#pinned] are the writer's.
final class Snapshots {

    private static final Logger LOG = System.getLogger(Snapshots.class.getName());
    private static final int FRAME = 256 << 10; // bytes, or one entry

    private final Disk disk;
    private final Memory memory;
    private final Randomness randomness;
    private final Executor background;
    private final Seal seal;
    private final Object lock = new Object();
    private boolean isRunning; // guarded by lock
    private volatile boolean isStopping; // written under lock
    private long pinned = Long.MAX_VALUE; // writer only
    private long lastRevision; // writer only

    /// @param background runs one snapshot at a time
    Snapshots(Disk disk, Memory memory, Randomness randomness, Executor background, Seal seal) {
        this.disk = disk;
        this.seal = seal;
        this.memory = memory;
        this.randomness = randomness;
        this.background = background;
    }

    /// Nothing after this revision may be forgotten, nor what stood at it.
    long pinned() {
        return pinned;
    }

    boolean isPending() {
        return pinned != Long.MAX_VALUE;
    }

    /// Begins a snapshot at `revision`, unless the store is closing.
    ///
    /// @param ended called at the end, with whether it was written
    void start(long revision, Recovery.Start start, Consumer<Boolean> ended) {
        synchronized (lock) {
            if (isStopping) {
                return;
            }
            isRunning = true;
        }
        pinned = revision;
        lastRevision = revision;
        background.execute(() -> run(revision, start, ended));
    }

    /// Lets what the snapshot read be forgotten.
    void ended() {
        pinned = Long.MAX_VALUE;
    }

    /// Of the snapshot that was begun last.
    long lastRevision() {
        return lastRevision;
    }

    private void run(long revision, Recovery.Start start, Consumer<Boolean> ended) {
        boolean isWritten = false;
        try {
            isWritten = write(revision, start);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "a snapshot could not be written revision={0,number,#} reason={1}",
                    revision,
                    e.getMessage());
        } finally {
            synchronized (lock) {
                isRunning = false;
                lock.notifyAll();
            }
            ended.accept(isWritten);
        }
    }

    private boolean write(long revision, Recovery.Start start) throws IOException {
        try (SnapshotWriter out = new SnapshotWriter(disk, revision, start, salt())) {
            Frame frame = new Frame();
            Codec.putState(frame.clear(), revision);
            for (Iterator<Index.Slot> slots = memory.slots(); slots.hasNext(); ) {
                Version version = slots.next().at(revision);
                if (isStopping) {
                    return false;
                }
                if (version == null || version.entry == null) {
                    continue;
                }
                Codec.putEntry(frame, version.entry, seal);
                if (frame.length() >= FRAME) {
                    out.add(frame);
                    frame.clear();
                }
            }
            if (frame.length() > 0) {
                out.add(frame);
            }
            long bytes = out.finish();
            LOG.log(
                    Level.DEBUG,
                    "a snapshot was written revision={0,number,#} bytes={1,number,#}",
                    revision,
                    bytes);
            return true;
        }
    }

    private long salt() {
        byte[] salt = new byte[Long.BYTES];
        randomness.nextBytes(salt);
        return ByteBuffer.wrap(salt).getLong();
    }

    /// Gives up what is being written and waits until it has ended.
    void close() {
        boolean isInterrupted = false;
        synchronized (lock) {
            isStopping = true;
            while (isRunning) {
                try {
                    lock.wait();
                } catch (InterruptedException _) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
