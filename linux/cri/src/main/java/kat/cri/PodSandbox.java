package kat.cri;

import java.time.Instant;
import java.util.Map;

/// One line of the list of sandboxes.
public record PodSandbox(
        String id,
        PodSandboxMetadata metadata,
        PodSandboxState state,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations,
        String runtimeHandler) {

    public PodSandbox {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
    }
}
