package kat.kubelet;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.NodeRequest;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;
import kat.cri.ContainerProcess;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerState;
import kat.cri.ContainerStreams.StreamOptions;
import kat.cri.PodSandboxStatus;
import kat.cri.PortStream;
import kat.kubelet.logs.LogReader;
import org.jspecify.annotations.Nullable;

/// Lets people look into the pods of one node: logs from files, the rest from the runtime.
///
/// **Source:** `pkg/kubelet/kubelet_pods.go`, `pkg/kubelet/server`.
final class KubeletGateway implements NodeGateway {

    private static final Path PROC = Path.of("/proc");
    private static final Path LOGS = Path.of("/var/log");

    private final PodServices services;
    private final Function<String, @Nullable PodWorker> workers;
    private final NodePages pages;

    /// @param workers finds the worker of a pod by its uid
    KubeletGateway(
            PodServices services,
            Function<String, @Nullable PodWorker> workers,
            Supplier<Collection<PodWorker>> all) {
        this.services = services;
        this.workers = workers;
        NodeStats stats =
                new NodeStats(
                        services.config().nodeName(),
                        services.machine(),
                        services.runtime(),
                        services.informers(),
                        services.ticker(),
                        new NodeFolders(PROC, services.config().root()),
                        new VolumeStats(
                                services.volumes()::fills,
                                services.ticker(),
                                VolumeStats.threads(),
                                VolumeStats.PATIENCE));
        this.pages = new NodePages(services, this, stats, all, LOGS);
    }

    @Override
    public InputStream logs(PodTarget target, LogOptions options) {
        PodRuntime runtime = read(target);
        PodRuntime.Known newest = runtime.latest(target.container());
        PodRuntime.Known known = options.previous() ? runtime.previous(target.container()) : newest;
        if (options.previous() && known == null) {
            throw Status.badRequest(
                            "previous terminated container \""
                                    + target.container()
                                    + "\" in pod \""
                                    + target.pod()
                                    + "\" not found")
                    .asException();
        }
        if (known == null || known.status().state() == ContainerState.CREATED) {
            throw waiting(target);
        }
        Path log = Path.of(known.status().logPath());
        try {
            return Files.exists(log)
                    ? new LogReader(log, options, () -> isRunning(known.id()))
                    : new ByteArrayInputStream(new byte[0]);
        } catch (IOException e) {
            throw Status.internalError("failed to open log file \"" + log + "\": " + e.getMessage())
                    .asException();
        }
    }

    private StatusException waiting(PodTarget target) {
        PodWorker worker = workers.apply(target.uid());
        JsonObject status =
                worker == null
                        ? JsonObject.EMPTY
                        : ContainerReports.before(worker.pod(), target.container());
        String reason = status.object("state").object("waiting").string("reason");
        String about =
                "container \"" + target.container() + "\" in pod \"" + target.pod() + "\" is ";
        return switch (reason) {
            case "" -> Status.badRequest(about + "not available").asException();
            case "ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull" ->
                    Status.badRequest(
                                    about
                                            + "waiting to start: "
                                            + (reason.equals("ErrImageNeverPull")
                                                    ? "image can't be pulled"
                                                    : "trying and failing to pull image"))
                            .asException();
            default -> Status.badRequest(about + "waiting to start: " + reason).asException();
        };
    }

    private boolean isRunning(String id) {
        try {
            return services.runtime().containerStatus(id).state() == ContainerState.RUNNING;
        } catch (ContainerRuntimeException e) {
            return false;
        }
    }

    private PodRuntime read(PodTarget target) {
        try {
            return services.reader().read(uid(target));
        } catch (ContainerRuntimeException e) {
            throw Status.internalError(e.rpcError()).asException();
        }
    }

    private String uid(PodTarget target) {
        PodWorker worker = workers.apply(target.uid());
        if (worker == null) {
            throw Status.badRequest(
                            "pod \""
                                    + target.pod()
                                    + "\" is not running on node \""
                                    + services.config().nodeName()
                                    + "\"")
                    .asException();
        }
        KubeObject pod = worker.pod();
        return pod.uid();
    }

    private String runningContainer(PodTarget target) {
        PodRuntime.Known known = read(target).latest(target.container());
        if (known == null || !known.isRunning()) {
            throw Status.internalError(
                            "unable to upgrade connection: container not found (\""
                                    + target.container()
                                    + "\")")
                    .asException();
        }
        return known.id();
    }

    @Override
    public ProcessStreams exec(PodTarget target, ExecOptions options) {
        String id = runningContainer(target);
        return guarded(
                () ->
                        new Streams(
                                services.runtime()
                                        .streams()
                                        .exec(id, options.command(), streams(options))));
    }

    @Override
    public ProcessStreams attach(PodTarget target, ExecOptions options) {
        String id = runningContainer(target);
        return guarded(
                () -> new Streams(services.runtime().streams().attach(id, streams(options))));
    }

    private static StreamOptions streams(ExecOptions options) {
        return new StreamOptions(
                options.stdin(),
                options.stdout(),
                options.stderr() && !options.tty(),
                options.tty());
    }

    @Override
    public void requireForwarding(PodTarget target) {
        PodSandboxStatus unused = sandbox(target);
    }

    @Override
    public Duplex connect(PodTarget target, int port) {
        PodSandboxStatus sandbox = sandbox(target);
        return guarded(
                () -> new Port(services.runtime().streams().portForward(sandbox.id(), port)));
    }

    private PodSandboxStatus sandbox(PodTarget target) {
        PodSandboxStatus sandbox = read(target).sandbox();
        if (sandbox == null) {
            throw Status.internalError("pod \"" + target.pod() + "\" is not running").asException();
        }
        return sandbox;
    }

    private interface Ask<T> {
        T run();
    }

    private static <T> T guarded(Ask<T> ask) {
        try {
            return ask.run();
        } catch (ContainerRuntimeException e) {
            throw Status.internalError(e.rpcError()).asException();
        }
    }

    @Override
    public NodeAnswer request(String node, String method, String path, byte[] body) {
        return pages.answer(NodeRequest.of(method, path));
    }

    private record Streams(ContainerProcess process) implements ProcessStreams {

        @Override
        public OutputStream stdin() {
            return process.stdin();
        }

        @Override
        public InputStream stdout() {
            return process.stdout();
        }

        @Override
        public InputStream stderr() {
            return process.stderr();
        }

        @Override
        public void resize(int columns, int rows) {
            process.resize(columns, rows);
        }

        @Override
        public Exit await() throws InterruptedException {
            try {
                return new Exit(process.waitFor());
            } catch (ContainerRuntimeException e) {
                throw Status.internalError("error executing command in container: " + e.rpcError())
                        .asException();
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private record Port(PortStream stream) implements Duplex {

        @Override
        public InputStream input() {
            return stream.input();
        }

        @Override
        public OutputStream output() {
            return stream.output();
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
