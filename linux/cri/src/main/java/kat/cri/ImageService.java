package kat.cri;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The images that are present on the machine: `ImageService` of CRI v1, and import of archives.
///
/// A reference is what a user writes (`nginx`, `nginx:1.27`, `registry.example/a/b@sha256:…`) or
/// an image's id; a missing registry means `docker.io/library`, a missing tag `latest`.
///
/// **Errors:** every method throws [ContainerRuntimeException].
public interface ImageService {

    List<Image> list();

    /// Empty when no image answers to `reference`.
    Optional<Image> status(String reference);

    /// Fetches an image from its registry.
    ///
    /// @param auth null to ask without credentials
    /// @return a reference that names exactly what was fetched
    String pull(String reference, @Nullable ImageAuth auth);

    /// Removes every name of the image; harmless when it is gone.
    void remove(String reference);

    /// What images occupy, one entry for each file system.
    List<FilesystemUsage> fsInfo();

    /// Reads an archive of images into the runtime: an OCI image layout or `docker save` output, as
    /// a tar, plain or gzip-compressed. Nothing is visible until all of it is there.
    ///
    /// @param archive read to its end, not closed
    /// @return the full names that now stand, in the archive's order
    /// @throws ContainerRuntimeException with
    ///     [ContainerRuntimeException.Code#INVALID_ARGUMENT] when it is no such archive, holds an
    ///     image without a name, or nothing for this machine's processor
    List<String> importArchive(InputStream archive);

    /// Opens a present image in order to copy it elsewhere.
    StoredImage open(String reference);

    /// Makes the files of a present image ready to be mounted, until [#removeView]. What was made
    /// under the key before is given again, whatever image it is of.
    ///
    /// @param image its [Image#id]
    /// @param key a name nobody else uses
    ImageView view(String image, String key);

    /// Gives up what [#view] made; it must not be mounted. Harmless when there is nothing.
    void removeView(String key);

    /// The keys of all that [#view] made and [#removeView] did not remove.
    List<String> views();
}
