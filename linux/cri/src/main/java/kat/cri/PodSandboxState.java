package kat.cri;

/// Whether a sandbox can hold running containers.
public enum PodSandboxState {
    READY,
    NOT_READY
}
