package kat.kubelet.logs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import kat.kubelet.settings.LogSettings;

/// Keeps a container's log files small and few.
///
/// | file                    | what it is                                       |
/// |-------------------------|--------------------------------------------------|
/// | `0.log`                 | what is written                                  |
/// | `0.log.20260102-030405` | the one before, which a reader may still follow  |
/// | `0.log.20260102-….gz`   | older ones; the oldest goes first                |
///
/// **Source:** `pkg/kubelet/logs/container_log_manager.go`.
public final class LogRotation {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private static final String PRESSED = ".gz";
    private static final String UNFINISHED = ".tmp";

    private LogRotation() {}

    /// Moves the log away if it is too large.
    ///
    /// @return whether the runtime must open the log anew
    public static boolean rotate(Path log, LogSettings settings, Instant now) throws IOException {
        if (!Files.exists(log) || Files.size(log) < settings.largest()) {
            return false;
        }
        for (Path old : keepNewest(log, settings.mostFiles() - 2)) {
            if (!old.getFileName().toString().endsWith(PRESSED)) {
                press(old);
            }
        }
        Path aside = log.resolveSibling(log.getFileName() + "." + STAMP.format(now));
        Files.move(log, aside);
        return true;
    }

    /// Removes those that are too many, and what a rotation of before left unfinished.
    ///
    /// @return those that stay
    private static List<Path> keepNewest(Path log, int most) throws IOException {
        String prefix = log.getFileName() + ".";
        List<Path> old = new ArrayList<>();
        try (Stream<Path> all = Files.list(log.getParent())) {
            for (Path each :
                    all.filter(path -> path.getFileName().toString().startsWith(prefix))
                            .sorted()
                            .toList()) {
                if (each.getFileName().toString().endsWith(UNFINISHED)) {
                    Files.deleteIfExists(each);
                } else {
                    old.add(each);
                }
            }
        }
        int excess = Math.max(0, old.size() - most);
        for (Path each : old.subList(0, excess)) {
            Files.deleteIfExists(each);
        }
        return old.subList(excess, old.size());
    }

    private static void press(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
            long unused = Files.copy(file, out);
        }
        Path unused =
                Files.move(
                        unfinished,
                        file.resolveSibling(file.getFileName() + PRESSED),
                        StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }
}
