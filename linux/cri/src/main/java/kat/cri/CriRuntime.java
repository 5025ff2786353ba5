package kat.cri;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kat.base.Ticker;
import kat.cri.grpc.Cri;
import kat.cri.grpc.RuntimeServiceGrpc;

/// A container runtime behind a Unix socket: CRI v1, and containerd's own services for events and
/// for importing images.
///
/// The constructor connects nowhere; the first call does, and each later one again if it must.
public final class CriRuntime implements ContainerRuntime {

    /// For calls that answer from memory or do one thing (kubelet's `runtimeRequestTimeout`).
    static final Duration CALL_TIMEOUT = Duration.ofMinutes(2);

    /// For making a sandbox, where network plug-ins run (the kubelet allows the same).
    static final Duration SANDBOX_TIMEOUT = Duration.ofMinutes(4);

    /// Given to a command beyond its own timeout, so that the runtime's answer arrives.
    private static final Duration EXEC_GRACE = Duration.ofSeconds(10);

    /// The deadline of a command that has no timeout.
    private static final Duration EXEC_UNBOUNDED = Duration.ofDays(1);

    private final CriChannel channel;
    private final Ticker ticker;
    private final CriImages images;
    private final CriStreams streams;
    private final Set<ContainerdEventStream> subscriptions = ConcurrentHashMap.newKeySet();

    /// @param socket the runtime's Unix socket, such as `/run/containerd/containerd.sock`
    public CriRuntime(Path socket, Ticker ticker) {
        this.channel = new CriChannel(socket);
        this.ticker = ticker;
        this.images =
                new CriImages(
                        channel,
                        new ArchiveImport(channel, ticker),
                        new ImageViews(channel, ticker, this::snapshotter));
        this.streams = new CriStreams(channel);
    }

    @Override
    public RuntimeVersion version() {
        Cri.VersionResponse answer =
                channel.call(
                        RuntimeServiceGrpc.getVersionMethod(),
                        Cri.VersionRequest.getDefaultInstance(),
                        CALL_TIMEOUT,
                        "ask the container runtime for its version");
        return new RuntimeVersion(
                answer.getRuntimeName(), answer.getRuntimeVersion(), answer.getRuntimeApiVersion());
    }

    @Override
    public RuntimeStatus status() {
        return FromCri.status(
                channel.call(
                        RuntimeServiceGrpc.getStatusMethod(),
                        Cri.StatusRequest.getDefaultInstance(),
                        CALL_TIMEOUT,
                        "ask the container runtime for its status"));
    }

    @Override
    public String runPodSandbox(PodSandboxConfig config) {
        PodSandboxMetadata metadata = config.metadata();
        return channel.call(
                        RuntimeServiceGrpc.getRunPodSandboxMethod(),
                        Cri.RunPodSandboxRequest.newBuilder()
                                .setConfig(ToCri.sandbox(config))
                                .setRuntimeHandler(config.runtimeHandler())
                                .build(),
                        SANDBOX_TIMEOUT,
                        "run pod sandbox " + metadata.namespace() + "/" + metadata.name())
                .getPodSandboxId();
    }

    @Override
    public void stopPodSandbox(String sandboxId) {
        quietIfGone(
                () ->
                        channel.call(
                                RuntimeServiceGrpc.getStopPodSandboxMethod(),
                                Cri.StopPodSandboxRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .build(),
                                SANDBOX_TIMEOUT,
                                "stop pod sandbox " + sandboxId));
    }

    @Override
    public void removePodSandbox(String sandboxId) {
        quietIfGone(
                () ->
                        channel.call(
                                RuntimeServiceGrpc.getRemovePodSandboxMethod(),
                                Cri.RemovePodSandboxRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .build(),
                                SANDBOX_TIMEOUT,
                                "remove pod sandbox " + sandboxId));
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        Cri.PodSandboxFilter.Builder to =
                Cri.PodSandboxFilter.newBuilder()
                        .setId(filter.id())
                        .putAllLabelSelector(filter.labels());
        PodSandboxState state = filter.state();
        if (state != null) {
            to.setState(Cri.PodSandboxStateValue.newBuilder().setState(ToCri.state(state)));
        }
        return channel
                .call(
                        RuntimeServiceGrpc.getListPodSandboxMethod(),
                        Cri.ListPodSandboxRequest.newBuilder().setFilter(to).build(),
                        CALL_TIMEOUT,
                        "list pod sandboxes")
                .getItemsList()
                .stream()
                .map(FromCri::sandbox)
                .toList();
    }

