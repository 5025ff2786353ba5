package kat.kubelet.eviction;

/// How much there was of something.
///
/// @param available in bytes
/// @param capacity in bytes
public record Observation(Signal signal, long available, long capacity) {}
