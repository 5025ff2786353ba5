package kat.cri;

/// Who the runtime is.
///
/// @param name such as `containerd`
/// @param version such as `1.6.20`
/// @param apiVersion the version of CRI spoken, `v1`
public record RuntimeVersion(String name, String version, String apiVersion) {}
