package kat.app.addons;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import kat.kubelet.volumes.Trees;

/// The folders in which programs of add-ons keep files of their own, each for its owner alone.
///
/// @param root holds them; made when it is needed
public record ProgramData(Path root) {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// @return the folder of an add-on, made unless it was there
    Path make(String addon) throws IOException {
        return Files.createDirectories(root.resolve(addon), OWNER_ONLY);
    }

    /// Removes a folder with all it holds; links are removed, not followed.
    void delete(String addon) throws IOException {
        Trees.delete(root.resolve(addon));
    }
}
