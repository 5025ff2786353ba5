package kat.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kat.base.Randomness;
import kat.store.disk.Disk;
import kat.store.disk.DiskFile;
import org.jspecify.annotations.Nullable;

/// Opens a log as a crash may have left it.
///
/// The newest file names the one before it and where that ended, and so on back: that chain is the
/// log, and other files are left-overs of failed attempts and of old snapshots. Frames were forced
/// one by one, so only the last of all can be torn. When something unreadable has a whole frame
/// behind it, it is damage; when nothing is behind it, it is the torn end and is cut off.
public final class Recovery {

    private final Disk disk;
    private final Start start;
    private final Reader reader;
    private long sequence; // of the last frame read
    private byte[] room = new byte[0]; // for one file at a time
    private int lastFrame; // where it begins in its file

    /// Where the log begins: after a snapshot, or with [#BEGINNING].
    ///
    /// @param number the first file to be read
    /// @param firstSequence of that file's first frame
    public record Start(long number, long firstSequence) {
        public static final Start BEGINNING = new Start(1, 1);
    }

    /// Takes the frames in order.
    public interface Reader {
        /// @param number of the file that `payload` stands in
        /// @param payload valid during the call
        void read(long number, ByteBuffer payload);
    }

    /// @param file of the last segment
    record Found(List<Log.Segment> segments, DiskFile file, long sequence, long lastNumber) {}

    private Recovery(Disk disk, Start start, Reader reader) {
        this.disk = disk;
        this.start = start;
        this.reader = reader;
        this.sequence = start.firstSequence() - 1;
    }

    /// Gives every frame since `start` to `reader`, cuts a torn end off, and opens the log for
    /// appending behind the last whole frame, all of which is then forced.
    ///
    /// @throws DamageException when anything but the end is not as it was written
    public static Log open(
            Disk disk, Log.Sizes sizes, Randomness randomness, Start start, Reader reader)
            throws IOException {
        Found found = new Recovery(disk, start, reader).run(sizes, randomness);
        return new Log(disk, sizes, randomness, found);
    }

    private Found run(Log.Sizes sizes, Randomness randomness) throws IOException {
        List<Long> numbers = FileNames.numbers(FileNames.LOG, disk.list());
        Deque<FileHeader> chain = chain(new ArrayList<>(numbers));
        long lastNumber = numbers.isEmpty() ? 0 : numbers.getLast();
        if (chain.isEmpty()) {
            return begin(sizes, randomness, lastNumber);
        }
        List<Log.Segment> segments = new ArrayList<>();
        while (chain.size() > 1) {
            FileHeader header = chain.removeFirst();
            long end = chain.getFirst().previousEnd();
            readClosed(header, end);
            segments.add(segment(header, end));
        }
        FileHeader last = chain.removeFirst();
        DiskFile file = disk.open(FileNames.log(last.number()));
        segments.add(segment(last, readLast(last, file)));
        deleteOthers(numbers, segments);
        return new Found(segments, file, sequence, lastNumber);
    }

    private Found begin(Log.Sizes sizes, Randomness randomness, long lastNumber)
            throws IOException {
        if (!start.equals(Start.BEGINNING)) {
            throw missing(start.number());
        }
        deleteOthers(FileNames.numbers(FileNames.LOG, disk.list()), List.of());
        byte[] salt = new byte[Long.BYTES];
        randomness.nextBytes(salt);
        FileHeader header =
                new FileHeader(
                        FileHeader.Kind.LOG,
                        lastNumber + 1,
                        0,
                        0,
                        1,
                        ByteBuffer.wrap(salt).getLong());
        DiskFile file = Log.create(disk, header, sizes.allocateBytes());
        Log.Segment only = segment(header, FileHeader.SPACE);
        return new Found(List.of(only), file, 0, header.number());
    }

    private static Log.Segment segment(FileHeader header, long end) {
        return new Log.Segment(
                header.number(), header.firstSequence(), end, header.previous(), header.salt());
    }

    /// The headers of the log's files, oldest first; empty when there is no log.
    private Deque<FileHeader> chain(List<Long> numbers) throws IOException {
        Deque<FileHeader> chain = new ArrayDeque<>();
        FileHeader newest = newest(numbers);
        for (FileHeader at = newest; at != null; at = before(at)) {
            chain.addFirst(at);
        }
        if (newest != null && chain.getFirst().firstSequence() > start.firstSequence()) {
            throw missing(chain.getFirst().previous());
        }
        return chain;
    }

