package kat.kubelet.metrics;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import kat.base.Histogram;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.base.metrics.Metrics;
import kat.cri.Container;
import kat.cri.ContainerConfig;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerStats;
import kat.cri.ContainerStatus;
import kat.cri.ContainerStreams;
import kat.cri.ExecResult;
import kat.cri.ImageService;
import kat.cri.LinuxResources;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxStats;
import kat.cri.PodSandboxStatus;
import kat.cri.RuntimeEvents;
import kat.cri.RuntimeStatus;
import kat.cri.RuntimeVersion;

/// A runtime whose calls are counted and timed under the names of Kubernetes' kubelet.
///
/// **Threads:** as the runtime behind it.
///
/// **Source:** `pkg/kubelet/kuberuntime/instrumented_services.go`.
public final class CountedRuntime implements ContainerRuntime {

    private static final double[] SANDBOX_SECONDS = {
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    private final ContainerRuntime runtime;
    private final Metrics metrics = new Metrics();
    private final Operations operations;
    private final CountedImages images;
    private final Histogram sandboxSeconds;
    private final LongAdder sandboxErrors;
    private final LongAdder startedPods;
    private final LongAdder failedPods;
    private final Ticker ticker;

    public CountedRuntime(ContainerRuntime runtime, Ticker ticker) {
        this.runtime = runtime;
        this.ticker = ticker;
        this.operations = new Operations(metrics, ticker);
        this.images = new CountedImages(runtime.images(), operations);
        String none = ""; // the class of runtime that containerd uses when none is asked for
        this.sandboxSeconds =
                metrics.histograms(
                                Metric.histogram(
                                        "kubelet_run_podsandbox_duration_seconds",
                                        "Seconds until a sandbox ran.",
                                        SANDBOX_SECONDS,
                                        "runtime_handler"))
                        .of(none);
        this.sandboxErrors =
                metrics.adders(
                                Metric.counter(
                                        "kubelet_run_podsandbox_errors_total",
                                        "Sandboxes that could not be run.",
                                        "runtime_handler"))
                        .of(none);
        this.startedPods =
                metrics.adders(
                                Metric.counter(
                                        "kubelet_started_pods_total",
                                        "Sandboxes that were to be run."))
                        .of();
        this.failedPods =
                metrics.adders(
                                Metric.counter(
                                        "kubelet_started_pods_errors_total",
                                        "Sandboxes that could not be run."))
                        .of();
    }

    /// What was counted.
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public String runPodSandbox(PodSandboxConfig config) {
        startedPods.increment();
        long since = ticker.nanos();
        try {
            return operations.get("run_podsandbox", () -> runtime.runPodSandbox(config));
        } catch (ContainerRuntimeException e) {
            sandboxErrors.increment();
            failedPods.increment();
            throw e;
        } finally {
            sandboxSeconds.add((ticker.nanos() - since) / Operations.NANOS_PER_SECOND);
        }
    }

    @Override
    public RuntimeVersion version() {
        return operations.get("version", () -> runtime.version());
    }

    @Override
    public RuntimeStatus status() {
        return operations.get("status", () -> runtime.status());
    }

    @Override
    public void stopPodSandbox(String sandboxId) {
        operations.run("stop_podsandbox", () -> runtime.stopPodSandbox(sandboxId));
    }

    @Override
    public void removePodSandbox(String sandboxId) {
        operations.run("remove_podsandbox", () -> runtime.removePodSandbox(sandboxId));
    }

    @Override
    public List<PodSandbox> listPodSandboxes(PodSandboxFilter filter) {
        return operations.get("list_podsandbox", () -> runtime.listPodSandboxes(filter));
    }

    @Override
    public PodSandboxStatus podSandboxStatus(String sandboxId) {
        return operations.get("podsandbox_status", () -> runtime.podSandboxStatus(sandboxId));
    }

    @Override
    public String createContainer(
            String sandboxId, ContainerConfig config, PodSandboxConfig sandbox) {
        return operations.get(
                "create_container", () -> runtime.createContainer(sandboxId, config, sandbox));
    }

    @Override
    public void startContainer(String containerId) {
        operations.run("start_container", () -> runtime.startContainer(containerId));
    }

    @Override
    public void stopContainer(String containerId, Duration timeout) {
        operations.run("stop_container", () -> runtime.stopContainer(containerId, timeout));
    }

    @Override
    public void removeContainer(String containerId) {
        operations.run("remove_container", () -> runtime.removeContainer(containerId));
    }

    @Override
    public List<Container> listContainers(ContainerFilter filter) {
        return operations.get("list_containers", () -> runtime.listContainers(filter));
    }

    @Override
    public ContainerStatus containerStatus(String containerId) {
        return operations.get("container_status", () -> runtime.containerStatus(containerId));
    }

    @Override
    public void updateContainerResources(String containerId, LinuxResources resources) {
        operations.run(
                "update_container", () -> runtime.updateContainerResources(containerId, resources));
    }

    @Override
    public void reopenContainerLog(String containerId) {
        operations.run("reopen_container_log", () -> runtime.reopenContainerLog(containerId));
    }

    @Override
    public ExecResult execSync(String containerId, List<String> command, Duration timeout) {
        return operations.get("exec_sync", () -> runtime.execSync(containerId, command, timeout));
    }

    @Override
    public ContainerStats containerStats(String containerId) {
        return operations.get("container_stats", () -> runtime.containerStats(containerId));
    }

    @Override
    public List<ContainerStats> listContainerStats(ContainerFilter filter) {
        return operations.get("list_container_stats", () -> runtime.listContainerStats(filter));
    }

    @Override
    public PodSandboxStats podSandboxStats(String sandboxId) {
        return operations.get("podsandbox_stats", () -> runtime.podSandboxStats(sandboxId));
    }

    @Override
    public List<PodSandboxStats> listPodSandboxStats(PodSandboxFilter filter) {
        return operations.get("list_podsandbox_stats", () -> runtime.listPodSandboxStats(filter));
    }

    @Override
    public ImageService images() {
        return images;
    }

    @Override
    public ContainerStreams streams() {
        return runtime.streams();
    }

    @Override
    public RuntimeEvents openEvents() {
        return runtime.openEvents();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
