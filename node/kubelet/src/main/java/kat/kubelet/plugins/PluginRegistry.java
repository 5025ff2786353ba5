package kat.kubelet.plugins;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Follows the folder in which plug-ins of the node put their sockets. Nothing is done while
/// nothing changes there.
///
/// | socket                    | what is done                                       |
/// |---------------------------|----------------------------------------------------|
/// | new                       | it is asked and taken in, or asked again later     |
/// | refused before            | it is asked again when its delay is over           |
/// | gone                      | its driver is let go                               |
/// | another of the same name  | the driver is let go, then the new one is asked    |
///
/// **Threads:** any; the work is done by one of its own.
///
/// **Source:** `pkg/kubelet/pluginmanager`.
public final class PluginRegistry implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.kubelet.plugins");
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 7;
    private static final Duration LONGEST_RETRY = FIRST_RETRY.multipliedBy(1L << MOST_DOUBLINGS);
    private static final int DEPTH = 3;
    private static final int SOCKET = 0140000;
    private static final int TYPE = 0170000;
    private static final int MOST_SOCKETS = 100;

    private final Path folder;
    private final Registrar registrar;
    private final Ticker ticker;
    private final BlockingQueue<Boolean> wakes = new LinkedBlockingQueue<>();

    /// What is known of each socket; only the own thread looks at it.
    private final Map<Path, Known> known = new HashMap<>();

    /// Wakes for the next socket that is to be asked again; only the own thread looks at it.
    private Ticker.@Nullable Scheduled retry;

    private @Nullable WatchService watch;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /// @param identity differs for another socket of the same name
    /// @param plugin null while it is not registered
    /// @param failures how often it was asked in vain
    /// @param due when it may be asked again, as the ticker counts nanoseconds
    private record Known(String identity, @Nullable Registered plugin, int failures, long due) {}

    public PluginRegistry(Path folder, Registrar registrar, Ticker ticker) {
        this.folder = folder;
        this.registrar = registrar;
        this.ticker = ticker;
    }

    /// Makes the folder and begins with what is there.
    ///
    /// @throws IOException when the folder cannot be made or watched
    public void start() throws IOException {
        Files.createDirectories(folder);
        WatchService service = folder.getFileSystem().newWatchService();
        watch = service;
        follow(service, folder);
        thread = Thread.ofVirtual().name("plug-ins").start(() -> run(service));
        Thread unused = Thread.ofVirtual().name("plug-in events").start(() -> listen(service));
        wakes.add(true);
    }

    private static void follow(WatchService service, Path each) throws IOException {
        each.register(
                service,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE);
    }

    private void listen(WatchService service) {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                key.reset();
                wakes.add(true);
            }
        } catch (ClosedWatchServiceException closed) {
            LOG.log(Level.DEBUG, "plug-ins no longer followed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(WatchService service) {
        try {
            while (true) {
                wakes.take();
                wakes.clear();
                lookOrRetry(service);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One fault must not end the thread that drivers come and go by.
    private void lookOrRetry(WatchService service) throws InterruptedException {
        try {
            look(service);
        } catch (RuntimeException e) {
            if (closed) {
                throw new InterruptedException("the registry was closed");
            }
            LOG.log(Level.ERROR, "looking for plug-ins broke", e);
            wakeIn(FIRST_RETRY);
        }
    }

    private void wakeIn(Duration delay) {
        if (retry != null) {
            retry.cancel();
        }
        retry = ticker.schedule(delay, () -> wakes.add(true));
    }

    /// Takes in what is new, lets go of what is gone, and asks again what is due.
    void look(WatchService service) {
        Map<Path, String> present;
        try {
            present = sockets(service);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "plug-ins not looked for error={0}", e.toString());
            wakeIn(LONGEST_RETRY);
            return;
        }
        for (Path socket : List.copyOf(known.keySet())) {
            Known before = known.get(socket);
            if (before != null && !before.identity().equals(present.get(socket))) {
                known.remove(socket);
                release(before.plugin());
            }
        }
        present.forEach(this::meet);
        scheduleRetry();
    }

    /// Another socket that once had the same driver may have it again.
    private void release(@Nullable Registered plugin) {
        if (plugin != null && plugin.release().getAsBoolean()) {
            known.values()
                    .removeIf(
                            each ->
                                    each.plugin() != null
                                            && each.plugin().name().equals(plugin.name()));
        }
    }

    private void meet(Path socket, String identity) {
        Known before = known.get(socket);
        if (before != null && (before.plugin() != null || before.due() - ticker.nanos() > 0)) {
            return;
        }
        int failures = before == null ? 0 : before.failures();
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        // Before it is asked: whatever breaks, the next look gets past this one.
        known.put(
                socket, new Known(identity, null, failures + 1, ticker.nanos() + delay.toNanos()));
        Registered plugin = registrar.register(socket);
        long due = ticker.nanos() + delay.toNanos();
        known.put(socket, new Known(identity, plugin, failures + 1, due));
    }

    private void scheduleRetry() {
        long now = ticker.nanos();
        known.values().stream()
                .filter(each -> each.plugin() == null)
                .mapToLong(each -> Math.max(0, each.due() - now))
                .min()
                .ifPresent(nanos -> wakeIn(Duration.ofNanos(nanos)));
    }

    /// Each socket with what tells it from another of its name.
    private Map<Path, String> sockets(WatchService service) throws IOException {
        Map<Path, String> found = new TreeMap<>();
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder, DEPTH, new FileVisitOption[0])) {
            all = files.limit(MOST_SOCKETS).toList();
        }
        for (Path file : all) {
            if (file.getFileName().toString().startsWith(".")) {
                continue;
            }
            if (Files.isDirectory(file)) {
                follow(service, file);
            } else if (isSocket(file)) {
                BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
                found.put(file, facts.fileKey() + " " + facts.lastModifiedTime());
            }
        }
        return found;
    }

    private static boolean isSocket(Path file) throws IOException {
        return Files.exists(file) && ((int) Files.getAttribute(file, "unix:mode") & TYPE) == SOCKET;
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "plug-ins still followed error={0}", e.toString());
        }
    }
}
