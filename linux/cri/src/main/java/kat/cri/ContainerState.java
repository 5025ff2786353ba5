package kat.cri;

/// Where a container is in its life.
public enum ContainerState {
    CREATED,
    RUNNING,
    EXITED,
    /// The runtime lost track of it.
    UNKNOWN
}
