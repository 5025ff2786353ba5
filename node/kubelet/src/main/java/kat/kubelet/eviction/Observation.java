package kat.kubelet.eviction;

/// How much there was of something.
///
/// @param available in bytes, or inodes
/// @param capacity in bytes, or inodes
public record Observation(Signal signal, long available, long capacity) {}
