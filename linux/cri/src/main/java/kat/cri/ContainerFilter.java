package kat.cri;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which containers a list holds; every given part must match.
///
/// @param id a whole id or a prefix of one; empty for any
/// @param sandboxId empty for any
/// @param state null for any
/// @param labels labels a container must carry
public record ContainerFilter(
        String id, String sandboxId, @Nullable ContainerState state, Map<String, String> labels) {

    public ContainerFilter {
        labels = Copies.map(labels);
    }

    public static final ContainerFilter ALL = new ContainerFilter("", "", null, Map.of());

    /// Every container of one sandbox.
    public static ContainerFilter ofSandbox(String sandboxId) {
        return new ContainerFilter("", sandboxId, null, Map.of());
    }
}
