package kat.cri;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one container uses.
///
/// @param writableLayer null when unknown
public record ContainerStats(
        String id,
        ContainerMetadata metadata,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable CpuUsage cpu,
        @Nullable MemoryUsage memory,
        @Nullable FilesystemUsage writableLayer) {

    public ContainerStats {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
    }
}
