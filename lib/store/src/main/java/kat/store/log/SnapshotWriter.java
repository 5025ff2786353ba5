package kat.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import kat.store.disk.Disk;
import kat.store.disk.DiskFile;

/// Writes a snapshot beside the one there is, and puts it in its place when it is whole and forced.
///
/// A snapshot is a header, frames, and an empty frame as its end. It stands for every frame before
/// its [Recovery.Start].
///
/// **Threads:** one at a time; need not be the log's.
public final class SnapshotWriter implements AutoCloseable {

    private final Disk disk;
    private final FileHeader header;
    private final DiskFile file;
    private long end = FileHeader.SPACE;
    private long sequence;
    private boolean isFinished;

    /// @param number greater than that of the snapshot before
    /// @param salt random
    public SnapshotWriter(Disk disk, long number, Recovery.Start start, long salt)
            throws IOException {
        this.disk = disk;
        this.header =
                new FileHeader(
                        FileHeader.Kind.SNAPSHOT,
                        number,
                        start.number(),
                        0,
                        start.firstSequence(),
                        salt);
        disk.delete(FileNames.UNFINISHED);
        this.file = disk.create(FileNames.UNFINISHED);
        file.write(0, header.bytes());
    }

    /// Adds a frame, whose payload is not empty.
    public void add(Frame frame) throws IOException {
        ByteBuffer bytes = frame.seal(header.salt(), ++sequence);
        int size = bytes.remaining();
        file.write(end, bytes);
        end += size;
    }

    /// Ends the snapshot and puts it in place; older ones are deleted.
    ///
    /// @return how long it is, in bytes
    public long finish() throws IOException {
        add(new Frame().clear());
        file.force();
        String name = FileNames.snapshot(header.number());
        disk.rename(FileNames.UNFINISHED, name);
        disk.forceNames();
        isFinished = true;
        for (long number : FileNames.numbers(FileNames.SNAPSHOT, disk.list())) {
            if (number < header.number()) {
                disk.delete(FileNames.snapshot(number));
            }
        }
        return end;
    }

    /// Leaves nothing behind of a snapshot that was not finished.
    @Override
    public void close() throws IOException {
        try (file) {
            if (!isFinished) {
                disk.delete(FileNames.UNFINISHED);
            }
        }
    }
}
