package kat.cri.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.FilesystemUsage;
import kat.cri.Image;
import kat.cri.ImageAuth;
import kat.cri.ImageNames;
import kat.cri.ImageService;
import kat.cri.ImageView;
import kat.cri.StoredImage;
import org.jspecify.annotations.Nullable;

/// Images that are names only. A name in [#registry] can be pulled, any other is not found there.
///
/// **Threads:** safe for use by any number of threads.
public final class FakeImages implements ImageService {

    private static final long IMAGE_BYTES = 1 << 20;

    /// Image by full name; guarded by this, as what follows.
    private final TreeMap<String, Image> present = new TreeMap<>();

    private final TreeMap<String, Image> registry = new TreeMap<>();

    /// What must be shown to pull the image of this name.
    private final TreeMap<String, ImageAuth> guards = new TreeMap<>();

    /// By key; guarded by this.
    private final TreeMap<String, ImageView> views = new TreeMap<>();

    private boolean hidesDisk;

    FakeImages() {}

    /// From now on nobody is told of the disk of images.
    public synchronized void hideDisk() {
        hidesDisk = true;
    }

    /// Puts an image onto the machine.
    public synchronized FakeImages present(String reference) {
        present.put(full(reference), image(full(reference)));
        return this;
    }

    /// Puts an image where it can be pulled from.
    public synchronized FakeImages registry(String reference) {
        registry.put(full(reference), image(full(reference)));
        return this;
    }

    /// Puts an image where only who shows these credentials can pull it from.
    public synchronized FakeImages registry(String reference, String user, String password) {
        guards.put(full(reference), ImageAuth.basic(user, password));
        return registry(reference);
    }

    @Override
    public synchronized List<Image> list() {
        return List.copyOf(present.values());
    }

    @Override
    public synchronized Optional<Image> status(String reference) {
        return present.values().stream()
                .filter(
                        image ->
                                image.id().equals(reference)
                                        || image.repoTags().contains(full(reference)))
                .findFirst();
    }

    @Override
    public synchronized String pull(String reference, @Nullable ImageAuth auth) {
        Image image = registry.get(full(reference));
        if (image == null) {
            throw new ContainerRuntimeException(
                    Code.NOT_FOUND,
                    "pull image " + reference,
                    "failed to resolve reference \"" + full(reference) + "\": not found",
                    null);
        }
        ImageAuth guard = guards.get(full(reference));
        if (guard != null && !guard.equals(auth)) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN,
                    "pull image " + reference,
                    "failed to authorize: 401 Unauthorized",
                    null);
        }
        present.put(full(reference), image);
        return image.id();
    }

    @Override
    public synchronized void remove(String reference) {
        status(reference).ifPresent(gone -> present.values().remove(gone));
    }

    @Override
    public synchronized List<FilesystemUsage> fsInfo() {
        if (hidesDisk) {
            throw new ContainerRuntimeException(
                    Code.UNKNOWN, "look at the disk of images", "not told", null);
        }
        return List.of(
                new FilesystemUsage(
                        Instant.EPOCH,
                        "/var/lib/fake",
                        IMAGE_BYTES * present.size(),
                        present.size()));
    }

    /// Takes names, one a line, in place of an archive; of an OCI layout it keeps the names.
    @Override
    public List<String> importArchive(InputStream archive) {
        try {
            byte[] bytes = archive.readAllBytes();
            List<String> names =
                    FakeLayout.isTar(bytes)
                            ? FakeLayout.names(bytes)
                            : new String(bytes, StandardCharsets.UTF_8).lines().toList();
            List<String> full =
                    names.stream().filter(line -> !line.isBlank()).map(FakeImages::full).toList();
            full.forEach(this::present);
            return full;
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Code.INVALID_ARGUMENT, "import an image archive", "it cannot be read", e);
        }
    }

    /// A manifest, a layer that holds the image's name, and a configuration.
    @Override
    public synchronized StoredImage open(String reference) {
        Image image =
                status(reference)
                        .orElseThrow(
                                () ->
                                        new ContainerRuntimeException(
                                                Code.NOT_FOUND,
                                                "read the image " + reference,
                                                "image \"" + full(reference) + "\": not found",
                                                null));
        return new FakeLayout(image.repoTags().getFirst());
    }

    /// A bind mount of a folder that does not exist, named by the image.
    @Override
    public synchronized ImageView view(String image, String key) {
        if (status(image).isEmpty()) {
            throw new ContainerRuntimeException(
                    Code.NOT_FOUND,
                    "mount image " + image,
                    "image \"" + image + "\": not found",
                    null);
        }
        return views.computeIfAbsent(
                key, _ -> new ImageView("bind", "/var/lib/fake/" + image, List.of("ro", "rbind")));
    }

    @Override
    public synchronized void removeView(String key) {
        views.remove(key);
    }

    @Override
    public synchronized List<String> views() {
        return List.copyOf(views.keySet());
    }

    private static Image image(String name) {
        String id = "sha256:" + FakeContainerRuntime.hex(name.hashCode());
        return new Image(id, List.of(name), List.of(), IMAGE_BYTES, null, "", false);
    }

    private static String full(String reference) {
        return ImageNames.full(reference);
    }
}
