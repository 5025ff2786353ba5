package kat.logging.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// Lines on disk, with how far their files were read.
///
/// A line and the position behind it are written together, so that after a kill at any moment
/// nothing is missing and nothing is there twice: whoever reads the files goes on at
/// [#positions].
///
/// | call        | after it                                                                   |
/// |-------------|----------------------------------------------------------------------------|
/// | [#add]      | the line is in memory, or with its block in the file                       |
/// | [#commit]   | all lines are on the disk, and seen by searches                            |
/// | [#maintain] | full segments are sealed; those too many or too old are gone               |
///
/// When a write fails, what was added stays in memory, and [#commit] tries again. When the disk
/// does not take what was written, nothing after the last commit counts, and the store must be
/// opened anew.
///
/// **Limits:** see [StoreLimits]; memory: one block, and about 200 bytes for each block on
/// disk.
///
/// **Threads:** [#add], [#position] and [#commit] by one; [#maintain] by another one; the rest
/// by any.
public final class LineStore implements AutoCloseable {

    /// The position of a file that is gone.
    public static final long FORGOTTEN = -1;

    private static final int MOST_BLOCKS = 4096; // of a segment that is not sealed

    private final StoreFolder folder;
    private final FileChannel held;
    private final StoreLimits limits;
    private final BlockBuilder builder = new BlockBuilder();
    private final Object lock = new Object();
    private final List<Segment> segments = new ArrayList<>(); // guarded by lock; the last is open
    private long committed; // guarded by lock; the sequence of the last line on disk
    private boolean closed; // guarded by lock
    private Segment open;
    private long next;
    private long forcedSize;
    private @Nullable IOException failure;
    private @Nullable IOException broken;

    private LineStore(
            StoreFolder folder,
            FileChannel held,
            StoreLimits limits,
            List<Segment> found,
            Segment open) {
        this.folder = folder;
        this.held = held;
        this.limits = limits;
        this.segments.addAll(found);
        this.open = open;
        this.forcedSize = open.size();
    }

    /// Opens the store of a folder, or makes one.
    ///
    /// @throws IOException when files cannot be read or written, or another one has the store open
    public static LineStore open(Path path, StoreLimits limits) throws IOException {
        StoreFolder folder = StoreFolder.create(path);
        FileChannel held = folder.lock();
        List<Segment> segments = new ArrayList<>();
        try {
            Segment last = null;
            for (StoreFolder.Found found : folder.find()) {
                last =
                        found.open()
                                ? Segment.open(found.number(), found.file(), true)
                                : Sealing.openSealed(found.number(), folder);
                segments.add(last);
            }
            if (last == null || last.words() != null) {
                long number = last == null ? 1 : last.number() + 1;
                last = Segment.create(number, folder.open(number));
                segments.add(last);
                folder.force();
            }
            LineStore store = new LineStore(folder, held, limits, segments, last);
            store.next = store.lastStored() + 1;
            store.committed = store.next - 1;
            return store;
        } catch (IOException | RuntimeException e) {
            for (Segment segment : segments) {
                segment.release();
            }
            held.close();
            throw e;
        }
    }

    private long lastStored() {
        for (Segment segment : segments.reversed()) {
            List<Block> blocks = segment.blocks();
            if (!blocks.isEmpty()) {
                return blocks.getLast().lastSequence();
            }
        }
        return 0;
    }

