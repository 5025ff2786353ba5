package kat.cri;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one pod uses.
///
/// @param interfaces the default interface first
/// @param processCount null when unknown
public record PodSandboxStats(
        String id,
        PodSandboxMetadata metadata,
        Map<String, String> labels,
        Map<String, String> annotations,
        @Nullable CpuUsage cpu,
        @Nullable MemoryUsage memory,
        List<InterfaceUsage> interfaces,
        @Nullable Long processCount,
        List<ContainerStats> containers) {

    public PodSandboxStats {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
        interfaces = List.copyOf(interfaces);
        containers = List.copyOf(containers);
    }
}
