package kat.cri;

/// A device of the machine given to a container.
///
/// @param permissions any of `r` (read), `w` (write), `m` (make nodes)
public record Device(String containerPath, String hostPath, String permissions) {}
