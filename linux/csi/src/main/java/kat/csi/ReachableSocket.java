package kat.csi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
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

    private final Path path;
    private final @Nullable Path folder;

    /// @param links where the folder with a link is made if one is needed
    /// @throws CsiException when the link cannot be made
    ReachableSocket(Path socket, Path links) {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES) {
            path = socket;
            folder = null;
            return;
        }
        try {
            folder = Files.createTempDirectory(links, "kat-csi-");
            path = Files.createSymbolicLink(folder.resolve("socket"), socket.toAbsolutePath());
        } catch (IOException e) {
            throw new CsiException(
                    CsiException.Code.UNAVAILABLE, "no link to " + socket + ": " + e, e);
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
