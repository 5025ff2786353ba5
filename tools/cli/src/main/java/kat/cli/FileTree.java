package kat.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes folders with all they hold, and gives files to the person behind `sudo`.
final class FileTree {

    private FileTree() {}

    /// Removes a file or folder; links are removed, not followed. That it is gone counts as done.
    static void delete(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.delete(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path folder, @Nullable IOException failed) throws IOException {
                            if (failed != null) {
                                throw failed;
                            }
                            Files.delete(folder);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw CliException.of("cannot remove " + root, e);
        }
    }

    /// The name of a file's owner.
    static String owner(Path file) {
        try {
            return Files.getOwner(file).getName();
        } catch (IOException e) {
            throw CliException.of("cannot tell whose " + file + " is", e);
        }
    }

    /// Makes the person behind `sudo` the owner of files that are there; without `sudo` nothing is
    /// done.
    static void giveTo(Surroundings.User user, List<Path> files) {
        if (user.uid() == null || user.gid() == null) {
            return;
        }
        for (Path file : files) {
            if (!Files.exists(file)) {
                continue;
            }
            try {
                Files.setAttribute(file, "unix:uid", user.uid());
                Files.setAttribute(file, "unix:gid", user.gid());
            } catch (IOException e) {
                throw CliException.of("cannot give " + file + " to its user", e);
            }
        }
    }
}
