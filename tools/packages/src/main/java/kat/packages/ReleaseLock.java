package kat.packages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file that is locked while this machine changes a release, and that keeps a note while it does.
///
/// The lock ends with its process, however that ends; the note stays when the process had no time
/// to remove it. Hence a note without a lock means: what was begun here was cut off.
final class ReleaseLock implements AutoCloseable {

    private final FileChannel file;
    private final @Nullable FileLock lock;
    private final boolean wasCutOff;

    private ReleaseLock(FileChannel file, @Nullable FileLock lock, boolean wasCutOff) {
        this.file = file;
        this.lock = lock;
        this.wasCutOff = wasCutOff;
    }

    /// @param folder where locks are; made when it is missing
    /// @param release what is locked, as a file's name
    /// @throws HelmException in Helm's words when another process of this machine changes it
    static ReleaseLock take(Path folder, String release) {
        try {
            Files.createDirectories(folder);
            FileChannel file =
                    FileChannel.open(
                            folder.resolve(release),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            FileLock lock = tryLock(file);
            if (lock == null) {
                file.close();
                throw new HelmException(
                        "another operation (install/upgrade/rollback) is in progress");
            }
            boolean wasCutOff = file.size() > 0;
            ReleaseLock taken = new ReleaseLock(file, lock, wasCutOff);
            taken.note();
            return taken;
        } catch (IOException e) {
            throw new HelmException("cannot lock the release in " + folder, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            return null;
        }
    }

    private void note() throws IOException {
        byte[] note =
                ("process " + ProcessHandle.current().pid() + "\n")
                        .getBytes(StandardCharsets.UTF_8);
        file.truncate(0);
        file.write(ByteBuffer.wrap(note), 0);
        file.force(true);
    }

    /// Whether the process that held this lock before ended in the middle.
    boolean wasCutOff() {
        return wasCutOff;
    }

    @Override
    public void close() {
        try (FileChannel closing = file) {
            closing.truncate(0);
            if (lock != null) {
                lock.release();
            }
        } catch (IOException e) {
            throw new HelmException("cannot unlock the release", e);
        }
    }
}
