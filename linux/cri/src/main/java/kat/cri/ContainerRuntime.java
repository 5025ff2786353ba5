package kat.cri;

import java.time.Duration;
import java.util.List;

/// What a kubelet needs of a container runtime: `RuntimeService` of CRI v1, with images, streams
/// and events beside it.
///
/// Stopping and removing are harmless when repeated and on ids that are gone; everything else
/// answers [ContainerRuntimeException.Code#NOT_FOUND] for an unknown id. Every call has a deadline
/// of its own.
///
/// **Errors:** every method throws [ContainerRuntimeException].
///
/// **Threads:** safe for any number of threads; calls block, so use virtual threads. An
/// interrupted call ends with [ContainerRuntimeException.Code#CANCELLED] and leaves the thread
/// interrupted.
public interface ContainerRuntime extends AutoCloseable {

    RuntimeVersion version();

    RuntimeStatus status();

    /// Makes and starts a sandbox; when this fails nothing of it runs.
    ///
    /// @return the sandbox's id
    /// @throws ContainerRuntimeException also when a sandbox of the same metadata exists
    String runPodSandbox(PodSandboxConfig config);

    /// Ends every process of the sandbox by force and gives its network back. The sandbox stays
    /// listed as [PodSandboxState#NOT_READY].
    void stopPodSandbox(String sandboxId);

    /// Removes the sandbox and its containers, by force where they run.
    void removePodSandbox(String sandboxId);

    List<PodSandbox> listPodSandboxes(PodSandboxFilter filter);

    PodSandboxStatus podSandboxStatus(String sandboxId);

    /// Makes a container without starting it.
    ///
    /// @param sandbox what the sandbox was made from
    /// @return the container's id
    String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandbox);

    /// @throws ContainerRuntimeException also when the container was started before, or its process
    ///     cannot be run
    void startContainer(String containerId);

    /// Asks the container to end with its stop signal and kills it after `timeout`; returns when it
    /// has ended.
    ///
    /// @param timeout zero kills at once
    void stopContainer(String containerId, Duration timeout);

    /// Removes the container, by force where it runs. Its log file stays.
    void removeContainer(String containerId);

    List<Container> listContainers(ContainerFilter filter);

    ContainerStatus containerStatus(String containerId);

    void updateContainerResources(String containerId, LinuxResources resources);

    /// Opens the container's log file anew after the kubelet has moved it away.
    void reopenContainerLog(String containerId);

    /// Runs a command in a container to its end.
    ///
    /// @param timeout after which the command is killed and the call fails with
    ///     [ContainerRuntimeException.Code#DEADLINE_EXCEEDED]; zero for none
    ExecResult execSync(String containerId, List<String> command, Duration timeout);

    ContainerStats containerStats(String containerId);

    List<ContainerStats> listContainerStats(ContainerFilter filter);

    PodSandboxStats podSandboxStats(String sandboxId);

    List<PodSandboxStats> listPodSandboxStats(PodSandboxFilter filter);

    ImageService images();

    ContainerStreams streams();

    /// Opens a new subscription; its first event is [RuntimeEvent.Resync].
    RuntimeEvents openEvents();

    /// Lets go of the connection; sandboxes and containers go on.
    @Override
    void close();
}