    @Override
    public PodSandboxStatus podSandboxStatus(String sandboxId) {
        return FromCri.status(
                channel.call(
                                RuntimeServiceGrpc.getPodSandboxStatusMethod(),
                                Cri.PodSandboxStatusRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .build(),
                                CALL_TIMEOUT,
                                "read status of pod sandbox " + sandboxId)
                        .getStatus());
    }

    /// The sandbox's network namespace as a file, also once its processes have ended; empty when
    /// it is on the machine's network or the runtime does not tell.
    ///
    /// **Source:** containerd's verbose status: the OCI specification of the sandbox.
    String networkNamespace(String sandboxId) {
        String info =
                channel.call(
                                RuntimeServiceGrpc.getPodSandboxStatusMethod(),
                                Cri.PodSandboxStatusRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .setVerbose(true)
                                        .build(),
                                CALL_TIMEOUT,
                                "read the network namespace of pod sandbox " + sandboxId)
                        .getInfoOrDefault("info", "{}");
        JsonObject linux = Json.object(Json.object(Json.object(info), "runtimeSpec"), "linux");
        for (JsonObject namespace : Json.objects(linux, "namespaces")) {
            if (Json.string(namespace, "type").equals("network")) {
                return Json.string(namespace, "path");
            }
        }
        return "";
    }

    /// The configuration of containerd's CRI plug-in, as it tells it itself.
    JsonObject pluginConfiguration() {
        return Json.object(
                channel.call(
                                RuntimeServiceGrpc.getStatusMethod(),
                                Cri.StatusRequest.newBuilder().setVerbose(true).build(),
                                CALL_TIMEOUT,
                                "ask the container runtime for its configuration")
                        .getInfoOrDefault("config", "{}"));
    }

    private String snapshotter() {
        return ImageViews.snapshotter(pluginConfiguration(), images.fsInfo());
    }

