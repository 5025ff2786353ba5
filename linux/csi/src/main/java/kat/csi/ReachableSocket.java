package kat.csi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A socket under a path that an address can hold. A longer one is reached through a link, in a
/// folder that nobody else may enter, until this is closed.
///
/// **Source:** `unix(7)`.
final class ReachableSocket implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.csi");
    private static final int MAX_PATH_BYTES = 107;

    private static final String PREFIX = "kat-csi-";
    private static final String NAME = "socket";

    /// The digits of a long, a sign, and a slash on either side.
    private static final int NAMES_BYTES = PREFIX.length() + NAME.length() + 22;

    private final Path path;
    private final @Nullable Path folder;

    /// @param links where the folder with a link is made if one is needed
    /// @throws CsiException when the link cannot be made
    ReachableSocket(Path socket, Path links) {
        if (bytes(socket) <= MAX_PATH_BYTES) {
            path = socket;
            folder = null;
            return;
        }
        try {
            folder = Files.createTempDirectory(links, PREFIX);
            path = Files.createSymbolicLink(folder.resolve(NAME), socket.toAbsolutePath());
        } catch (IOException e) {
            throw new CsiException(
                    CsiException.Code.UNAVAILABLE, "no link to " + socket + ": " + e, e);
        }
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /// Where links go: the own folder if paths of links are short enough there, else one that may
    /// be written. What is cleaned up now and then comes last.
    ///
    /// @param own of this process
    /// @param run for programs that run, kept until the machine ends
    static Path place(Path own, Path run, Path temporary) {
        if (bytes(own.toAbsolutePath()) + NAMES_BYTES <= MAX_PATH_BYTES) {
            return own.toAbsolutePath();
        }
        return Files.isWritable(run) ? run : temporary;
    }

    /// Removes links that a process left which ended all of a sudden.
    static void clear(Path links) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(links, PREFIX + "*")) {
            for (Path folder : left) {
                Files.deleteIfExists(folder.resolve(NAME));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "links stay path={0} error={1}", links, e.toString());
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        if (folder == null) {
            return;
        }
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "link left behind path={0} error={1}", path, e.toString());
        }
    }
}
