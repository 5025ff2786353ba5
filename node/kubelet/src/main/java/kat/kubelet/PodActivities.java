package kat.kubelet;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Quantity;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.client.DeleteOptions;
import kat.cri.ContainerRuntimeException;
import kat.cri.MemoryUsage;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxState;
import kat.cri.PodSandboxStatus;
import org.jspecify.annotations.Nullable;

/// The work behind a pod's actions that needs no memory of the worker.
///
/// **Threads:** any.
record PodActivities(PodServices services) {

    private static final Logger LOG = System.getLogger("kat.kubelet");

    /// @throws ContainerRuntimeException when the sandbox cannot be made
    /// @throws IOException when its folders or control group cannot be made
    String createSandbox(KubeObject pod, int attempt) throws IOException {
        services.shares().begin(pod);
        String handler = runtimeHandler(pod);
        requireUserNamespaces(pod, handler);
        PodSandboxConfig config =
                services.users()
                        .in(
                                pod,
                                services.sandboxes()
                                        .of(pod, attempt, services.cgroups().pathOf(pod))
                                        .withRuntimeHandler(handler));
        Files.createDirectories(Path.of(config.logDirectory()));
        String id = services.runtime().runPodSandbox(config);
        services.reader().belongs(id, pod.uid());
        return id;
    }

    /// The handler of the pod's RuntimeClass; empty for the usual one.
    private String runtimeHandler(KubeObject pod) throws IOException {
        String name = pod.spec().string("runtimeClassName");
        if (name.isEmpty()) {
            return "";
        }
        KubeObject found = services.objects().find(Kinds.RUNTIME_CLASS, ObjectKey.of("", name));
        if (found == null) {
            throw new IOException("runtimeclass.node.k8s.io \"" + name + "\" not found");
        }
        return found.tree().string("handler");
    }

    /// Containers that believe to have a user namespace must not run without.
    ///
    /// **Source:** `pkg/kubelet/userns/userns_manager.go`.
    private void requireUserNamespaces(KubeObject pod, String handler) throws IOException {
        if (UserRanges.wants(pod) && !services.runtime().status().hasUserNamespaces(handler)) {
            throw new IOException(
                    "can't set `spec.hostUsers: false`, "
                            + (handler.isEmpty()
                                    ? "runtime"
                                    : "RuntimeClass handler \"" + handler + "\"")
                            + " does not support user namespaces");
        }
    }

    /// Takes away what an ended pod no longer needs; its logs and containers stay readable.
    void cleanUp(KubeObject pod) throws IOException {
        services.volumes().unmount(pod.uid());
        services.cgroups().remove(pod);
    }

    /// Takes away everything that is kept of a pod.
    void forget(KubeObject pod, PodRuntime runtime) throws IOException {
        for (PodSandboxStatus sandbox : runtime.sandboxes()) {
            services.runtime().stopPodSandbox(sandbox.id());
            services.runtime().removePodSandbox(sandbox.id());
            services.reader().forget(sandbox.id());
        }
        for (PodRuntime.Known known : runtime.containers()) {
            services.reader().forget(known.id());
        }
        services.volumes().forget(pod.uid());
        services.cgroups().remove(pod);
        deleteLogs(Path.of(services.sandboxes().logFolder(pod)));
    }

    private static void deleteLogs(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (var all = Files.walk(folder)) {
            deepestFirst = all.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path each : deepestFirst) {
            Files.deleteIfExists(each);
        }
    }

