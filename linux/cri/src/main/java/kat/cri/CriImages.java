package kat.cri;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import kat.cri.grpc.Cri;
import kat.cri.grpc.ImageServiceGrpc;
import org.jspecify.annotations.Nullable;

/// Images over CRI v1.
final class CriImages implements ImageService {

    /// For fetching one image; the runtime itself gives up earlier when no byte arrives.
    private static final Duration PULL_TIMEOUT = Duration.ofHours(2);

    private final CriChannel channel;
    private final ArchiveImport archives;
    private final ImageViews views;

    CriImages(CriChannel channel, ArchiveImport archives, ImageViews views) {
        this.channel = channel;
        this.archives = archives;
        this.views = views;
    }

    @Override
    public List<Image> list() {
        return channel
                .call(
                        ImageServiceGrpc.getListImagesMethod(),
                        Cri.ListImagesRequest.getDefaultInstance(),
                        CriRuntime.CALL_TIMEOUT,
                        "list images")
                .getImagesList()
                .stream()
                .map(FromCri::image)
                .toList();
    }

    @Override
    public Optional<Image> status(String reference) {
        Cri.ImageStatusResponse answer =
                channel.call(
                        ImageServiceGrpc.getImageStatusMethod(),
                        Cri.ImageStatusRequest.newBuilder()
                                .setImage(ToCri.image(reference))
                                .build(),
                        CriRuntime.CALL_TIMEOUT,
                        "look for image " + reference);
        return answer.hasImage() ? Optional.of(FromCri.image(answer.getImage())) : Optional.empty();
    }

    @Override
    public String pull(String reference, @Nullable ImageAuth auth) {
        return channel.call(
                        ImageServiceGrpc.getPullImageMethod(),
                        Cri.PullImageRequest.newBuilder()
                                .setImage(ToCri.image(reference))
                                .setAuth(ToCri.auth(auth))
                                .build(),
                        PULL_TIMEOUT,
                        "pull image " + reference)
                .getImageRef();
    }

    @Override
    public void remove(String reference) {
        channel.call(
                ImageServiceGrpc.getRemoveImageMethod(),
                Cri.RemoveImageRequest.newBuilder().setImage(ToCri.image(reference)).build(),
                CriRuntime.CALL_TIMEOUT,
                "remove image " + reference);
    }

    @Override
    public List<FilesystemUsage> fsInfo() {
        return channel
                .call(
                        ImageServiceGrpc.getImageFsInfoMethod(),
                        Cri.ImageFsInfoRequest.getDefaultInstance(),
                        CriRuntime.CALL_TIMEOUT,
                        "read usage of the image file system")
                .getImageFilesystemsList()
                .stream()
                .map(FromCri::filesystem)
                .toList();
    }

    @Override
    public List<String> importArchive(InputStream archive) {
        return archives.read(archive, name -> status(name).isPresent());
    }

    @Override
    public StoredImage open(String reference) {
        return archives.open(ImageNames.stored(reference));
    }

    @Override
    public ImageView view(String image, String key) {
        return views.view(image, key);
    }

    @Override
    public void removeView(String key) {
        views.remove(key);
    }

    @Override
    public List<String> views() {
        return views.keys();
    }
}
