package kat.kubelet.spec;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.ContainerConfig;
import kat.cri.ContainerMetadata;
import kat.cri.ContainerSecurityContext;
import kat.cri.Device;
import kat.cri.Image;
import kat.cri.LinuxResources;
import kat.cri.Mount;
import org.jspecify.annotations.Nullable;

/// A container, as the container runtime takes it.
///
/// **Source:** `generateContainerConfig` in `pkg/kubelet/kuberuntime`.
///
/// @param memoryCapacity of the machine in bytes
/// @param unified whether control groups are of version 2
/// @param seccompRoot folder of local seccomp profiles
/// @param hugePages of the machine
public record ContainerConfigs(
        long memoryCapacity, boolean unified, String seccompRoot, HugePages hugePages) {

    /// What a container is made of.
    ///
    /// @param image what to run, as [kat.cri.ImageService] knows it; null only in tests
    /// @param imageRef what the runtime shall make it from
    /// @param restarts how often it was started before
    /// @param target id of the container whose processes it sees; empty for none
    public record Parts(
            KubeObject pod,
            JsonObject container,
            @Nullable Image image,
            String imageRef,
            int restarts,
            String target,
            Environment environment,
            List<Mount> mounts,
            List<Device> devices) {
        public Parts {
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
        }
    }

    /// Tells whether a running container is still what the specification asks for.
    public static String hash(JsonObject container) {
        return Integer.toHexString(
                (container.string("name") + "\n" + container.string("image")).hashCode());
    }

    public ContainerConfig of(Parts parts) throws ConfigFault {
        KubeObject pod = parts.pod();
        JsonObject container = parts.container();
        String name = container.string("name");
        Map<String, String> labels = SandboxConfigs.labels(pod);
        labels.keySet().retainAll(List.of(Labels.POD_NAME, Labels.POD_NAMESPACE, Labels.POD_UID));
        labels.put(Labels.CONTAINER_NAME, name);
        return new ContainerConfig(
                new ContainerMetadata(name, parts.restarts()),
                parts.imageRef(),
                parts.environment().expand(container.array("command").strings()),
                parts.environment().expand(container.array("args").strings()),
                container.string("workingDir"),
                parts.environment().variables(),
                parts.mounts(),
                parts.devices(),
                labels,
                annotations(parts),
                name + "/" + parts.restarts() + ".log",
                container.bool("stdin"),
                container.bool("stdinOnce"),
                container.bool("tty"),
                resources(pod, container),
                security(parts),
                List.of());
    }

    /// What the kernel is to give a container.
    public LinuxResources resources(KubeObject pod, JsonObject container) {
        return PodResources.of(pod, container, memoryCapacity, unified)
                .withHugepageLimits(hugePages.limits(container));
    }

    private ContainerSecurityContext security(Parts parts) throws ConfigFault {
        ContainerSecurityContext own =
                SecurityContexts.container(
                        parts.pod(), parts.container(), parts.image(), seccompRoot);
        return parts.target().isEmpty()
                ? own
                : own.withNamespaces(own.namespaces().withProcessesOf(parts.target()));
    }

    private static Map<String, String> annotations(Parts parts) {
        JsonObject container = parts.container();
        long grace = parts.pod().spec().integer("terminationGracePeriodSeconds", 30);
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(Labels.HASH, hash(container));
        annotations.put(Labels.RESTARTS, Integer.toString(parts.restarts()));
        annotations.put(
                Labels.MESSAGE_PATH,
                container.string("terminationMessagePath", "/dev/termination-log"));
        annotations.put(
                Labels.MESSAGE_POLICY, container.string("terminationMessagePolicy", "File"));
        annotations.put(Labels.GRACE, Long.toString(grace));
        return annotations;
    }
}