    /// Gives running containers other resources. The pod's group is changed before, so that it
    /// has room for more, and after, so that it shrinks with them; its class has its part by
    /// what the pod asks for now.
    ///
    /// @param before what the pod as a whole had
    /// @throws IOException when memory that is in use would be taken away: then nothing was
    ///     changed; or when the group cannot be changed
    void resize(KubeObject pod, Action.Resize resize, Resizes.@Nullable Whole before)
            throws IOException {
        String refusal = MemoryDecrease.refusal(limited(pod, resize, before));
        if (!refusal.isEmpty()) {
            throw new IOException(refusal);
        }
        try {
            services.cgroups().create(pod);
        } catch (IOException smallerThanContainers) {
            LOG.log(Level.DEBUG, "group not changed yet pod={0}", pod.key());
        }
        for (Resizes.Resize each : resize.resizes()) {
            services.runtime()
                    .updateContainerResources(
                            each.known().id(),
                            services.containers().resources(pod, each.container()));
        }
        services.shares().begin(pod);
    }

    /// Those whose memory becomes less, with what they use: nobody else is asked for it.
    private List<MemoryDecrease.Limited> limited(
            KubeObject pod, Action.Resize resize, Resizes.@Nullable Whole before)
            throws IOException {
        List<MemoryDecrease.Limited> limited = new ArrayList<>();
        long had = before == null ? 0 : before.group().memoryLimitBytes();
        try {
            if (MemoryDecrease.isLess(had, resize.whole().group().memoryLimitBytes())) {
                services.cgroups().memory(pod).ifPresent(limited::add);
            }
            for (Resizes.Resize each : resize.resizes()) {
                long now = memoryLimit(each.actual());
                long then = memoryLimit(each.desired());
                if (MemoryDecrease.isLess(now, then)) {
                    String what = "container \"" + each.known().name() + "\"";
                    OptionalLong used = memoryUsage(each.known().id());
                    limited.add(new MemoryDecrease.Limited(what, now, then, used));
                }
            }
        } catch (IOException | ContainerRuntimeException e) {
            String text = ContainerReports.podText(pod);
            throw new IOException("unable to read memory usage for pod \"" + text + "\"", e);
        }
        return limited;
    }

    private OptionalLong memoryUsage(String id) {
        MemoryUsage memory = services.runtime().containerStats(id).memory();
        Long usage = memory == null ? null : memory.usageBytes();
        return usage == null ? OptionalLong.empty() : OptionalLong.of(usage);
    }

    /// In bytes; 0 for none.
    private static long memoryLimit(JsonObject resources) {
        return Quantity.parse(resources.object("limits").string("memory", "0")).wholeUnits();
    }

    /// Tells the API that nothing of the pod is left on the node.
    void deletePod(KubeObject pod) {
        try {
            services.transport()
                    .delete(
                            Kinds.POD,
                            pod.key(),
                            DeleteOptions.of(pod.uid()).withGrace(0).because(pod.revision()));
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    /// Removes ended containers of which two newer ones exist, and sandboxes that hold nothing.
    void collect(PodRuntime runtime) {
        Set<String> once = new HashSet<>();
        Set<String> twice = new HashSet<>();
        Set<String> inUse = new HashSet<>();
        for (PodRuntime.Known known : runtime.containers()) {
            boolean old = !once.add(known.name()) && !twice.add(known.name());
            if (old && known.hasExited()) {
                remove(known);
            } else {
                inUse.add(known.sandboxId());
            }
        }
        PodSandboxStatus present = runtime.sandbox();
        for (PodSandboxStatus sandbox : runtime.sandboxes()) {
            boolean newest = sandbox == runtime.sandboxes().getFirst();
            if (present != null
                    && !newest
                    && sandbox.state() == PodSandboxState.NOT_READY
                    && !inUse.contains(sandbox.id())) {
                services.runtime().removePodSandbox(sandbox.id());
                services.reader().forget(sandbox.id());
            }
        }
    }

    private void remove(PodRuntime.Known known) {
        try {
            services.runtime().removeContainer(known.id());
            services.reader().forget(known.id());
            Files.deleteIfExists(Path.of(known.status().logPath()));
        } catch (IOException | ContainerRuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "ended container not removed id={0} error={1}",
                    known.id(),
                    e.getMessage());
        }
    }
}
