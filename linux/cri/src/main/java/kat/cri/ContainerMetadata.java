package kat.cri;

/// The identity a kubelet gives a container inside its sandbox; unique together.
///
/// @param attempt 0 for the first container of this name, counting up with each restart
public record ContainerMetadata(String name, int attempt) {}
