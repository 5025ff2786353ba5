package kat.cri;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a runtime says about one container.
///
/// @param startedAt null until it was started
/// @param finishedAt null until it ended
/// @param exitCode 0 to 255, 128 + signal when a signal ended it; 0 until it ended
/// @param image the reference the runtime knows the image by
/// @param imageRef a digest reference, or the id when the image has none
/// @param reason one word when it ended, such as `Completed`, `Error`, `OOMKilled`; else empty
/// @param logPath absolute
/// @param resources limits in force; null when the runtime does not tell
public record ContainerStatus(
        String id,
        ContainerMetadata metadata,
        ContainerState state,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int exitCode,
        String image,
        String imageRef,
        String reason,
        String message,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Mount> mounts,
        String logPath,
        @Nullable LinuxResources resources) {

    public ContainerStatus {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
        mounts = List.copyOf(mounts);
    }
}
