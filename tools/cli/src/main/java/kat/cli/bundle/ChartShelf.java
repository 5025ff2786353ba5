package kat.cli.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// Charts that were loaded for a cluster: archives in a folder, by file name. Helm finds them as
/// `bundle/NAME`.
///
/// @param folder need not be there yet
public record ChartShelf(Path folder) {

    private static final String STAGING = ".loading-";

    /// An empty folder of its own for charts that are not checked yet.
    public Path stage() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempDirectory(folder, STAGING);
    }

    /// Puts what was staged on the shelf; of the same version, the new one stays.
    public void take(Path staged) throws IOException {
        for (Path chart : charts(staged)) {
            Files.move(
                    chart,
                    folder.resolve(chart.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Forgets what was staged and not taken.
    public static void discard(Path staged) throws IOException {
        for (Path chart : charts(staged)) {
            Files.delete(chart);
        }
        Files.delete(staged);
    }

    private static List<Path> charts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