    private @Nullable FileHeader newest(List<Long> numbers) throws IOException {
        for (long number : numbers.reversed()) {
            FileHeader header = header(number);
            if (header != null) {
                return number < start.number() ? null : header;
            }
            requireNeverUsed(number);
        }
        return null;
    }

    private @Nullable FileHeader before(FileHeader header) throws IOException {
        long previous = header.previous();
        if (previous < start.number() || header.firstSequence() <= start.firstSequence()) {
            return null;
        }
        if (!disk.list().contains(FileNames.log(previous))) {
            throw missing(previous);
        }
        FileHeader before = header(previous);
        if (before == null) {
            throw damage(previous, 0, "the file's header is not as it was written");
        }
        return before;
    }

    private @Nullable FileHeader header(long number) throws IOException {
        try (DiskFile file = disk.open(FileNames.log(number))) {
            ByteBuffer bytes = ByteBuffer.allocate(FileHeader.SPACE);
            file.read(0, bytes);
            return FileHeader.read(FileHeader.Kind.LOG, number, bytes.flip());
        }
    }

    /// A file gets its first frame only after its header was forced, so one without a header that
    /// holds anything else was damaged later.
    private void requireNeverUsed(long number) throws IOException {
        try (DiskFile file = disk.open(FileNames.log(number))) {
            ByteBuffer bytes = whole(file, file.size());
            for (int at = FileHeader.SPACE; at < bytes.limit(); at++) {
                if (bytes.get(at) != 0) {
                    throw damage(number, 0, "the file's header is not as it was written");
                }
            }
        }
    }

    private void readClosed(FileHeader header, long end) throws IOException {
        try (DiskFile file = disk.open(FileNames.log(header.number()))) {
            ByteBuffer bytes = whole(file, Math.min(end, file.size()));
            int at = readFrames(header, bytes);
            if (at != end) {
                throw damage(header.number(), at, "a frame is not as it was written");
            }
        }
    }

    /// Where the last file's frames end.
    private int readLast(FileHeader header, DiskFile file) throws IOException {
        ByteBuffer bytes = whole(file, file.size());
        int end = readFrames(header, bytes);
        boolean isTorn = (bytes.limit() - end) % Frame.ALIGNMENT != 0;
        for (int at = end; at + Long.BYTES <= bytes.limit(); at += Frame.ALIGNMENT) {
            isTorn |= bytes.getLong(at) != 0;
            if (at > end && Frame.isAt(bytes, at, header.salt())) {
                throw damage(header.number(), end, "a frame is not as it was written");
            }
        }
        if (isTorn) {
            file.truncate(end);
        }
        rewrite(file, bytes, 0, FileHeader.SPACE);
        rewrite(file, bytes, lastFrame, end);
        file.force();
        disk.forceNames();
        return end;
    }

    /// What is read may stand in the machine's cache only: if forcing it failed before, forcing it
    /// again would do nothing, since it counts as clean. Only a file's header and last frame can be
    /// in this state, because nothing is written behind what was not forced.
    private static void rewrite(DiskFile file, ByteBuffer bytes, int from, int to)
            throws IOException {
        file.write(from, bytes.slice(from, to - from));
    }

    private int readFrames(FileHeader header, ByteBuffer bytes) {
        int at = FileHeader.SPACE;
        lastFrame = at;
        while (Frame.isAt(bytes, at, header.salt()) && Frame.sequence(bytes, at) == sequence + 1) {
            sequence++;
            lastFrame = at;
            ByteBuffer payload = Frame.payload(bytes, at);
            at += (int) Frame.size(payload.limit());
            reader.read(header.number(), payload);
        }
        return at;
    }

    /// The first `size` bytes of `file`, valid until the next call.
    private ByteBuffer whole(DiskFile file, long size) throws IOException {
        int length = Math.toIntExact(size);
        if (length > room.length) {
            room = new byte[length];
        }
        ByteBuffer bytes = ByteBuffer.wrap(room, 0, length);
        file.read(0, bytes);
        return bytes.flip();
    }

    private void deleteOthers(List<Long> numbers, List<Log.Segment> kept) throws IOException {
        List<Long> needed = kept.stream().map(Log.Segment::number).toList();
        for (long number : numbers) {
            if (!needed.contains(number)) {
                disk.delete(FileNames.log(number));
            }
        }
    }

    private DamageException missing(long number) {
        return damage(number, 0, "the file is missing");
    }

    private DamageException damage(long number, long offset, String what) {
        return new DamageException(disk.describe(FileNames.log(number)), offset, what);
    }
}
