package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kat.cri.Container;
import kat.cri.ContainerFilter;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerState;
import kat.cri.ContainerStatus;
import kat.cri.Mount;
import kat.cri.NamespaceOptions;
import kat.cri.PodSandbox;
import kat.cri.PodSandboxFilter;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStatus;
import kat.kubelet.logs.LogTail;
import kat.kubelet.spec.Labels;
import org.jspecify.annotations.Nullable;

/// Reads what the runtime holds of a pod, with the words that ended containers left behind, and
/// remembers which pod an id belongs to.
///
/// **Threads:** any.
final class RuntimeReader {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    /// A termination message is cut to so many bytes; so is a piece of the log in its place.
    private static final int LONGEST_MESSAGE = 4096;

    private static final int LONGEST_LOG_PIECE = 2048;
    private static final int MOST_LOG_LINES = 80;

    private final ContainerRuntime runtime;
    private final Map<String, String> podsById = new ConcurrentHashMap<>();
    private final Map<String, ContainerStatus> ended = new ConcurrentHashMap<>();

    RuntimeReader(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    /// The uid of the pod that a container or sandbox belongs to; empty when that is not known.
    String podOf(String id) {
        return podsById.getOrDefault(id, "");
    }

    void belongs(String id, String uid) {
        podsById.put(id, uid);
    }

    void forget(String id) {
        podsById.remove(id);
        ended.remove(id);
    }

    /// @throws ContainerRuntimeException when the runtime does not answer
    PodRuntime read(String uid) {
        Map<String, String> labels = Map.of(Labels.POD_UID, uid);
        List<PodSandboxStatus> sandboxes = new ArrayList<>();
        for (PodSandbox sandbox :
                runtime.listPodSandboxes(new PodSandboxFilter("", null, labels))) {
            belongs(sandbox.id(), uid);
            sandboxes.add(status(sandbox));
        }
        List<PodRuntime.Known> containers = new ArrayList<>();
        for (Container container :
                runtime.listContainers(new ContainerFilter("", "", null, labels))) {
            belongs(container.id(), uid);
            ContainerStatus status = status(container);
            if (status != null) {
                containers.add(new PodRuntime.Known(container.sandboxId(), status));
            }
        }
        return new PodRuntime(sandboxes, containers);
    }

    private PodSandboxStatus status(PodSandbox sandbox) {
        if (sandbox.state() == PodSandboxState.READY) {
            return runtime.podSandboxStatus(sandbox.id());
        }
        return new PodSandboxStatus(
                sandbox.id(),
                sandbox.metadata(),
                sandbox.state(),
                sandbox.createdAt(),
                List.of(),
                NamespaceOptions.pod(),
                sandbox.labels(),
                sandbox.annotations(),
                sandbox.runtimeHandler());
    }

    private @Nullable ContainerStatus status(Container container) {
        ContainerStatus known = ended.get(container.id());
        if (known != null) {
            return known;
        }
        try {
            ContainerStatus status = runtime.containerStatus(container.id());
            if (status.state() != ContainerState.EXITED) {
                return status;
            }
            ContainerStatus worded = withMessage(status);
            ended.put(container.id(), worded);
            return worded;
        } catch (ContainerRuntimeException e) {
            if (e.code() == ContainerRuntimeException.Code.NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    private static ContainerStatus withMessage(ContainerStatus status) {
        String message = message(status);
        return message.isEmpty()
                ? status
                : new ContainerStatus(
                        status.id(),
                        status.metadata(),
                        status.state(),
                        status.createdAt(),
                        status.startedAt(),
                        status.finishedAt(),
                        status.exitCode(),
                        status.image(),
                        status.imageRef(),
                        status.reason(),
                        message,
                        status.labels(),
                        status.annotations(),
                        status.mounts(),
                        status.logPath(),
                        status.resources());
    }

    private static String message(ContainerStatus status) {
        String path = status.annotations().getOrDefault(Labels.MESSAGE_PATH, "");
        String left = "";
        for (Mount mount : status.mounts()) {
            if (mount.containerPath().equals(path)) {
                left = head(Path.of(mount.hostPath()));
            }
        }
        boolean fallBack =
                status.annotations()
                        .getOrDefault(Labels.MESSAGE_POLICY, "")
                        .equals("FallbackToLogsOnError");
        if (left.isEmpty() && fallBack && status.exitCode() != 0) {
            return LogTail.read(Path.of(status.logPath()), MOST_LOG_LINES, LONGEST_LOG_PIECE);
        }
        return left.isEmpty() ? status.message() : left;
    }

    private static String head(Path file) {
        try (var stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(LONGEST_MESSAGE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "no termination message path={0} error={1}", file, e.toString());
            return "";
        }
    }
}
