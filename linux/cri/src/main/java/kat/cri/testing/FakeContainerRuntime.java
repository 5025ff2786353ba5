package kat.cri.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kat.base.Ticker;
import kat.cri.Container;
import kat.cri.ContainerConfig;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.ContainerState;
import kat.cri.ContainerStats;
import kat.cri.ContainerStatus;
import kat.cri.ContainerStreams;
import kat.cri.CpuUsage;
import kat.cri.ExecResult;
import kat.cri.LinuxResources;
import kat.cri.MemoryUsage;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxStats;
import kat.cri.PodSandboxStatus;
import kat.cri.RuntimeEvent;
import kat.cri.RuntimeEvents;
import kat.cri.RuntimeStatus;
import kat.cri.RuntimeVersion;
import org.jspecify.annotations.Nullable;

/// A container runtime in memory. Containers do what its [FakeProgram] says, on the given clock; an
/// image must be [FakeImages#present] or pulled before a container is made from it.
///
/// **Threads:** safe for use by any number of threads.
public final class FakeContainerRuntime implements ContainerRuntime {

    private static final int SIGTERM_EXIT = 143;
    private static final int SIGKILL_EXIT = 137;
    private static final int ADDRESSES = 250;

    private volatile List<RuntimeStatus.Handler> handlers = List.of();
    private final Ticker ticker;
    private final FakeProgram program;
    private final FakeImages images = new FakeImages();
    private final FakeStreams streams;
    private final CopyOnWriteArrayList<FakeEvents> subscriptions = new CopyOnWriteArrayList<>();

    /// By id, in the order they were made; guarded by this, as what follows.
    private final TreeMap<String, FakeSandbox> sandboxes = new TreeMap<>();

    private final TreeMap<String, FakeContainer> containers = new TreeMap<>();
    private final TreeMap<String, ContainerRuntimeException> failures = new TreeMap<>();
    private int made;

    /// @param ticker when containers end by themselves
    public FakeContainerRuntime(Ticker ticker, FakeProgram program) {
        this.ticker = ticker;
        this.program = program;
        this.streams = new FakeStreams(this::requireRunning, this::requireSandbox, program);
    }

    /// Makes the next call of `method` fail, such as `runPodSandbox`.
    public synchronized void failNext(String method, Code code, String description) {
        failures.put(method, new ContainerRuntimeException(code, method, description, null));
    }

    /// Ends a running container as if by itself.
    public void exit(String containerId, int exitCode) {
        end(container(containerId), exitCode, exitCode == 0 ? "Completed" : "Error");
    }

    /// Ends a running container as the kernel does for want of memory.
    public void runOutOfMemory(String containerId) {
        emit(new RuntimeEvent.OutOfMemory(containerId, ticker.now()));
        end(container(containerId), SIGKILL_EXIT, "OOMKilled");
    }

    /// What a container was made with.
    public ContainerConfig config(String containerId) {
        return container(containerId).config;
    }

    /// The images, to be filled by a test.
    @Override
    public FakeImages images() {
        return images;
    }

    @Override
    public RuntimeVersion version() {
        return new RuntimeVersion("fake", "1.0.0", "v1");
    }

    @Override
    public RuntimeStatus status() {
        return new RuntimeStatus(
                List.of(
                        new RuntimeStatus.Condition("RuntimeReady", true, "", ""),
                        new RuntimeStatus.Condition("NetworkReady", true, "", "")),
                handlers);
    }

    /// What it says of its ways to run containers from now on.
    public void handlers(RuntimeStatus.Handler... all) {
        handlers = List.of(all);
    }

    @Override
    public synchronized String runPodSandbox(PodSandboxConfig config) {
        failIfTold("runPodSandbox");
        for (FakeSandbox other : sandboxes.values()) {
            if (other.config.metadata().equals(config.metadata())) {
                throw new ContainerRuntimeException(
                        Code.UNKNOWN,
                        "run pod sandbox " + config.metadata().name(),
                        "the name is reserved for \"" + other.id + "\"",
                        null);
            }
        }
        FakeSandbox sandbox =
                new FakeSandbox(
                        nextId(),
                        config,
                        "10.88." + made / ADDRESSES + "." + (made % ADDRESSES + 2),
                        ticker.now());
        sandboxes.put(sandbox.id, sandbox);
        emit(new RuntimeEvent.Created(sandbox.id, ticker.now()));
        emit(new RuntimeEvent.Started(sandbox.id, ticker.now()));
        return sandbox.id;
    }

