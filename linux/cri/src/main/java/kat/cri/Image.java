package kat.cri;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An image that is present on the machine.
///
/// @param id digest of its configuration, `sha256:…`
/// @param repoTags references with a tag, such as `docker.io/library/nginx:1.27`
/// @param repoDigests references with a digest
/// @param uid the numeric user the image runs as; null when it names one or none
/// @param username the user it names; else empty
/// @param pinned whether garbage collection must leave it
public record Image(
        String id,
        List<String> repoTags,
        List<String> repoDigests,
        long sizeBytes,
        @Nullable Long uid,
        String username,
        boolean pinned) {

    public Image {
        repoTags = List.copyOf(repoTags);
        repoDigests = List.copyOf(repoDigests);
    }
}
