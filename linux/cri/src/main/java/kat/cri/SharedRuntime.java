package kat.cri;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One cluster's view of a runtime that others use too: it sees and touches only the sandboxes and
/// containers that carry its label, and never removes an image.
///
/// CRI puts every pod of a containerd into one containerd namespace, `k8s.io`, so that a label is
/// what tells them apart.
final class SharedRuntime implements ContainerRuntime {

    /// The label that names the cluster which a sandbox or container is of.
    static final String LABEL = "kat.local/cluster";

    private final CriRuntime runtime;
    private final SandboxNetwork network;
    private final SharedImages images;
    private final Map<String, String> own;

    /// @param cluster what no other cluster on the machine is called
    SharedRuntime(CriRuntime runtime, SandboxNetwork network, String cluster) {
        this.runtime = runtime;
        this.network = network;
        this.images = new SharedImages(runtime.images(), cluster);
        this.own = Map.of(LABEL, cluster);
    }

    private Map<String, String> withOwn(Map<String, String> labels) {
        Map<String, String> all = new TreeMap<>(labels);
        all.putAll(own);
        return all;
    }

    private PodSandboxFilter own(PodSandboxFilter filter) {
        return new PodSandboxFilter(filter.id(), filter.state(), withOwn(filter.labels()));
    }

    private ContainerFilter own(ContainerFilter filter) {
        return new ContainerFilter(
                filter.id(), filter.sandboxId(), filter.state(), withOwn(filter.labels()));
    }

    /// Host ports are left out: the cluster's own packet rules serve them.
    private PodSandboxConfig own(PodSandboxConfig config) {
        return config.withLabels(withOwn(config.labels())).withPortMappings(List.of());
    }

    @Override
    public String runPodSandbox(PodSandboxConfig config) {
        String id = runtime.runPodSandbox(own(config));
        NamespaceMode mode = config.linux().security().namespaces().network();
        if (mode == NamespaceMode.NODE) {
            return id;
        }
        try {
            network.attach(id, runtime.networkNamespace(id));
        } catch (ContainerRuntimeException e) {
            stopPodSandbox(id);
            runtime.removePodSandbox(id);
            throw e;
        }
        return id;
    }

    @Override
    public void stopPodSandbox(String sandboxId) {
        detach(sandboxId);
        runtime.stopPodSandbox(sandboxId);
    }

    private void detach(String sandboxId) {
        if (network.addresses(sandboxId).isEmpty()) {
            return;
        }
        String namespace = "";
        try {
            namespace = runtime.networkNamespace(sandboxId);
        } catch (ContainerRuntimeException e) {
            if (e.code() != ContainerRuntimeException.Code.NOT_FOUND) {
                throw e;
            }
        }
        network.detach(sandboxId, namespace);
    }

    @Override
    public void removePodSandbox(String sandboxId) {
        detach(sandboxId);
        runtime.removePodSandbox(sandboxId);
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return runtime.listPodSandboxes(own(filter));
    }

    @Override
    public PodSandboxStatus podSandboxStatus(String sandboxId) {
        PodSandboxStatus status = runtime.podSandboxStatus(sandboxId);
        List<String> addresses =
                status.state() == PodSandboxState.READY
                        ? network.addresses(sandboxId)
                        : List.<String>of();
        return new PodSandboxStatus(
                status.id(),
                status.metadata(),
                status.state(),
                status.createdAt(),
                addresses,
                status.namespaces(),
                status.labels(),
                status.annotations(),
                status.runtimeHandler());
    }

    @Override
    public String createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        return runtime.createContainer(
                sandboxId, config.withLabels(withOwn(config.labels())), own(sandbox));
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return runtime.listContainers(own(filter));
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerFilter filter) {
        return runtime.listContainerStats(own(filter));
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxFilter filter) {
        return runtime.listPodSandboxStats(own(filter));
    }

    @Override
    public ImageService images() {
        return images;
    }

    @Override
    public RuntimeVersion version() {
        return runtime.version();
    }

    @Override
    public RuntimeStatus status() {
        return runtime.status();
    }

    @Override
    public void startContainer(String containerId) {
        runtime.startContainer(containerId);
    }

    @Override
    public void stopContainer(String containerId, Duration timeout) {
        runtime.stopContainer(containerId, timeout);
    }

    @Override
    public void removeContainer(String containerId) {
        runtime.removeContainer(containerId);
    }

    @Override
    public ContainerStatus containerStatus(String containerId) {
        return runtime.containerStatus(containerId);
    }

    @Override
    public void updateContainerResources(String containerId, LinuxResources resources) {
        runtime.updateContainerResources(containerId, resources);
    }

    @Override
    public void reopenContainerLog(String containerId) {
        runtime.reopenContainerLog(containerId);
    }

    @Override
    public ExecResult execSync(String containerId, List<String> command, Duration timeout) {
        return runtime.execSync(containerId, command, timeout);
    }

    @Override
    public ContainerStats containerStats(String containerId) {
        return runtime.containerStats(containerId);
    }

    @Override
    public PodSandboxStats podSandboxStats(String sandboxId) {
        return runtime.podSandboxStats(sandboxId);
    }

    @Override
    public ContainerStreams streams() {
        return runtime.streams();
    }

    /// Events of others' containers are among them; they are hints about ids that nobody knows.
    @Override
    public RuntimeEvents openEvents() {
        return runtime.openEvents();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
