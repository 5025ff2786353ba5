package kat.cri;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The images of a runtime that others use too: all of them may be used, more may be fetched, and
/// none is removed.
final class SharedImages implements ImageService {

    private final ImageService images;
    private final String prefix;

    /// @param cluster whose views are seen
    SharedImages(ImageService images, String cluster) {
        this.images = images;
        this.prefix = "kat/" + cluster + "/";
    }

    @Override
    public List<Image> list() {
        return images.list();
    }

    @Override
    public Optional<Image> status(String reference) {
        return images.status(reference);
    }

    @Override
    public String pull(String reference, @Nullable ImageAuth auth) {
        return images.pull(reference, auth);
    }

    /// @throws ContainerRuntimeException always: the image may be somebody else's
    @Override
    public void remove(String reference) {
        throw new ContainerRuntimeException(
                ContainerRuntimeException.Code.FAILED_PRECONDITION,
                "remove image " + reference,
                "the containerd that holds it is shared with others",
                null);
    }

    @Override
    public List<FilesystemUsage> fsInfo() {
        return images.fsInfo();
    }

    @Override
    public List<String> importArchive(InputStream archive) {
        return images.importArchive(archive);
    }

    @Override
    public StoredImage open(String reference) {
        return images.open(reference);
    }

    @Override
    public ImageView view(String image, String key) {
        return images.view(image, prefix + key);
    }

    @Override
    public void removeView(String key) {
        images.removeView(prefix + key);
    }

    @Override
    public List<String> views() {
        return images.views().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
    }
}
