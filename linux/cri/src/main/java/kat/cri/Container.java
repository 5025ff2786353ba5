package kat.cri;

import java.time.Instant;
import java.util.Map;

/// One line of the list of containers.
///
/// @param image what the container was made from, as asked for
/// @param imageRef the id of the image
public record Container(
        String id,
        String sandboxId,
        ContainerMetadata metadata,
        String image,
        String imageRef,
        ContainerState state,
        Instant createdAt,
        Map<String, String> labels,
        Map<String, String> annotations) {

    public Container {
        labels = Copies.map(labels);
        annotations = Copies.map(annotations);
    }
}
