package kat.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kat.controllers.volume.VolumeFolders;

/// Folders of volumes on this machine's own disk.
final class LocalFolders implements VolumeFolders {

    @Override
    public void make(String path) {
        try {
            Path folder = Path.of(path);
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException("making the folder of a volume path=" + path, e);
        }
    }

    @Override
    public void remove(String path) {
        Path folder = Path.of(path);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            // What is in a folder goes before the folder; links are removed, not followed.
            List<Path> inside = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path each : inside) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("removing the folder of a volume path=" + path, e);
        }
    }
}
