package kat.cri;

/// Which namespaces a sandbox or container shares.
///
/// @param targetId the container whose process namespace is joined when `pid` is
///     [NamespaceMode#TARGET]; else empty
public record NamespaceOptions(
        NamespaceMode network, NamespaceMode pid, NamespaceMode ipc, String targetId) {

    /// What a pod has when it asks for nothing: network and IPC of the pod, processes of its own.
    public static NamespaceOptions pod() {
        return new NamespaceOptions(
                NamespaceMode.POD, NamespaceMode.CONTAINER, NamespaceMode.POD, "");
    }

    /// The same with the processes of another container.
    public NamespaceOptions withProcessesOf(String containerId) {
        return new NamespaceOptions(network, NamespaceMode.TARGET, ipc, containerId);
    }
}
