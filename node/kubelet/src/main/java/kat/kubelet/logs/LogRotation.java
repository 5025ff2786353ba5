package kat.kubelet.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;

/// Keeps a container's log files small and few.
///
/// **Source:** `pkg/kubelet/logs/container_log_manager.go`.
public final class LogRotation {

    /// A log is moved away when it is larger than this, in bytes.
    public static final long LARGEST = 10L << 20;

    /// So many files stay, with the one that is written.
    public static final int MOST_FILES = 5;

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private LogRotation() {}

    /// Moves the log away if it is too large.
    ///
    /// @return whether the runtime must open the log anew
    public static boolean rotate(Path log, Instant now) throws IOException {
        if (!Files.exists(log) || Files.size(log) < LARGEST) {
            return false;
        }
        Path aside = log.resolveSibling(log.getFileName() + "." + STAMP.format(now));
        Files.move(log, aside);
        removeOldest(log);
        return true;
    }

    private static void removeOldest(Path log) throws IOException {
        String prefix = log.getFileName() + ".";
        List<Path> old;
        try (Stream<Path> all = Files.list(log.getParent())) {
            old =
                    all.filter(each -> each.getFileName().toString().startsWith(prefix))
                            .sorted()
                            .toList();
        }
        for (int i = 0; i <= old.size() - MOST_FILES; i++) {
            Files.deleteIfExists(old.get(i));
        }
    }
}
