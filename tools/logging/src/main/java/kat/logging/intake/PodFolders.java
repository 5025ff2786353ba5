package kat.logging.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// The names below a node's folder of logs.
///
/// | name                              | what it is                              |
/// |-----------------------------------|-----------------------------------------|
/// | `NAMESPACE_POD_UID/CONTAINER/`    | the files of a container                |
/// | `2.log`                           | what its third start writes             |
/// | `2.log.20260102-030405`           | what it wrote before a rotation         |
/// | `2.log.20260102-030405.gz`        | the same, compressed                    |
///
/// **Source:** `pkg/kubelet/kuberuntime/helpers.go`,
/// `pkg/kubelet/logs/container_log_manager.go`.
final class PodFolders {

    private static final Pattern POD = Pattern.compile("([^_]+)_([^_]+)_([^_]+)");
    private static final Pattern FILE =
            Pattern.compile("([0-9]{1,9})\\.log(?:\\.([0-9-]+)(\\.gz)?)?");

    private PodFolders() {}

    /// A file of a container.
    ///
    /// @param restart which start of the container wrote it
    /// @param stamp when it was rotated; empty when it is written to
    record Named(Path path, int restart, String stamp, boolean compressed)
            implements Comparable<Named> {

        boolean isLive() {
            return stamp.isEmpty();
        }

        /// Older ones first.
        @Override
        public int compareTo(Named other) {
            return Comparator.comparingInt(Named::restart)
                    .thenComparing(Named::isLive)
                    .thenComparing(Named::stamp)
                    .compare(this, other);
        }
    }

    /// The folders of containers.
    static List<Path> containers(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path pod : list(root)) {
            if (POD.matcher(pod.getFileName().toString()).matches()) {
                for (Path container : list(pod)) {
                    if (Files.isDirectory(container)) {
                        found.add(container);
                    }
                }
            }
        }
        return found;
    }

    /// The files of a container, oldest first.
    static List<Named> files(Path container) throws IOException {
        List<Named> found = new ArrayList<>();
        for (Path file : list(container)) {
            Matcher name = FILE.matcher(file.getFileName().toString());
            if (name.matches()) {
                String stamp = name.group(2) == null ? "" : name.group(2);
                int restart = Integer.parseInt(name.group(1));
                found.add(new Named(file, restart, stamp, name.group(3) != null));
            }
        }
        found.sort(null);
        return found;
    }

    /// Whose lines a folder holds, without labels.
    ///
    /// @return null when its name tells of no pod
    static @Nullable LogSource source(Path container, int restart, String node) {
        Path folder = container.resolveSibling("");
        Matcher pod = POD.matcher(String.valueOf(folder.getFileName()));
        return pod.matches()
                ? new LogSource(
                        pod.group(1),
                        pod.group(2),
                        pod.group(3),
                        container.getFileName().toString(),
                        restart,
                        node,
                        new TreeMap<>())
                : null;
    }

    /// What is in a folder, sorted; empty when it is gone.
    static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return List.of();
        }
    }
}
