package kat.apiserver.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder of files that only their owner may read. Each is replaced as a whole or not at all.
final class SecretFiles {

    private static final Set<PosixFilePermission> OWNER_FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER =
            PosixFilePermissions.fromString("rwx------");

    private final Path folder;

    SecretFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /// Null when there is no such file.
    @Nullable String read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file) : null;
    }

    void write(String name, String text) throws IOException {
        Path part = folder.resolve(name + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_FILE));
        Files.writeString(part, text);
        Files.move(
                part,
                folder.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
