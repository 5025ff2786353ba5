package kat.logging.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The names of a store's files; see [Segment].
///
/// @param path open to its owner alone
record StoreFolder(Path path) {

    private static final String OPEN = ".open";
    private static final String LINES = ".lines";
    private static final String WORDS = ".words";
    private static final String UNFINISHED = ".tmp";
    private static final int DIGITS = 12;

    /// A file of lines.
    ///
    /// @param open whether it was appended to
    record Found(long number, Path file, boolean open) {}

    static StoreFolder create(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Path unused =
                    Files.createDirectories(
                            path,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
        }
        return new StoreFolder(path);
    }

    /// Keeps others from the folder until it is closed.
    ///
    /// @throws IOException when another one has it
    FileChannel lock() throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            channel.close();
            throw new IOException(path + " is in use", ofThisProcess);
        }
        channel.close();
        throw new IOException(path + " is in use by another process");
    }

    Path open(long number) {
        return path.resolve(name(number) + OPEN);
    }

    Path lines(long number) {
        return path.resolve(name(number) + LINES);
    }

    Path words(long number) {
        return path.resolve(name(number) + WORDS);
    }

    Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    private static String name(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }

    /// The files of lines, oldest first, after what a stop left unfinished was removed.
    List<Found> find() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(path)) {
            all = files.sorted().toList();
        }
        List<Found> found = new ArrayList<>();
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (name.endsWith(UNFINISHED)) {
                delete(file);
            } else if (name.endsWith(LINES)) {
                found.add(new Found(numberOf(name, LINES), file, false));
            } else if (name.endsWith(OPEN)) {
                found.add(new Found(numberOf(name, OPEN), file, true));
            }
        }
        for (Found each : List.copyOf(found)) {
            if (each.open() && all.contains(lines(each.number()))) {
                delete(each.file());
                found.remove(each);
            }
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (name.endsWith(WORDS) && !all.contains(lines(numberOf(name, WORDS)))) {
                delete(file);
            }
        }
        found.sort(Comparator.comparingLong(Found::number));
        return found;
    }

    private static long numberOf(String name, String ending) {
        return Long.parseLong(name.substring(0, name.length() - ending.length()));
    }

    /// Gives a finished file its name, durably.
    void finish(Path unfinished, Path file) throws IOException {
        Path unused = Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        force();
    }

    /// Makes names durable.
    void force() throws IOException {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /// Deletes a file, or a folder with its files.
    static void delete(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            try (Stream<Path> inside = Files.list(file)) {
                for (Path each : inside.toList()) {
                    Files.deleteIfExists(each);
                }
            }
        }
        Files.deleteIfExists(file);
    }

    /// Deletes files that a failure left unfinished.
    ///
    /// @param failure is told of those that cannot be deleted
    static void deleteAfter(IOException failure, Path... files) {
        for (Path file : files) {
            try {
                delete(file);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /// Bytes of the files in a folder.
    static long size(Path folder) throws IOException {
        long size = 0;
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path each : inside.toList()) {
                size += Files.size(each);
            }
        }
        return size;
    }
}
