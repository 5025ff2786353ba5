package kat.kubelet.shutdown;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Hears from systemd-logind that the machine goes down, and holds an inhibitor that makes it wait.
///
/// systemd's own programs speak with logind: `systemd-inhibit` holds the lock for as long as the
/// program that it runs reads from this process, so until it ends in any way, and `busctl` tells
/// one signal a line. Java cannot take the lock itself: logind hands it over as an open file, which
/// the sockets of the JDK do not pass on.
///
/// | logind says                | what is done                                         |
/// |----------------------------|------------------------------------------------------|
/// | waits less than is needed  | a file in `logind.conf.d` says more, logind reads it |
/// | PrepareForShutdown true    | the listener is told; later [#release] lets go       |
/// | PrepareForShutdown false   | the lock is taken anew, the listener is told         |
/// | nothing any more           | after a second, everything begins anew               |
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/nodeshutdown/systemd/inhibit_linux.go`; systemd's page "Inhibitor
/// Locks".
public final class LogindSignal implements ShutdownSignal {

    /// Where administrators set logind.
    public static final Path SYSTEM_FOLDER = Path.of("/etc/systemd/logind.conf.d");

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration RELOAD_STEP = Duration.ofMillis(200);
    private static final int RELOAD_LOOKS = 10;
    private static final String SERVICE = "org.freedesktop.login1";
    private static final String PATH = "/org/freedesktop/login1";
    private static final String MANAGER = "org.freedesktop.login1.Manager";
    private static final String SIGNAL =
            "type='signal',sender='"
                    + SERVICE
                    + "',path='"
                    + PATH
                    + "',interface='"
                    + MANAGER
                    + "',member='PrepareForShutdown'";

    private final Path programs;
    private final Path settings;
    private final Ticker ticker;
    private volatile boolean closed;
    private volatile @Nullable Thread thread;
    private @Nullable Process lock; // guarded by this
    private @Nullable Process monitor; // guarded by this

    /// @param programs the folder of `busctl`, `systemd-inhibit` and `cat`
    /// @param settings a file of this cluster's own in `logind.conf.d`; made where it is needed,
    ///     removed at the end
    public LogindSignal(Path programs, Path settings, Ticker ticker) {
        this.programs = programs;
        this.settings = settings;
        this.ticker = ticker;
    }

    private boolean isThere() {
        try {
            return Files.isExecutable(program("busctl"))
                    && Files.isExecutable(program("systemd-inhibit"))
                    && delay() != null;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no logind error={0}", e.toString());
            return false;
        }
    }

    @Override
    public void start(Duration delay, Listener listener) {
        if (!isThere()) {
            LOG.log(Level.INFO, "no logind tells when the machine goes down");
            return;
        }
        thread =
                Thread.ofVirtual()
                        .name("logind")
                        .start(
                                () -> {
                                    try {
                                        follow(delay, listener);
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
    }

    private void follow(Duration delay, Listener listener) throws InterruptedException {
        while (!closed) {
            try {
                ensureDelay(delay);
                takeLock();
                hear(listener);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "logind not heard error={0}", e.toString());
            }
            if (!closed) {
                ticker.sleep(RETRY);
            }
        }
    }

    private Path program(String name) {
        return programs.resolve(name);
    }

    /// How long logind waits for those who hold an inhibitor; null when there is no logind.
    private @Nullable Duration delay() throws IOException {
        String answer =
                run(
                        "busctl",
                        "--json=short",
                        "get-property",
                        SERVICE,
                        PATH,
                        MANAGER,
                        "InhibitDelayMaxUSec");
        if (Json.parse(answer.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject told) {
            return Duration.of(told.integer("data", 0), ChronoUnit.MICROS);
        }
        return null;
    }

    /// @throws IOException when logind does not take it
    private void ensureDelay(Duration wanted) throws IOException, InterruptedException {
        Duration present = delay();
        if (present == null || present.compareTo(wanted) >= 0) {
            return;
        }
        Files.createDirectories(settings.toAbsolutePath().getParent());
        Files.writeString(
                settings,
                "# Pods of a Kubernetes node end before the machine does.\n[Login]\n"
                        + "InhibitDelayMaxSec="
                        + wanted.toSeconds()
                        + "\n");
        String unused =
                run(
                        "busctl",
                        "call",
                        "org.freedesktop.systemd1",
                        "/org/freedesktop/systemd1",
                        "org.freedesktop.systemd1.Manager",
                        "KillUnit",
                        "ssi",
                        "systemd-logind.service",
                        "all",
                        "1");
        for (int look = 0; look < RELOAD_LOOKS; look++) {
            if (Objects.requireNonNullElse(delay(), Duration.ZERO).compareTo(wanted) >= 0) {
                return;
            }
            ticker.sleep(RELOAD_STEP);
        }
        throw new IOException("logind waits for " + present + " at most, wanted are " + wanted);
    }

    private synchronized void takeLock() throws IOException {
        if (closed) {
            return;
        }
        Process before = lock;
        lock =
                begin(
                        "systemd-inhibit",
                        "--what=shutdown",
                        "--mode=delay",
                        "--who=kubelet",
                        "--why=Kubelet needs time to handle node shutdown",
                        // Its input ends with this process, even when that is killed.
                        program("cat").toString());
        end(before);
    }

    /// Returns when logind or the bus has gone.
    private void hear(Listener listener) throws IOException {
        Process bus;
        synchronized (this) {
            if (closed) {
                return;
            }
            bus = begin("busctl", "--json=short", "monitor", "--match=" + SIGNAL);
            monitor = bus;
        }
        try (BufferedReader lines = bus.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Boolean goesDown = announcement(line);
                if (goesDown == null) {
                    continue;
                }
                if (!goesDown) {
                    takeLock();
                }
                listener.announced(goesDown);
            }
        } finally {
            end(bus);
        }
    }

    /// @return null when the line says something else
    static @Nullable Boolean announcement(String line) {
        if (line.startsWith("{")
                && Json.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof JsonObject told
                && told.string("member").equals("PrepareForShutdown")) {
            JsonObject payload = told.object("payload");
            return payload.array("data").items().contains(Json.of(true));
        }
        return null;
    }

    @Override
    public synchronized void release() {
        end(lock);
        lock = null;
    }

    /// Another way may have announced what made the node let go: then logind says nothing.
    @Override
    public synchronized void hold() {
        if (thread == null || (lock != null && lock.isAlive())) {
            return;
        }
        try {
            takeLock();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "machine not held error={0}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        synchronized (this) {
            end(lock);
            end(monitor);
        }
        try {
            Files.deleteIfExists(settings);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "settings of logind left behind file={0}", settings);
        }
    }

    private static void end(@Nullable Process process) {
        if (process != null) {
            List<ProcessHandle> children = process.descendants().toList();
            process.destroy();
            children.forEach(ProcessHandle::destroy);
        }
    }

    private Process begin(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program(name).toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private String run(String name, String... arguments) throws IOException {
        Process process = begin(name, arguments);
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                throw new IOException(name + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        name + " " + arguments[0] + " failed with " + process.exitValue());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + " was not waited for", e);
        }
    }
}