    @Override
    public synchronized void stopPodSandbox(String sandboxId) {
        failIfTold("stopPodSandbox");
        FakeSandbox sandbox = sandboxes.get(sandboxId);
        if (sandbox == null || !sandbox.ready) {
            return;
        }
        for (FakeContainer container : containersOf(sandboxId)) {
            end(container, SIGKILL_EXIT, "Error");
        }
        sandbox.ready = false;
        emit(new RuntimeEvent.Exited(sandboxId, SIGKILL_EXIT, ticker.now()));
    }

    @Override
    public synchronized void removePodSandbox(String sandboxId) {
        failIfTold("removePodSandbox");
        stopPodSandbox(sandboxId);
        for (FakeContainer container : containersOf(sandboxId)) {
            removeContainer(container.id);
        }
        if (sandboxes.remove(sandboxId) != null) {
            emit(new RuntimeEvent.Deleted(sandboxId, ticker.now()));
        }
    }

    @Override
    public synchronized List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return sandboxes.values().stream()
                .filter(sandbox -> sandbox.id.startsWith(filter.id()))
                .filter(sandbox -> filter.state() == null || filter.state() == sandbox.state())
                .filter(sandbox -> carries(sandbox.config.labels(), filter.labels()))
                .map(FakeSandbox::line)
                .toList();
    }

    @Override
    public synchronized PodSandboxStatus podSandboxStatus(String sandboxId) {
        return sandbox(sandboxId).status();
    }

    @Override
    public synchronized String createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        failIfTold("createContainer");
        String what = "create container " + config.metadata().name();
        if (!sandbox(sandboxId).ready) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN,
                    what,
                    "sandbox container \"" + sandboxId + "\" is not running",
                    null);
        }
        String imageId =
                images.status(config.image())
                        .orElseThrow(
                                () ->
                                        new ContainerRuntimeException(
                                                Code.NOT_FOUND,
                                                what,
                                                "image \"" + config.image() + "\" not found",
                                                null))
                        .id();
        String logPath =
                config.logPath().isEmpty() ? "" : sandbox.logDirectory() + "/" + config.logPath();
        FakeContainer container =
                new FakeContainer(nextId(), sandboxId, config, imageId, ticker.now());
        container.logPath = logPath;
        containers.put(container.id, container);
        return container.id;
    }

    @Override
    public synchronized void startContainer(String containerId) {
        failIfTold("startContainer");
        FakeContainer container = container(containerId);
        FakeProgram.Course course = program.run(container.config);
        if (container.state != ContainerState.CREATED) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN,
                    "start container " + containerId,
                    "container is in " + container.state + " state",
                    null);
        }
        container.startedAt = ticker.now();
        container.state = ContainerState.RUNNING;
        if (!course.startFailure().isEmpty()) {
            end(container, 128, "StartError");
            container.message = course.startFailure();
            throw new ContainerRuntimeException(
                    Code.UNKNOWN, "start container " + containerId, course.startFailure(), null);
        }
        emit(new RuntimeEvent.Created(containerId, ticker.now()));
        emit(new RuntimeEvent.Started(containerId, ticker.now()));
        Duration runsFor = course.runsFor();
        if (runsFor != null) {
            String reason = course.exitCode() == 0 ? "Completed" : "Error";
            ticker.schedule(runsFor, () -> end(container, course.exitCode(), reason));
        }
    }

    @Override
    public synchronized void stopContainer(String containerId, Duration timeout) {
        failIfTold("stopContainer");
        FakeContainer container = containers.get(containerId);
        if (container == null) {
            return;
        }
        boolean obeys = program.stopsAfter(container.config).compareTo(timeout) <= 0;
        boolean killed = timeout.isZero() || !obeys;
        end(container, killed ? SIGKILL_EXIT : SIGTERM_EXIT, "Error");
    }

    @Override
    public synchronized void removeContainer(String containerId) {
        failIfTold("removeContainer");
        FakeContainer container = containers.get(containerId);
        if (container == null) {
            return;
        }
        end(container, SIGKILL_EXIT, "Error");
        containers.remove(containerId);
        emit(new RuntimeEvent.Deleted(containerId, ticker.now()));
    }

    @Override
    public synchronized List<Container> listContainers(ContainerFilter filter) {
        return select(filter).map(FakeContainer::line).toList();
    }

    @Override
    public synchronized ContainerStatus containerStatus(String containerId) {
        return container(containerId).status();
    }

    @Override
    public synchronized void updateContainerResources(
            String containerId, LinuxResources resources) {
        container(containerId).resources = resources;
    }

    @Override
    public void reopenContainerLog(String containerId) {
        requireRunning(containerId);
    }

    @Override
    public ExecResult execSync(String containerId, List<String> command, Duration timeout) {
        synchronized (this) {
            failIfTold("execSync");
        }
        requireRunning(containerId);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            int code = program.exec(command, InputStream.nullInputStream(), out, err);
            return new ExecResult(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN,
                    "run a command in container " + containerId,
                    String.valueOf(e.getMessage()),
                    e);
        }
    }

    @Override
    public synchronized ContainerStats containerStats(String containerId) {
        failIfTold("containerStats");
        return stats(container(containerId));
    }

    @Override
    public synchronized List<ContainerStats> listContainerStats(ContainerFilter filter) {
        return select(filter).map(this::stats).toList();
    }

    @Override
    public synchronized PodSandboxStats podSandboxStats(String sandboxId) {
        FakeSandbox sandbox = sandbox(sandboxId);
        return new PodSandboxStats(
                sandboxId,
                sandbox.config.metadata(),
                sandbox.config.labels(),
                sandbox.config.annotations(),
                new CpuUsage(ticker.now(), 0, 0L),
                new MemoryUsage(ticker.now(), 0L, null, 0L, 0L, 0L, 0L),
                List.of(),
                1L,
                listContainerStats(ContainerFilter.ofSandbox(sandboxId)));
    }

    @Override
    public synchronized List<PodSandboxStats> listPodSandboxStats(PodSandboxFilter filter) {
        failIfTold("listPodSandboxStats");
        return listPodSandboxes(filter).stream().map(line -> podSandboxStats(line.id())).toList();
    }

    @Override
    public ContainerStreams streams() {
        return streams;
    }

    @Override
    public RuntimeEvents openEvents() {
        FakeEvents events = new FakeEvents(subscriptions::remove);
        events.offer(new RuntimeEvent.Resync(ticker.now()));
        subscriptions.add(events);
        return events;
    }

    @Override
    public void close() {
        subscriptions.forEach(FakeEvents::close);
    }

    static String hex(int number) {
        return String.format("%08x", number).repeat(8);
    }

    private String nextId() {
        made++;
        return hex(made);
    }

    private void failIfTold(String method) {
        ContainerRuntimeException failure = failures.remove(method);
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized void end(FakeContainer container, int exitCode, String reason) {
        if (container.state != ContainerState.RUNNING) {
            return;
        }
        container.state = ContainerState.EXITED;
        container.exitCode = exitCode;
        container.reason = reason;
        container.finishedAt = ticker.now();
        emit(new RuntimeEvent.Exited(container.id, exitCode, ticker.now()));
    }

    private void emit(RuntimeEvent event) {
        subscriptions.forEach(subscription -> subscription.offer(event));
    }

    private List<FakeContainer> containersOf(String sandboxId) {
        return new ArrayList<>(
                containers.values().stream()
                        .filter(container -> container.sandboxId.equals(sandboxId))
                        .toList());
    }

    private Stream<FakeContainer> select(ContainerFilter filter) {
        Predicate<FakeContainer> fits =
                container ->
                        container.id.startsWith(filter.id())
                                && (filter.sandboxId().isEmpty()
                                        || filter.sandboxId().equals(container.sandboxId))
                                && (filter.state() == null || filter.state() == container.state)
                                && carries(container.config.labels(), filter.labels());
        return containers.values().stream().filter(fits);
    }

    private ContainerStats stats(FakeContainer container) {
        return new ContainerStats(
                container.id,
                container.config.metadata(),
                container.config.labels(),
                container.config.annotations(),
                new CpuUsage(ticker.now(), 0, 0L),
                new MemoryUsage(ticker.now(), 0L, null, 0L, 0L, 0L, 0L),
                null);
    }

    private static boolean carries(Map<String, String> labels, Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }

    private synchronized void requireRunning(String containerId) {
        FakeContainer container = container(containerId);
        if (container.state != ContainerState.RUNNING) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN,
                    "reach container " + containerId,
                    "container is in " + container.state + " state",
                    null);
        }
    }

    private synchronized void requireSandbox(String sandboxId) {
        sandbox(sandboxId);
    }

    private FakeSandbox sandbox(String id) {
        return found(sandboxes.get(id), "pod sandbox", id);
    }

    private synchronized FakeContainer container(String id) {
        return found(containers.get(id), "container", id);
    }

    private static <T> T found(@Nullable T thing, String kind, String id) {
        if (thing == null) {
            throw new ContainerRuntimeException(
                    Code.NOT_FOUND, "find " + kind + " " + id, "not found", null);
        }
        return thing;
    }
}
