package kat.cri;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What a runtime says about one sandbox.
///
/// @param ips addresses on the pod network, the primary one first; empty on the machine's network
public record PodSandboxStatus(
        String id,
        PodSandboxMetadata metadata,
        PodSandboxState state,
        Instant createdAt,
        List<String> ips,
        NamespaceOptions namespaces,
        Map<String, String> labels,
        Map<String, String> annotations,
        String runtimeHandler) {

    public PodSandboxStatus {
        ips = List.copyOf(ips);
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
    }
}
