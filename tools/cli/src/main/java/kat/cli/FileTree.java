package kat.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes folders with all they hold, and gives files to the person behind `sudo`.
final class FileTree {

    private FileTree() {}

    /// Removes a file or folder; links are removed, not followed. What is gone already, or goes
    /// meanwhile, counts as done.
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
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failed)
                                throws IOException {
                            return unlessGone(failed);
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path folder, @Nullable IOException failed) throws IOException {
                            if (failed != null) {
                                return unlessGone(failed);
                            }
                            Files.deleteIfExists(folder);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw CliException.of("cannot remove " + root, e);
        }
    }

    /// The nearest folder above a file that is there.
    ///
    /// @throws NotDirectoryException when it is no folder
    static Path existing(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && folder.getParent() != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NotDirectoryException(String.valueOf(folder));
        }
        return folder;
    }

    /// Makes the folders above a file that are not there, for the person behind `sudo`.
    static void createParents(Path file, Surroundings.User user) throws IOException {
        List<Path> made = new ArrayList<>();
        Path folder = file.toAbsolutePath().getParent();
        for (Path each = folder; each != null && !Files.exists(each); each = each.getParent()) {
            made.add(each);
        }
        if (folder != null) {
            Files.createDirectories(folder);
        }
        giveTo(user, made);
    }

    private static FileVisitResult unlessGone(IOException failed) throws IOException {
        if (failed instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failed;
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
