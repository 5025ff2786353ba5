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

    private static final String STAGING = ".loading";

    /// An empty folder for charts that are not checked yet.
    public Path stage() throws IOException {
        discard();
        return Files.createDirectories(folder.resolve(STAGING));
    }

    /// Puts what was staged on the shelf; of the same version, the new one stays.
    public void take() throws IOException {
        Path staging = folder.resolve(STAGING);
        for (Path chart : charts(staging)) {
            Files.move(
                    chart,
                    folder.resolve(chart.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        discard();
    }

    /// Forgets what was staged.
    public void discard() throws IOException {
        Path staging = folder.resolve(STAGING);
        if (Files.exists(staging)) {
            for (Path chart : charts(staging)) {
                Files.delete(chart);
            }
            Files.delete(staging);
        }
    }

    private static List<Path> charts(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
