package kat.cli;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kat.app.ClusterConfig;
import kat.app.ClusterFiles;
import org.jspecify.annotations.Nullable;

/// The clusters of one home, which must not choose the same port and ranges: one `kat up` at a time
/// chooses and starts, from [#take] until this is closed.
///
/// Clusters of different homes are told apart by what they use on the machine, once they run.
final class Siblings implements AutoCloseable {

    private static final String LOCK = ".up.lock";
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path home;
    private final FileChannel channel;

    private Siblings(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    /// Waits for its turn, and says so when that takes time.
    ///
    /// @param cluster whose home is made when it is missing
    static Siblings take(ClusterOptions cluster, Terminal terminal) {
        Path home = cluster.home();
        try {
            Files.createDirectories(home);
            Path lock = home.resolve(LOCK);
            FileChannel channel = FileChannel.open(lock, Set.of(CREATE, WRITE), OWNER_ONLY);
            FileTree.giveTo(cluster.surroundings().user(), List.of(lock));
            if (tryLock(channel) == null) {
                terminal.note(
                        "waiting for another `"
                                + cluster.surroundings().command("up")
                                + "` in "
                                + home);
                FileLock unused = channel.lock();
            }
            return new Siblings(home, channel);
        } catch (IOException e) {
            throw CliException.of("cannot prepare the folder of clusters " + home, e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    /// How the others were started, those that are down too.
    ///
    /// @param self the folder of the one that asks
    List<ClusterConfig> others(Path self) {
        List<ClusterConfig> others = new ArrayList<>();
        try (Stream<Path> folders = Files.list(home)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                ClusterConfig other =
                        folder.equals(self) ? null : new ClusterFiles(folder).readConfig();
                if (other != null) {
                    others.add(other);
                }
            }
        } catch (IOException e) {
            throw CliException.of("cannot read the clusters in " + home, e);
        }
        return others;
    }

    /// Removes a home that was made for nothing.
    void removeHome() {
        FileTree.delete(home.resolve(LOCK));
        try (Stream<Path> left = Files.list(home)) {
            if (left.findAny().isEmpty()) {
                FileTree.delete(home);
            }
        } catch (IOException e) {
            throw CliException.of("cannot remove the empty folder " + home, e);
        }
    }

    /// The lock's file stays: another may wait for it.
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw CliException.of("cannot give back the lock in " + home, e);
        }
    }
}
