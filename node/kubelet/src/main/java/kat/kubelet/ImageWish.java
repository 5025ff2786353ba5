package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// An image that a pod needs: for a container to be made of, or as a volume.
///
/// @param key names it among the images of the pod
/// @param image as the user wrote it
/// @param policy `Always`, `IfNotPresent` or `Never`
/// @param container that is made of it; null for a volume
record ImageWish(String key, String image, String policy, @Nullable JsonObject container) {

    private static final String IF_NOT_PRESENT = "IfNotPresent";

    static ImageWish of(JsonObject container) {
        return new ImageWish(
                container.string("name"),
                container.string("image"),
                container.string("imagePullPolicy", IF_NOT_PRESENT),
                container);
    }

    /// The images that are volumes of the pod.
    static List<ImageWish> volumes(KubeObject pod) {
        List<ImageWish> wishes = new ArrayList<>();
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            JsonObject source = volume.object("image");
            if (volume.has("image")) {
                wishes.add(
                        new ImageWish(
                                volumeKey(volume.string("name")),
                                source.string("reference"),
                                source.string("pullPolicy", IF_NOT_PRESENT),
                                null));
            }
        }
        return wishes;
    }

    /// Those that a container mounts.
    static List<ImageWish> volumes(KubeObject pod, JsonObject container) {
        List<String> mounted = new ArrayList<>();
        for (JsonObject mount : container.array("volumeMounts").objects()) {
            mounted.add(volumeKey(mount.string("name")));
        }
        return volumes(pod).stream().filter(wish -> mounted.contains(wish.key())).toList();
    }

    /// No container's name has a slash in it.
    static String volumeKey(String volume) {
        return "volume/" + volume;
    }
}
