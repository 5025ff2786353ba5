package kat.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import kat.store.disk.Disk;
import kat.store.disk.DiskFile;

/// Reads the newest snapshot.
public final class SnapshotReader {

    private static final int HEADER = FileHeader.SPACE;

    private SnapshotReader() {}

    /// Gives each frame's payload to `reader`; clears away what other attempts left.
    ///
    /// @return where the log begins after it; [Recovery.Start#BEGINNING] when there is none
    /// @throws DamageException when the snapshot is not as it was written
    public static Recovery.Start read(Disk disk, Consumer<ByteBuffer> reader) throws IOException {
        disk.delete(FileNames.UNFINISHED);
        List<Long> numbers = FileNames.numbers(FileNames.SNAPSHOT, disk.list());
        if (numbers.isEmpty()) {
            return Recovery.Start.BEGINNING;
        }
        long number = numbers.getLast();
        FileHeader header;
        try (DiskFile file = disk.open(FileNames.snapshot(number))) {
            header = readFile(disk, number, file, reader);
        }
        disk.forceNames(); // before the older one is given up
        for (long old : numbers.subList(0, numbers.size() - 1)) {
            disk.delete(FileNames.snapshot(old));
        }
        return new Recovery.Start(header.previous(), header.firstSequence());
    }

    private static FileHeader readFile(
            Disk disk, long number, DiskFile file, Consumer<ByteBuffer> reader) throws IOException {
        String name = disk.describe(FileNames.snapshot(number));
        ByteBuffer head = ByteBuffer.allocate(HEADER);
        file.read(0, head);
        FileHeader header = FileHeader.read(FileHeader.Kind.SNAPSHOT, number, head.flip());
        if (header == null) {
            throw new DamageException(name, 0, "the file's header is not as it was written");
        }
        long at = HEADER;
        for (long sequence = 1; ; sequence++) {
            ByteBuffer frame = frame(file, at);
            if (!Frame.isAt(frame, 0, header.salt()) || Frame.sequence(frame, 0) != sequence) {
                throw new DamageException(name, at, "a frame is not as it was written");
            }
            ByteBuffer payload = Frame.payload(frame, 0);
            if (payload.limit() == 0) {
                return header;
            }
            reader.accept(payload);
            at += Frame.size(payload.limit());
        }
    }

    /// The bytes of the frame at `at`, as far as its header tells how many there are.
    private static ByteBuffer frame(DiskFile file, long at) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Frame.HEADER);
        if (file.read(at, head) < Frame.HEADER) {
            return head.flip();
        }
        long size = Frame.size(Math.max(0, head.getInt(4)));
        ByteBuffer whole = ByteBuffer.allocate((int) Math.min(size, file.size() - at));
        file.read(at, whole);
        return whole.flip();
    }
}
