package kat.kubelet.shutdown;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A file that is there while the machine goes down, for machines without logind: whoever takes the
/// machine down makes it, and removes it when the machine stays up. One of an earlier time is
/// removed at the start.
///
/// **Threads:** any.
public final class FileSignal implements ShutdownSignal {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    private final Path folder;
    private final Path file;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    /// @param folder one that is there when the node starts
    public FileSignal(Path folder, String name) {
        this.folder = folder;
        this.file = folder.resolve(name);
    }

    @Override
    public void start(Duration delay, Listener listener) {
        try {
            Files.deleteIfExists(file);
            WatchService watch = folder.getFileSystem().newWatchService();
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE);
            thread = Thread.ofVirtual().name("shutdown file").start(() -> follow(watch, listener));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "shutdown file not followed file={0} error={1}", file, e);
        }
    }

    /// Whoever made the file sees by other means that pods have ended.
    @Override
    public void release() {}

    @Override
    public void hold() {}

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    private void follow(WatchService watch, Listener listener) {
        boolean told = false;
        try (watch) {
            while (!closed) {
                boolean present = Files.exists(file);
                if (present != told) {
                    told = present;
                    listener.announced(present);
                }
                WatchKey key = watch.take();
                key.pollEvents();
                key.reset();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "shutdown file no longer followed error={0}", e.toString());
        }
    }
}
