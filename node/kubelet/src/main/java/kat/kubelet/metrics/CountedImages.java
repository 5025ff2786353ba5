package kat.kubelet.metrics;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import kat.cri.FilesystemUsage;
import kat.cri.Image;
import kat.cri.ImageAuth;
import kat.cri.ImageService;
import kat.cri.ImageView;
import kat.cri.StoredImage;
import org.jspecify.annotations.Nullable;

/// Images of a runtime whose calls are counted; what CRI has no call for is not.
///
/// @param images where the calls go
record CountedImages(ImageService images, Operations operations) implements ImageService {

    @Override
    public List<Image> list() {
        return operations.get("list_images", images::list);
    }

    @Override
    public Optional<Image> status(String reference) {
        return operations.get("image_status", () -> images.status(reference));
    }

    @Override
    public String pull(String reference, @Nullable ImageAuth auth) {
        return operations.get("pull_image", () -> images.pull(reference, auth));
    }

    @Override
    public void remove(String reference) {
        operations.run("remove_image", () -> images.remove(reference));
    }

    @Override
    public List<FilesystemUsage> fsInfo() {
        return operations.get("image_fs_info", images::fsInfo);
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
        return images.view(image, key);
    }

    @Override
    public void removeView(String key) {
        images.removeView(key);
    }

    @Override
    public List<String> views() {
        return images.views();
    }
}
