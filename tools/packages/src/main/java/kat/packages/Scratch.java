package kat.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of one command, readable by its user only, which goes when the command ends.
final class Scratch implements AutoCloseable {

    private @Nullable Path folder;

    private Path folder() throws IOException {
        Path made = folder == null ? Files.createTempDirectory("kat-helm-") : folder;
        folder = made;
        return made;
    }

    /// A folder inside, the same for the same name.
    Path folder(String name) {
        try {
            return Files.createDirectories(folder().resolve(name));
        } catch (IOException e) {
            throw new HelmException("cannot make a temporary folder", e);
        }
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(folder().resolve(name), text);
        } catch (IOException e) {
            throw new HelmException("cannot write a temporary file", e);
        }
    }

    @Override
    public void close() {
        if (folder == null) {
            return;
        }
        try {
            remove(folder);
        } catch (IOException e) {
            throw new HelmException("cannot remove " + folder, e);
        }
    }

    static void remove(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
