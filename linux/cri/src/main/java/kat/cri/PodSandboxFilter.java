package kat.cri;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which sandboxes a list holds; every given part must match.
///
/// @param id a whole id or a prefix of one; empty for any
/// @param state null for any
/// @param labels labels a sandbox must carry
public record PodSandboxFilter(
        String id, @Nullable PodSandboxState state, Map<String, String> labels) {

    public PodSandboxFilter {
        labels = Copies.map(labels);
    }

    public static final PodSandboxFilter ALL = new PodSandboxFilter("", null, Map.of());
}
