package kat.cri;

/// What a command inside a container left.
///
/// @param stdout UTF-8, with replacement characters for what is not; at most 16 MB
/// @param stderr as `stdout`
public record ExecResult(int exitCode, String stdout, String stderr) {}
