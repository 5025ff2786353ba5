package kat.cri;

/// Whose Linux namespace a container lives in.
public enum NamespaceMode {
    /// Shared by the containers of the pod.
    POD,
    /// The container's own.
    CONTAINER,
    /// The machine's.
    NODE,
    /// That of the container named by [NamespaceOptions#targetId].
    TARGET
}
