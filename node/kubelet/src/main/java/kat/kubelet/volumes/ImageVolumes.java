package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.ImageService;
import org.jspecify.annotations.Nullable;

/// Images as volumes: their files, read-only, in a folder of the pod. They stay for the pod's life,
/// also when the name of the image comes to mean another.
///
/// **Errors:** [ContainerRuntimeException], as if the runtime had mounted the image itself.
///
/// **Source:** `ImageVolumeSource` in the API; `pkg/volume/image`.
public final class ImageVolumes {

    private static final Path FOLDER = Path.of("volumes", "kubernetes.io~image");

    /// How such errors begin, whatever the runtime.
    private static final String FAILED = "ImageVolumeMountFailed: ";

    private final Mounts mounts;
    private final ImageService images;

    public ImageVolumes(Mounts mounts, ImageService images) {
        this.mounts = mounts;
        this.images = images;
    }

    /// @param pod folder of the pod
    Path mount(Path pod, String volume, String image) {
        Path at = pod.resolve(FOLDER).resolve(volume);
        try {
            if (!mounts.below(at).contains(at)) {
                Files.createDirectories(at);
                mounts.image(images.view(image, key(pod, volume)), at);
            }
            return at;
        } catch (IOException e) {
            throw failed(Code.INTERNAL, "mount image " + image, String.valueOf(e.getMessage()), e);
        }
    }

    /// Gives up the images of a pod whose volumes are unmounted; harmless when repeated.
    void release(Path pod) throws IOException {
        Path folder = pod.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> volumes;
        try (Stream<Path> all = Files.list(folder)) {
            volumes = all.toList();
        }
        for (Path volume : volumes) {
            images.removeView(key(pod, volume.getFileName().toString()));
            Files.delete(volume);
        }
    }

    private static String key(Path pod, String volume) {
        return "kat-volume-" + pod.getFileName() + "-" + volume;
    }

    /// An image is not changed by who uses it, so a path must be in it.
    ///
    /// @throws ContainerRuntimeException when it is not
    public static void requirePath(Path volume, String path) {
        if (!Files.exists(volume.resolve(path))) {
            throw failed(
                    Code.NOT_FOUND,
                    "mount " + path + " of an image",
                    "failed to mount subpath \"" + path + "\": no such file or directory",
                    null);
        }
    }

    private static ContainerRuntimeException failed(
            Code code, String what, String words, @Nullable Throwable cause) {
        return new ContainerRuntimeException(code, what, FAILED + words, cause);
    }
}
