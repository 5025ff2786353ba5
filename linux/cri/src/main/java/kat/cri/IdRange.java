package kat.cri;

/// Users and groups of the machine that those of a container stand for: its root is the first of
/// them.
///
/// @param first of the machine's ids, also of its groups
/// @param length how many there are
public record IdRange(int first, int length) {}