    /// Adds a line. It goes into the same block as a position that was given just before.
    ///
    /// When the block is full and cannot be written the line is kept in memory all the same;
    /// then [#takesMore] is false until [#commit] succeeds.
    ///
    /// @param text whose bytes from `from` to `to` are the line, without its line end
    public void add(
            LogSource source, long timeNanos, boolean error, byte[] text, int from, int to) {
        builder.add(source, timeNanos, error, text, from, to);
        if (builder.isFull() && takesMore()) {
            try {
                write();
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    /// Whether lines may be added; false after a write that failed.
    public boolean takesMore() {
        return failure == null && broken == null;
    }

    /// Says how far a file was read: everything before is in lines that were added, or is in
    /// the line that is added next.
    ///
    /// @param offset [#FORGOTTEN] when the file is gone
    public void position(String file, long offset) {
        builder.position(file, offset);
    }

    /// Makes durable what was added.
    ///
    /// @throws IOException when it cannot; nothing that was added is lost unless [#isBroken]
    public void commit() throws IOException {
        if (broken != null) {
            throw new IOException("the disk did not take what was written", broken);
        }
        failure = null;
        write();
        if (open.size() > forcedSize) {
            force();
        }
        long last = next - 1;
        synchronized (lock) {
            committed = last;
            lock.notifyAll();
        }
    }

    private void write() throws IOException {
        if (builder.isEmpty()) {
            return;
        }
        open.append(builder, next);
        next += builder.count();
        builder.clear();
        if (open.textSize() >= limits.segmentText() || open.blockCount() >= MOST_BLOCKS) {
            roll();
        }
    }

    private void force() throws IOException {
        try {
            open.force();
            forcedSize = open.size();
        } catch (IOException e) {
            broken = e;
            open.truncate(forcedSize);
            throw e;
        }
    }

    /// Ends the open segment and begins one that knows all positions.
    private void roll() throws IOException {
        force();
        SequencedMap<String, Long> known = positions();
        Segment fresh = Segment.create(open.number() + 1, folder.open(open.number() + 1));
        try {
            BlockBuilder checkpoint = new BlockBuilder();
            known.forEach(checkpoint::position);
            if (!checkpoint.isEmpty()) {
                fresh.append(checkpoint, next);
            }
            fresh.force();
            folder.force();
        } catch (IOException e) {
            fresh.release();
            StoreFolder.delete(fresh.file());
            throw e;
        }
        open = fresh;
        forcedSize = fresh.size();
        synchronized (lock) {
            segments.add(fresh);
        }
    }

    /// Ends the open segment when its lines get too old to go with it.
    ///
    /// @throws IOException when a new one cannot be begun
    public void rollIfOld(Instant now) throws IOException {
        List<Block> blocks = open.blocks();
        long oldest = LogRecord.nanos(now.minus(limits.segmentAge()));
        if (!blocks.isEmpty() && blocks.getFirst().minTime() < oldest) {
            roll();
        }
    }

    /// Whether the store must be opened anew: the disk did not take what was written.
    public boolean isBroken() {
        return broken != null;
    }

    /// How far each file was read whose lines are here, what is not yet committed included.
    public SequencedMap<String, Long> positions() {
        SequencedMap<String, Long> all = new TreeMap<>(open.positions());
        all.putAll(builder.positions());
        all.values().removeIf(offset -> offset == FORGOTTEN);
        return Collections.unmodifiableSequencedMap(all);
    }

    /// How far a file was read; null when nothing of it is here. For the thread that adds.
    public @Nullable Long positionOf(String file) {
        Long offset = builder.positions().getOrDefault(file, open.positions().get(file));
        return offset == null || offset == FORGOTTEN ? null : offset;
    }

    /// Seals segments that are full, and drops those that are too old or too many, also when
    /// there is no room to seal.
    ///
    /// @param needed lines from this sequence on are not dropped
    /// @return whether there is room for more
    /// @throws IOException when a file cannot be written or deleted
    public boolean maintain(Instant now, long needed) throws IOException {
        try {
            for (Segment segment = toSeal(); segment != null; segment = toSeal()) {
                Segment sealed = Sealing.seal(segment, folder);
                replace(segment, sealed);
                StoreFolder.delete(folder.open(segment.number()));
                segment.release();
            }
        } finally {
            for (Segment old = toDrop(now, needed); old != null; old = toDrop(now, needed)) {
                drop(old);
            }
        }
        return hasRoom();
    }

    /// Whether there is room for more.
    public boolean hasRoom() {
        return sizeOnDisk() < limits.mostBytes();
    }

    private @Nullable Segment toSeal() {
        synchronized (lock) {
            for (Segment segment : segments.subList(0, segments.size() - 1)) {
                if (segment.words() == null) {
                    return segment;
                }
            }
            return null;
        }
    }

    private void replace(Segment old, Segment sealed) {
        synchronized (lock) {
            segments.set(segments.indexOf(old), sealed);
        }
    }

    private @Nullable Segment toDrop(Instant now, long needed) {
        synchronized (lock) {
            Segment oldest = segments.getFirst();
            if (segments.size() == 1) {
                return null;
            }
            List<Block> blocks = oldest.blocks();
            if (blocks.isEmpty()) {
                return oldest;
            }
            long youngest = blocks.stream().mapToLong(Block::maxTime).max().orElseThrow();
            boolean tooOld = youngest < LogRecord.nanos(now.minus(limits.longest()));
            boolean tooMuch = !hasRoom();
            boolean unneeded = blocks.getLast().lastSequence() < needed;
            return unneeded && (tooOld || tooMuch) ? oldest : null;
        }
    }

    /// The lines' file goes first: an index alone is removed at the next start.
    private void drop(Segment segment) throws IOException {
        synchronized (lock) {
            segments.remove(segment);
        }
        StoreFolder.delete(segment.file());
        StoreFolder.delete(folder.words(segment.number()));
        segment.release();
    }

    /// Bytes on disk, the index included.
    public long sizeOnDisk() {
        synchronized (lock) {
            return segments.stream().mapToLong(Segment::sizeOnDisk).sum();
        }
    }

    /// The segments by now; belongs to the caller.
    public StoreView view() {
        synchronized (lock) {
            List<Segment> retained = new ArrayList<>();
            for (Segment segment : segments) {
                if (segment.retain()) {
                    retained.add(segment);
                }
            }
            return new StoreView(retained);
        }
    }

    /// The sequence of the last line that is on disk; 0 when there is none.
    public long committed() {
        synchronized (lock) {
            return committed;
        }
    }

    /// Waits until a line behind a sequence is on disk.
    ///
    /// @return whether there is one
    /// @throws InterruptedException when the caller is interrupted while it waits
    public boolean awaitBeyond(long sequence, Deadline deadline, Ticker ticker)
            throws InterruptedException {
        synchronized (lock) {
            while (committed <= sequence && !closed && !deadline.isOver(ticker)) {
                lock.wait(Math.max(1, deadline.remaining(ticker).toMillis()));
            }
            return committed > sequence;
        }
    }

    /// Closes the files; what was not committed is not there at the next start.
    @Override
    public void close() throws IOException {
        List<Segment> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(segments);
            segments.clear();
            lock.notifyAll();
        }
        for (Segment segment : all) {
            segment.release();
        }
        held.close();
    }
}