    @Override
    public String createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        return channel.call(
                        RuntimeServiceGrpc.getCreateContainerMethod(),
                        Cri.CreateContainerRequest.newBuilder()
                                .setPodSandboxId(sandboxId)
                                .setConfig(ToCri.container(config))
                                .setSandboxConfig(ToCri.sandbox(sandbox))
                                .build(),
                        CALL_TIMEOUT,
                        "create container "
                                + config.metadata().name()
                                + " in pod sandbox "
                                + sandboxId)
                .getContainerId();
    }

    @Override
    public void startContainer(String containerId) {
        channel.call(
                RuntimeServiceGrpc.getStartContainerMethod(),
                Cri.StartContainerRequest.newBuilder().setContainerId(containerId).build(),
                CALL_TIMEOUT,
                "start container " + containerId);
    }

    @Override
    public void stopContainer(String containerId, Duration timeout) {
        quietIfGone(
                () ->
                        channel.call(
                                RuntimeServiceGrpc.getStopContainerMethod(),
                                Cri.StopContainerRequest.newBuilder()
                                        .setContainerId(containerId)
                                        .setTimeout(ToCri.seconds(timeout))
                                        .build(),
                                timeout.plus(CALL_TIMEOUT),
                                "stop container " + containerId));
    }

    @Override
    public void removeContainer(String containerId) {
        quietIfGone(
                () ->
                        channel.call(
                                RuntimeServiceGrpc.getRemoveContainerMethod(),
                                Cri.RemoveContainerRequest.newBuilder()
                                        .setContainerId(containerId)
                                        .build(),
                                CALL_TIMEOUT,
                                "remove container " + containerId));
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        Cri.ContainerFilter.Builder to =
                Cri.ContainerFilter.newBuilder()
                        .setId(filter.id())
                        .setPodSandboxId(filter.sandboxId())
                        .putAllLabelSelector(filter.labels());
        ContainerState state = filter.state();
        if (state != null) {
            to.setState(Cri.ContainerStateValue.newBuilder().setState(ToCri.state(state)));
        }
        return channel
                .call(
                        RuntimeServiceGrpc.getListContainersMethod(),
                        Cri.ListContainersRequest.newBuilder().setFilter(to).build(),
                        CALL_TIMEOUT,
                        "list containers")
                .getContainersList()
                .stream()
                .map(FromCri::container)
                .toList();
    }

    @Override
    public ContainerStatus containerStatus(String containerId) {
        return FromCri.status(
                channel.call(
                                RuntimeServiceGrpc.getContainerStatusMethod(),
                                Cri.ContainerStatusRequest.newBuilder()
                                        .setContainerId(containerId)
                                        .build(),
                                CALL_TIMEOUT,
                                "read status of container " + containerId)
                        .getStatus());
    }

    @Override
    public void updateContainerResources(String containerId, LinuxResources resources) {
        channel.call(
                RuntimeServiceGrpc.getUpdateContainerResourcesMethod(),
                Cri.UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(containerId)
                        .setLinux(ToCri.resources(resources))
                        .build(),
                CALL_TIMEOUT,
                "update resources of container " + containerId);
    }

    @Override
    public void reopenContainerLog(String containerId) {
        channel.call(
                RuntimeServiceGrpc.getReopenContainerLogMethod(),
                Cri.ReopenContainerLogRequest.newBuilder().setContainerId(containerId).build(),
                CALL_TIMEOUT,
                "reopen log of container " + containerId);
    }

    @Override
    public ExecResult execSync(String containerId, List<String> command, Duration timeout) {
        Cri.ExecSyncResponse answer =
                channel.call(
                        RuntimeServiceGrpc.getExecSyncMethod(),
                        Cri.ExecSyncRequest.newBuilder()
                                .setContainerId(containerId)
                                .addAllCmd(command)
                                .setTimeout(ToCri.seconds(timeout))
                                .build(),
                        timeout.isZero() ? EXEC_UNBOUNDED : timeout.plus(EXEC_GRACE),
                        "run a command in container " + containerId);
        return new ExecResult(
                answer.getExitCode(), text(answer.getStdout()), text(answer.getStderr()));
    }

    @Override
    public ContainerStats containerStats(String containerId) {
        return FromCri.stats(
                channel.call(
                                RuntimeServiceGrpc.getContainerStatsMethod(),
                                Cri.ContainerStatsRequest.newBuilder()
                                        .setContainerId(containerId)
                                        .build(),
                                CALL_TIMEOUT,
                                "read usage of container " + containerId)
                        .getStats());
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerFilter filter) {
        Cri.ContainerStatsFilter to =
                Cri.ContainerStatsFilter.newBuilder()
                        .setId(filter.id())
                        .setPodSandboxId(filter.sandboxId())
                        .putAllLabelSelector(filter.labels())
                        .build();
        return channel
                .call(
                        RuntimeServiceGrpc.getListContainerStatsMethod(),
                        Cri.ListContainerStatsRequest.newBuilder().setFilter(to).build(),
                        CALL_TIMEOUT,
                        "read usage of containers")
                .getStatsList()
                .stream()
                .map(FromCri::stats)
                .toList();
    }

    @Override
    public PodSandboxStats podSandboxStats(String sandboxId) {
        return FromCri.stats(
                channel.call(
                                RuntimeServiceGrpc.getPodSandboxStatsMethod(),
                                Cri.PodSandboxStatsRequest.newBuilder()
                                        .setPodSandboxId(sandboxId)
                                        .build(),
                                CALL_TIMEOUT,
                                "read usage of pod sandbox " + sandboxId)
                        .getStats());
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxFilter filter) {
        Cri.PodSandboxStatsFilter to =
                Cri.PodSandboxStatsFilter.newBuilder()
                        .setId(filter.id())
                        .putAllLabelSelector(filter.labels())
                        .build();
        return channel
                .call(
                        RuntimeServiceGrpc.getListPodSandboxStatsMethod(),
                        Cri.ListPodSandboxStatsRequest.newBuilder().setFilter(to).build(),
                        CALL_TIMEOUT,
                        "read usage of pod sandboxes")
                .getStatsList()
                .stream()
                .map(FromCri::stats)
                .toList();
    }

    @Override
    public ImageService images() {
        return images;
    }

    @Override
    public ContainerStreams streams() {
        return streams;
    }

    @Override
    public RuntimeEvents openEvents() {
        ContainerdEventStream events =
                new ContainerdEventStream(channel, this, ticker, subscriptions::remove);
        subscriptions.add(events);
        events.start();
        return events;
    }

    @Override
    public void close() {
        subscriptions.forEach(ContainerdEventStream::close);
        channel.close();
    }

    /// Stopping and removing what is gone is done already; containerd 1.6 calls some of it a
    /// failure.
    private static void quietIfGone(Runnable call) {
        try {
            call.run();
        } catch (ContainerRuntimeException e) {
            if (e.code() != ContainerRuntimeException.Code.NOT_FOUND) {
                throw e;
            }
        }
    }

    private static String text(ByteString bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
