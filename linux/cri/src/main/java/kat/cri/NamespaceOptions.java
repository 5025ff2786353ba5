package kat.cri;

import org.jspecify.annotations.Nullable;

/// Which namespaces a sandbox or container shares.
///
/// @param targetId the container whose process namespace is joined when `pid` is
///     [NamespaceMode#TARGET]; else empty
/// @param users of the machine that the pod's own stand for; null when it has the machine's users
public record NamespaceOptions(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        String targetId,
        @Nullable IdRange users) {

    /// What a pod has when it asks for nothing: network and IPC of the pod, processes of its own.
    public static NamespaceOptions pod() {
        return new NamespaceOptions(
                NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, "", null);
    }

    /// The same with the processes of another container.
    public NamespaceOptions withProcessesOf(String containerId) {
        return new NamespaceOptions(network, NamespaceMode.TARGET, ipc, containerId, users);
    }

    /// The same with users of its own.
    public NamespaceOptions withUsers(@Nullable IdRange range) {
        return new NamespaceOptions(network, pid, ipc, targetId, range);
    }
}
