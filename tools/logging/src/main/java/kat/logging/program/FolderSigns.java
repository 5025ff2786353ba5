package kat.logging.program;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Tells which folders of containers changed, without looking at them again and again.
///
/// **Threads:** one owner.
final class FolderSigns implements AutoCloseable {

    private final Path root;
    private final WatchService service;
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Set<Path> containers = new HashSet<>();

    /// What changed.
    ///
    /// @param everything whether folders came or went, so that all must be looked at
    record Changed(boolean everything, Set<Path> containers) {
        Changed {
            containers = Set.copyOf(containers);
        }
    }

    FolderSigns(Path root) throws IOException {
        this.root = root;
        this.service = FileSystems.getDefault().newWatchService();
    }

    /// Watches these folders of containers, and those of all pods: a pod's folder is there
    /// before its first container's.
    ///
    /// @return whether some are watched only from now on, so that what came in them before must
    ///     be looked for
    boolean watch(List<Path> folders) throws IOException {
        Set<Path> wanted = new HashSet<>(folders);
        wanted.add(root);
        wanted.addAll(pods());
        boolean isNew = false;
        for (Path gone : Set.copyOf(keys.keySet())) {
            if (!wanted.contains(gone)) {
                WatchKey key = keys.remove(gone);
                if (key != null) {
                    key.cancel();
                }
            }
        }
        for (Path folder : wanted) {
            if (!keys.containsKey(folder)) {
                isNew |= register(folder);
            }
        }
        containers.clear();
        containers.addAll(folders);
        return isNew;
    }

    private List<Path> pods() throws IOException {
        try (Stream<Path> inside = Files.list(root)) {
            return inside.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return List.of();
        }
    }

    private boolean register(Path folder) throws IOException {
        try {
            keys.put(
                    folder,
                    folder.register(
                            service,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY));
            return true;
        } catch (NoSuchFileException | NotDirectoryException gone) {
            keys.remove(folder);
            return false;
        }
    }

    /// Waits for a change.
    ///
    /// @throws InterruptedException when the caller is interrupted while it waits
    Changed await(Duration most) throws InterruptedException {
        boolean everything = false;
        Set<Path> changed = new HashSet<>();
        WatchKey key = service.poll(most.toMillis(), TimeUnit.MILLISECONDS);
        for (; key != null; key = service.poll()) {
            Path folder = (Path) key.watchable();
            for (WatchEvent<?> event : key.pollEvents()) {
                everything |= event.kind() == StandardWatchEventKinds.OVERFLOW;
            }
            if (!key.reset()) {
                keys.remove(folder);
                everything = true;
            } else if (containers.contains(folder)) {
                changed.add(folder);
            } else {
                everything = true;
            }
        }
        return new Changed(everything, changed);
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
