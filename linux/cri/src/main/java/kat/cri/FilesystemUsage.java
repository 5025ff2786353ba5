package kat.cri;

import java.time.Instant;

/// What a file system or a part of it holds.
public record FilesystemUsage(Instant at, String mountpoint, long usedBytes, long inodesUsed) {}
