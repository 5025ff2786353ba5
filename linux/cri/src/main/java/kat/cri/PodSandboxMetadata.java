package kat.cri;

/// The identity a kubelet gives a pod sandbox; unique together.
///
/// @param name the pod's name
/// @param uid the pod's UID
/// @param namespace the pod's namespace
/// @param attempt 0 for the first sandbox of the pod, counting up
public record PodSandboxMetadata(String name, String uid, String namespace, int attempt) {}
