package kat.packages;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A chart in a folder of the command's own, whose files may be rewritten before it is
/// rendered. The archives of charts that it brings are unpacked there.
final class ChartCopy {

    /// Bytes stay what they are in this encoding, whatever a file holds.
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private final Path folder;

    private ChartCopy(Path folder) {
        this.folder = folder;
    }

    /// @param chart as [ChartSource#reference] gives it
    static ChartCopy of(Invocation said, String chart) {
        try {
            Path copied = copied(said, chart, said.scratch().folder("copy"));
            unpackDependencies(copied);
            return new ChartCopy(copied);
        } catch (IOException e) {
            throw new HelmException("cannot copy the chart", e);
        }
    }

    String folder() {
        return folder.toString();
    }

    /// @param file from the chart's folder on
    static boolean isTemplate(Path file) {
        return ("/" + file).contains("/templates/");
    }

    /// Whether a file holds the values of a chart that templates are given.
    static boolean isValues(Path file) {
        return file.endsWith("values.yaml");
    }

    /// @return whether any file changed
    boolean rewrite(Predicate<Path> which, UnaryOperator<String> change) {
        boolean isAny = false;
        try {
            for (Path file : files(folder, "")) {
                if (which.test(folder.relativize(file))) {
                    String text = Files.readString(file, BYTES);
                    String changed = change.apply(text);
                    if (!changed.equals(text)) {
                        isAny = true;
                        Files.writeString(file, changed, BYTES);
                    }
                }
            }
        } catch (IOException e) {
            throw new HelmException("cannot copy the chart", e);
        }
        return isAny;
    }

    private static Path copied(Invocation said, String chart, Path copy) throws IOException {
        Path path = Path.of(chart.startsWith("oci:") ? "" : chart);
        if (!Files.isDirectory(path) || path.toString().isEmpty()) {
            Path archive =
                    Files.isRegularFile(path)
                            ? path
                            : new Fetching(said).fetch(chart, said.text("version")).archive();
            Archive.unpack(archive, copy);
            try (Stream<Path> folders = Files.list(copy)) {
                return folders.findFirst().orElseThrow(() -> new HelmException("empty archive"));
            }
        }
        Path folder = copy.resolve(path.getFileName());
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.toList()) {
                Path target = folder.resolve(path.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return folder;
    }

    private static void unpackDependencies(Path folder) throws IOException {
        for (Path archive : files(folder, ".tgz")) {
            Path charts = archive.getParent();
            if (charts != null && charts.endsWith("charts")) {
                Archive.unpack(archive, charts);
                Files.delete(archive);
            }
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .toList();
        }
    }
}
