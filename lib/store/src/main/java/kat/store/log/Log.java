package kat.store.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kat.base.Check;
import kat.base.Randomness;
import kat.store.disk.Disk;
import kat.store.disk.DiskFile;
import org.jspecify.annotations.Nullable;

/// Frames, appended one by one and forced, in files that grow ahead of what is written.
///
/// A file is closed when it is large enough, and the next one's header says where it ended. When a
/// write or a force fails, nothing is known of the bytes behind the last forced frame: the file is
/// cut there, and the next append begins a new file whose header says so. What was forced is never
/// written again, so it cannot be lost by it.
///
/// **Threads:** one at a time.
public final class Log implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Log.class.getName());
    private static final int ZEROS = 64 << 10; // bytes

    private final Disk disk;
    private final Sizes sizes;
    private final Randomness randomness;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
    private final Deque<Segment> closed = new ArrayDeque<>();
    private Segment current;
    private @Nullable DiskFile file; // of current; null until it is opened again
    private long allocated; // bytes of current that are on disk, if only as zeros
    private long sequence; // of the last frame
    private long lastNumber; // highest file number ever used
    private boolean isBroken;

    /// @param segmentBytes a file is closed once it is this long
    /// @param allocateBytes by how much a file grows ahead of what is written
    public record Sizes(long segmentBytes, int allocateBytes) {}

    /// A file of the log.
    ///
    /// @param end where its frames end, in bytes
    public record Segment(long number, long firstSequence, long end, long previous, long salt) {

        Segment endingAt(long newEnd) {
            return new Segment(number, firstSequence, newEnd, previous, salt);
        }

        boolean isEmpty() {
            return end == FileHeader.SPACE;
        }
    }

    /// Takes over what recovery found.
    Log(Disk disk, Sizes sizes, Randomness randomness, Recovery.Found found) throws IOException {
        this.disk = disk;
        this.sizes = sizes;
        this.randomness = randomness;
        closed.addAll(found.segments());
        this.current = closed.removeLast();
        this.file = found.file();
        this.allocated = found.file().size();
        this.sequence = found.sequence();
        this.lastNumber = found.lastNumber();
    }

    /// Appends `frame`, and returns when it is on disk.
    ///
    /// @throws IOException when it is not known to be there; the next append tries a new file
    public void append(Frame frame) throws IOException {
        if (isBroken) {
            repair();
        }
        try {
            if (current.end() >= sizes.segmentBytes()) {
                roll();
            }
            write(frame.seal(current.salt(), sequence + 1));
        } catch (IOException e) {
            isBroken = true;
            throw e;
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        DiskFile to = open();
        long end = current.end() + bytes.remaining();
        allocate(to, end);
        to.write(current.end(), bytes);
        to.force();
        sequence++;
        current = current.endingAt(end);
    }

    /// Writing into space that is there already spares the force from writing the file's size.
    private void allocate(DiskFile to, long needed) throws IOException {
        if (needed <= allocated) {
            return;
        }
        long goal = Math.max(needed, allocated + sizes.allocateBytes());
        while (allocated < goal) {
            int step = (int) Math.min(ZEROS, goal - allocated);
            to.write(allocated, zeros.clear().limit(step));
            allocated += step;
        }
    }

    private DiskFile open() {
        return Check.notNull(file, "the log file is open");
    }

    /// Ends the file that is written, whatever its size, unless nothing is in it.
    ///
    /// @throws IOException when there is no new one; the next append tries again
    public void beginNext() throws IOException {
        if (isBroken) {
            repair();
        }
        if (!current.isEmpty()) {
            try {
                roll();
            } catch (IOException e) {
                isBroken = true;
                throw e;
            }
        }
    }

    private void roll() throws IOException {
        Segment full = current;
        begin(full.number(), full.end());
        closed.addLast(full);
    }

    /// Makes the log writable again after a failure.
    private void repair() throws IOException {
        Segment broken = current;
        open().truncate(broken.end());
        boolean isEmpty = broken.isEmpty() && (broken.previous() == 0 || !closed.isEmpty());
        if (isEmpty) {
            Segment before = closed.peekLast();
            begin(before == null ? 0 : before.number(), before == null ? 0 : before.end());
            discard(FileNames.log(broken.number()));
        } else {
            begin(broken.number(), broken.end());
            closed.addLast(broken);
        }
        isBroken = false;
        LOG.log(
                Level.INFO,
                "the log is writable again file={0}",
                disk.describe(FileNames.log(current.number())));
    }

    /// Makes a new file the current one, following `previous`, which ends at `previousEnd`.
    private void begin(long previous, long previousEnd) throws IOException {
        Segment next = new Segment(++lastNumber, sequence + 1, FileHeader.SPACE, previous, salt());
        String name = FileNames.log(next.number());
        DiskFile made = create(disk, header(next, previousEnd), sizes.allocateBytes());
        DiskFile old = open();
        file = made;
        current = next;
        allocated = made.size();
        try {
            old.close();
        } catch (IOException e) {
            // All of it that counts was forced.
            LOG.log(Level.WARNING, "a log file did not close before=" + name, e);
        }
    }

    private long salt() {
        byte[] salt = new byte[Long.BYTES];
        randomness.nextBytes(salt);
        return ByteBuffer.wrap(salt).getLong();
    }

    private static FileHeader header(Segment segment, long previousEnd) {
        return new FileHeader(
                FileHeader.Kind.LOG,
                segment.number(),
                segment.previous(),
                previousEnd,
                segment.firstSequence(),
                segment.salt());
    }

    /// A log file with nothing but its header, safe from a crash; gone again when it fails.
    static DiskFile create(Disk disk, FileHeader header, int allocate) throws IOException {
        String name = FileNames.log(header.number());
        DiskFile file = disk.create(name);
        try {
            file.write(0, header.bytes());
            file.write(FileHeader.SPACE, ByteBuffer.allocate(allocate - FileHeader.SPACE));
            file.force();
            disk.forceNames();
            return file;
        } catch (IOException e) {
            try (file) {
                disk.delete(name);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /// The number of the file that was written last.
    public long number() {
        return current.number();
    }

    /// The log's files, oldest first.
    public List<Segment> segments() {
        List<Segment> all = new ArrayList<>(closed);
        all.add(current);
        return all;
    }

    /// Deletes the files before `number`, whose frames a snapshot holds.
    public void dropBefore(long number) {
        while (!closed.isEmpty() && closed.getFirst().number() < number) {
            discard(FileNames.log(closed.removeFirst().number()));
        }
    }

    /// Deletes what nobody needs; recovery does when this fails.
    private void discard(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "an old file was not deleted file=" + disk.describe(name), e);
        }
    }

    @Override
    public void close() throws IOException {
        open().close();
    }
}
