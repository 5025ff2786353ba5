package kat.cri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import kat.base.Deadline;
import kat.base.TaskGroup;
import kat.base.Ticker;
import kat.cri.ContainerRuntimeException.Code;
import org.jspecify.annotations.Nullable;

/// A containerd of our own: configured, started, watched, adopted and removed, apart from any other
/// on the machine.
///
/// | call | containerd | containers | files |
/// |---|---|---|---|
/// | [#start] | runs, the one left behind if there is one | go on | made |
/// | [#close], or this process dies | goes on | go on | stay |
/// | [#stop] | ends | go on | stay |
/// | [#removeAll] | ends | end | go |
///
/// **Threads:** safe for use by any number of threads; [#start], [#stop] and [#removeAll] one at a
/// time.
public final class PrivateContainerd implements Containerd {

    private static final System.Logger LOG = System.getLogger(PrivateContainerd.class.getName());

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(4);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);
    private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(30);

    private final ContainerdConfig config;
    private final Ticker ticker;
    private final ContainerdProcess process;
    private final CriRuntime runtime;

    /// The process that is watched; null when none should run. Guarded by this, as what follows.
    private @Nullable ProcessHandle watched;

    private boolean adopted;

    /// @param config where it lives
    public PrivateContainerd(ContainerdConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
        this.process = new ContainerdProcess(config, ticker);
        this.runtime = new CriRuntime(config.socket(), ticker);
    }

    @Override
    public ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    public synchronized boolean isAdopted() {
        return adopted;
    }

    /// Starts containerd or takes over the one that runs, and returns when it answers and the pause
    /// image is there. From then on it is started again whenever it ends by itself.
    ///
    /// @throws ContainerRuntimeException when it cannot be started, with the end of its log
    @Override
    public synchronized void start() {
        String problem = config.problem();
        if (!problem.isEmpty()) {
            throw failure(Code.INVALID_ARGUMENT, problem, null);
        }
        try {
            launch();
            importPause();
        } catch (IOException e) {
            throw failure(Code.INTERNAL, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(Code.CANCELLED, "interrupted", e);
        }
    }

    private synchronized void launch() throws IOException, InterruptedException {
        prepare();
        String toml = ContainerdToml.write(config, abilities());
        Optional<ProcessHandle> left = process.running();
        boolean unchanged =
                Files.exists(config.configFile())
                        && Files.readString(config.configFile()).equals(toml);
        if (left.isPresent() && unchanged && answers(left.get())) {
            adopted = true;
            watch(left.get());
            return;
        }
        if (left.isPresent()) {
            process.end(left.get());
        }
        if (process.isBeforeBoot()) {
            Host.deleteTree(config.state());
        }
        Files.writeString(
                ContainerdProcess.privateFile(config.configFile()),
                toml,
                StandardOpenOption.TRUNCATE_EXISTING);
        ProcessHandle started = process.start();
        if (!answers(started)) {
            throw new IOException(
                    "containerd does not answer; its log ends: " + process.lastWords());
        }
        adopted = false;
        watch(started);
    }

    private void prepare() throws IOException {
        for (Path folder :
                List.of(
                        config.home(),
                        config.root(),
                        config.state(),
                        config.registryDirectory(),
                        config.cniConfigDirectory())) {
            ContainerdProcess.privateFolder(folder);
        }
    }

    /// Once found out, the snapshotter stays: images are unpacked in its form.
    private ContainerdToml.Abilities abilities() throws IOException, InterruptedException {
        String snapshotter = "native";
        Path overlays = config.root().resolve("io.containerd.snapshotter.v1.overlayfs/snapshots");
        if (Files.isDirectory(overlays) || Host.canOverlay(config.home())) {
            snapshotter = "overlayfs";
        }
        return new ContainerdToml.Abilities(snapshotter, Host.mayLowerOomScore());
    }

    /// Waits until CRI answers.
    private boolean answers(ProcessHandle of) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(START_TIMEOUT, ticker);
        while (of.isAlive() && !deadline.isOver(ticker)) {
            if (Files.exists(config.socket())) {
                try {
                    runtime.status();
                    return true;
                } catch (ContainerRuntimeException e) {
                    if (e.code() == Code.UNIMPLEMENTED) {
                        throw new IOException(
                                config.program() + " is older than 1.6, the first with CRI v1", e);
                    }
                }
            }
            ticker.sleep(POLL);
        }
        return false;
    }

    private void importPause() throws IOException {
        if (runtime.images().status(PauseImage.NAME).isEmpty()) {
            try (var archive = PauseImage.archive(Machine.architecture())) {
                runtime.images().importArchive(archive);
            }
        }
    }

    private void watch(ProcessHandle started) {
        watched = started;
        var _ = started.onExit().thenAccept(this::ended);
    }

    private void ended(ProcessHandle which) {
        synchronized (this) {
            if (watched == null || watched.pid() != which.pid()) {
                return;
            }
        }
        LOG.log(System.Logger.Level.WARNING, "containerd ended, starting it again");
        Thread.ofVirtual().name("kat-containerd-restart").start(() -> restart(which));
    }

    private void restart(ProcessHandle which) {
        Duration pause = RESTART_PAUSE;
        try {
            while (true) {
                synchronized (this) {
                    if (watched == null || watched.pid() != which.pid()) {
                        return;
                    }
                    try {
                        launch();
                        return;
                    } catch (IOException e) {
                        LOG.log(System.Logger.Level.ERROR, "containerd does not start", e);
                    }
                }
                ticker.sleep(pause);
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(RESTART_PAUSE_MAX) > 0 ? RESTART_PAUSE_MAX : twice;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends containerd; containers go on without it and are found again by the next [#start].
    @Override
    public synchronized void stop() {
        watched = null;
        try {
            Optional<ProcessHandle> running = process.running();
            if (running.isPresent()) {
                process.end(running.get());
            }
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Code.INTERNAL, "stop containerd", String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(
                    Code.CANCELLED, "stop containerd", "interrupted", e);
        }
    }

    /// Ends every container, then containerd, and removes everything below its home. Harmless when
    /// nothing is there.
    ///
    /// @throws ContainerRuntimeException when something could not be removed
    @Override
    public synchronized void removeAll() {
        if (!Files.exists(config.home())) {
            return;
        }
        try {
            if (Files.exists(config.configFile()) && !process.isBeforeBoot()) {
                launch();
                removeSandboxes();
            }
        } catch (IOException | ContainerRuntimeException | ExecutionException e) {
            LOG.log(System.Logger.Level.WARNING, "containers are removed by force", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(
                    Code.CANCELLED, "remove containerd", "interrupted", e);
        }
        stop();
        removeRest();
    }

    private void removeSandboxes() throws InterruptedException, ExecutionException {
        try (TaskGroup group = new TaskGroup("kat-remove-sandbox")) {
            for (PodSandbox sandbox : runtime.listPodSandboxes(PodSandboxFilter.ALL)) {
                var _ =
                        group.fork(
                                () -> {
                                    runtime.stopPodSandbox(sandbox.id());
                                    runtime.removePodSandbox(sandbox.id());
                                    return sandbox.id();
                                });
            }
            group.join();
        }
    }

    /// What containerd did not take away: shims and what runs below them, mounts, files.
    private void removeRest() {
        try {
            for (ProcessHandle shim : Host.processesWith(config.socket().toString())) {
                shim.descendants().forEach(ProcessHandle::destroyForcibly);
                shim.destroyForcibly();
            }
            Host.unmountBelow(config.home());
            Host.deleteTree(config.home());
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Code.INTERNAL, "remove " + config.home(), String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContainerRuntimeException(
                    Code.CANCELLED, "remove " + config.home(), "interrupted", e);
        }
    }

    /// Stops watching and lets go of the connection; containerd and containers go on.
    @Override
    public void close() {
        synchronized (this) {
            watched = null;
        }
        runtime.close();
    }

    private ContainerRuntimeException failure(Code code, String words, @Nullable Throwable cause) {
        return new ContainerRuntimeException(
                code, "start containerd in " + config.home(), words, cause);
    }
}
