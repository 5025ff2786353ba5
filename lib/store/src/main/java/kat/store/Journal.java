package kat.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.store.disk.Disk;
import kat.store.log.Frame;
import kat.store.log.Log;
import kat.store.log.Recovery;
import kat.store.log.SnapshotReader;
import org.jspecify.annotations.Nullable;

/// The log in the store's words: writes groups of transactions and compactions, and knows from
/// which file on the log must be kept for a snapshot at some revision.
///
/// **Threads:** the writer's.
final class Journal implements AutoCloseable {

    private final Log log;
    private final Seal seal;
    private final boolean isOutdated;
    private final Frame frame = new Frame();
    private final NavigableMap<Long, Long> fileByFirstRevision = new TreeMap<>();
    private final Ticker ticker;
    private long file; // number of the newest, once noted
    private long markedCompaction; // to be written with the next group; 0 for none

    private Journal(Log log, Seal seal, Ticker ticker, Replay replay) {
        this.log = log;
        this.seal = seal;
        this.isOutdated = replay.opener.isOutdated();
        this.ticker = ticker;
        this.fileByFirstRevision.putAll(replay.fileByFirstRevision());
        this.file = replay.file;
        noteFile(replay.memory().revision());
    }

    /// What was on disk.
    record Opened(Journal journal, Memory memory) {}

    /// Reads the newest snapshot and the log after it.
    ///
    /// @throws kat.store.log.DamageException when a file is not as it was written
    /// @throws SealException when a value cannot be opened that is needed
    static Opened open(
            Disk disk, StoreConfig config, Seal seal, Ticker ticker, Randomness randomness)
            throws IOException {
        Replay replay = new Replay(config, new Opener(seal));
        Recovery.Start start = SnapshotReader.read(disk, replay::readSnapshot);
        StoreConfig.Files files = config.log();
        Log.Sizes sizes = new Log.Sizes(files.segmentBytes(), files.allocateBytes());
        Log log = Recovery.open(disk, sizes, randomness, start, replay::readLog);
        try {
            replay.requireOpened();
        } catch (SealException e) {
            log.close();
            throw e;
        }
        return new Opened(new Journal(log, seal, ticker, replay), replay.memory());
    }

    /// Writes `events`, which follow each other, in one frame; returns when they are on disk.
    void write(List<Event> events) throws IOException {
        begin(events.getFirst().revision() - 1);
        if (markedCompaction > 0) {
            Codec.putCompaction(frame, markedCompaction);
        }
        Codec.putEvents(frame, events, seal);
        log.append(frame);
        markedCompaction = 0;
        noteFile(events.getFirst().revision() - 1);
    }

    /// Writes that what is before `revision` is compacted; returns when it is on disk.
    ///
    /// @param newest the newest revision there is
    void writeCompaction(long revision, long newest) throws IOException {
        begin(newest);
        Codec.putCompaction(frame, revision);
        log.append(frame);
        noteFile(newest);
    }

    /// Whether values lie on disk that would be sealed in another way today.
    boolean isOutdated() {
        return isOutdated;
    }

    /// Begins a new file, so that a snapshot at `newest` makes all before needless.
    void roll(long newest) throws IOException {
        log.beginNext();
        noteFile(newest);
    }

    /// Every frame begins with the newest revision before it, and the time in milliseconds.
    private void begin(long newest) {
        frame.clear().putLong(newest).putLong(ticker.now().toEpochMilli());
    }

    /// Has a compaction written with the next group. If a crash comes first, what was compacted can
    /// be read again, which harms nobody.
    void markCompaction(long revision) {
        markedCompaction = revision;
    }

    /// Remembers which revision the newest file begins with, when it is new.
    private void noteFile(long lastBefore) {
        if (log.number() != file) {
            file = log.number();
            fileByFirstRevision.put(lastBefore + 1, file);
        }
    }

    /// From where on the log must be read after a snapshot at `revision`.
    Recovery.Start start(long revision) {
        long file = fileFor(revision);
        for (Log.Segment segment : log.segments()) {
            if (segment.number() >= file) {
                return new Recovery.Start(segment.number(), segment.firstSequence());
            }
        }
        throw new IllegalStateException("the newest log file is among the log's files");
    }

    private long fileFor(long revision) {
        var file = fileByFirstRevision.floorEntry(revision + 1);
        return file == null ? fileByFirstRevision.firstEntry().getValue() : file.getValue();
    }

    /// How many bytes of log a snapshot at `revision` would make needless.
    long superseded(long revision) {
        long file = fileFor(revision);
        return log.segments().stream()
                .filter(segment -> segment.number() < file)
                .mapToLong(Log.Segment::end)
                .sum();
    }

    /// Deletes what a snapshot at `revision` made needless.
    void dropBefore(long revision) {
        long file = fileFor(revision);
        log.dropBefore(file);
        fileByFirstRevision.values().removeIf(number -> number < file);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    /// Builds the memory from what is read.
    private static final class Replay implements Codec.Sink {

        private static final int FORGET_AT_ONCE = Integer.MAX_VALUE;

        private final StoreConfig config;
        private final Opener opener;
        private final NavigableMap<Long, Long> fileByFirstRevision = new TreeMap<>();
        private @Nullable Memory memory;
        private long file; // number of the one last read

        Replay(StoreConfig config, Opener opener) {
            this.config = config;
            this.opener = opener;
        }

        NavigableMap<Long, Long> fileByFirstRevision() {
            return fileByFirstRevision;
        }

        Memory memory() {
            if (memory == null) {
                memory = new Memory(config, Store.EMPTY_REVISION, 0);
            }
            return memory;
        }

        /// What cannot be opened and was replaced since is in a past that nobody sees any more.
        void requireOpened() throws SealException {
            opener.require(memory().slots());
            if (opener.isAnyClosed()) {
                memory().raiseCompacted(memory().revision());
                memory().forget(memory().compactedRevision(), FORGET_AT_ONCE);
            }
        }

        void readSnapshot(ByteBuffer payload) {
            Codec.read(payload, opener, this);
        }

        void readLog(long number, ByteBuffer payload) {
            long newestBefore = payload.getLong();
            long _ = payload.getLong(); // the time is there for those who read the log by hand
            if (number != file) {
                file = number;
                fileByFirstRevision.put(newestBefore + 1, number);
            }
            Codec.read(payload, opener, this);
        }

        @Override
        public void transaction(long revision, Transaction transaction) {
            if (revision <= memory().revision()) {
                return; // the snapshot holds it
            }
            Draft draft = new Draft(memory());
            draft.add(transaction);
            draft.requireRevision(revision);
            memory().publish(draft.events(), revision);
        }

        @Override
        public void compaction(long revision) {
            memory().raiseCompacted(Math.min(revision, memory().revision()));
            memory().forget(memory().compactedRevision(), FORGET_AT_ONCE);
        }

        @Override
        public void entry(Entry entry) {
            memory().restore(entry);
        }

        @Override
        public void state(long revision) {
            memory = new Memory(config, revision, revision);
        }
    }
}
