package kat.kubelet.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Owners and permission bits of files.
final class Unix {

    private static final int READ_WRITE = 0660;
    private static final int READ = 0440;
    private static final int FOLDER = 0110 | 02000;
    private static final int PERMISSIONS = 07777;

    private Unix() {}

    static void setMode(Path file, int mode) throws IOException {
        Files.setAttribute(file, "unix:mode", mode);
    }

    static void setOwner(Path file, int user) throws IOException {
        Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
    }

    /// Whether a folder has the group and the bits that [#giveToGroup] would give it.
    ///
    /// **Source:** `requiresPermissionChange` in `pkg/volume/volume_linux.go`.
    static boolean belongsTo(Path folder, int group) throws IOException {
        int mode = (int) Files.getAttribute(folder, "unix:mode");
        int wanted = READ_WRITE | FOLDER;
        return (int) Files.getAttribute(folder, "unix:gid") == group && (mode & wanted) == wanted;
    }

    /// Gives a folder and all below to a group that may read, and write unless `readOnly`.
    ///
    /// **Source:** `SetVolumeOwnership` in `pkg/volume/volume_linux.go`.
    static void giveToGroup(Path folder, int group, boolean readOnly) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.toList();
        }
        for (Path file : all) {
            Files.setAttribute(file, "unix:gid", group, LinkOption.NOFOLLOW_LINKS);
            if (Files.isSymbolicLink(file)) {
                continue;
            }
            int more = readOnly ? READ : READ_WRITE;
            int extra = Files.isDirectory(file) ? more | FOLDER : more;
            int mode = (int) Files.getAttribute(file, "unix:mode") & PERMISSIONS;
            if ((mode | extra) != mode) {
                setMode(file, mode | extra);
            }
        }
    }
}
