package kat.dev.loop;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kat.dev.config.DevException;
import org.jspecify.annotations.Nullable;

/// Waits until something may have happened to files: nobody looks at them in the meantime.
///
/// It watches the folders of files and those above them in which there are files of the same
/// kind. Where the system cannot watch more folders, or tells nothing (some file systems of
/// networks), the wait ends by its time.
///
/// **Threads:** one owner.
public final class Watch implements AutoCloseable {

    /// Editors write a file in several steps.
    private static final Duration SETTLED = Duration.ofMillis(30);

    private static final int MOST_FOLDERS = 20_000;
    private static final int MOST_ROUNDS = 20;

    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    private Watch(WatchService service) {
        this.service = service;
    }

    /// @throws DevException when the system has no more watches
    public static Watch open() {
        try {
            return new Watch(FileSystems.getDefault().newWatchService());
        } catch (IOException e) {
            throw new DevException("cannot watch files", e);
        }
    }

    /// Watches the folders of these files, and no others.
    ///
    /// @param roots above which no folder is watched
    public void follow(Collection<Path> files, Collection<Path> roots) {
        Set<Path> folders = new HashSet<>();
        for (Path file : files) {
            Path folder = file.getParent();
            while (folder != null && folders.size() < MOST_FOLDERS && folders.add(folder)) {
                folder = roots.contains(folder) ? null : folder.getParent();
                folder = isBelow(folder, roots) ? folder : null;
            }
        }
        keys.entrySet().removeIf(one -> isOver(one, folders));
        for (Path folder : folders) {
            if (!keys.containsKey(folder) && Files.isDirectory(folder)) {
                register(folder);
            }
        }
    }

    private static boolean isBelow(@Nullable Path folder, Collection<Path> roots) {
        return folder != null && roots.stream().anyMatch(folder::startsWith);
    }

    private static boolean isOver(Map.Entry<Path, WatchKey> one, Set<Path> folders) {
        if (folders.contains(one.getKey()) && one.getValue().isValid()) {
            return false;
        }
        one.getValue().cancel();
        return true;
    }

    private void register(Path folder) {
        try {
            keys.put(
                    folder,
                    folder.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE));
        } catch (IOException goneOrTooMany) {
            // What happens there is seen when the wait ends by its time.
            return;
        }
    }

    /// Returns when something happened and then nothing for a moment, or when the time is over.
    ///
    /// @return whether something happened
    public boolean await(Duration most) throws InterruptedException {
        WatchKey key = poll(most);
        boolean happened = key != null;
        for (int i = 0; key != null && i < MOST_ROUNDS; i++) {
            key.pollEvents();
            boolean unused = key.reset();
            key = poll(SETTLED);
        }
        return happened;
    }

    private @Nullable WatchKey poll(Duration most) throws InterruptedException {
        try {
            return service.poll(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ClosedWatchServiceException e) {
            throw new IllegalStateException("it is closed", e);
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new DevException("cannot end watching files", e);
        }
    }
}
