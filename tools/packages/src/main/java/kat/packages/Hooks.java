package kat.packages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The hooks of a chart, as they are rendered.
///
/// The library renders a chart without its hooks. What makes a hook is one annotation; so a copy
/// of the chart is rendered whose annotations have another name, and the name is put back after.
final class Hooks {

    private static final String ANNOTATION = "helm.sh/hook";
    private static final String OTHER = "kat.dev/hook";

    private final Invocation said;

    Hooks(Invocation said) {
        this.said = said;
    }

    /// In the order in which Helm prints them; none for a chart that only `--repo` finds.
    ///
    /// @param chart as [ChartSource#reference] gives it
    /// @param render makes documents of a chart's folder
    List<Documents> of(String chart, Function<String, String> render) {
        if (!said.text("repo").isEmpty()) {
            return List.of();
        }
        try {
            Path copy = said.scratch().folder("hooks");
            Path folder = copied(chart, copy);
            unpackDependencies(folder);
            if (!rename(folder)) {
                return List.of();
            }
            List<Documents> hooks = new ArrayList<>();
            for (Documents document : Documents.of(render.apply(folder.toString()))) {
                if (document.text().contains(OTHER)) {
                    Documents named =
                            new Documents(
                                    document.source(), document.text().replace(OTHER, ANNOTATION));
                    if (named.isHook()) {
                        hooks.add(named);
                    }
                }
            }
            return hooks;
        } catch (IOException e) {
            throw new HelmException("cannot copy the chart", e);
        }
    }

    private Path copied(String chart, Path copy) throws IOException {
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

    /// Archives of charts that the chart brings may hold hooks, too.
    private static void unpackDependencies(Path folder) throws IOException {
        for (Path archive : files(folder, ".tgz")) {
            Path charts = archive.getParent();
            if (charts != null && charts.endsWith("charts")) {
                Archive.unpack(archive, charts);
                Files.delete(archive);
            }
        }
    }

    /// @return whether any template speaks of hooks
    private static boolean rename(Path folder) throws IOException {
        boolean isAny = false;
        for (Path file : files(folder, "")) {
            // Bytes stay what they are in this encoding, whatever the file holds.
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (file.toString().contains("/templates/") && text.contains(ANNOTATION)) {
                isAny = true;
                Files.writeString(
                        file, text.replace(ANNOTATION, OTHER), StandardCharsets.ISO_8859_1);
            }
        }
        return isAny;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .toList();
        }
    }
}
