package kat.kubelet.eviction;

/// How much there was of something.
///
/// @param available in bytes, or a number of inodes or processes
/// @param capacity the same of all there is
public record Observation(Signal signal, long available, long capacity) {}
