package kat.dev.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import kat.dev.config.DevException;
import kat.dev.config.Helm;
import kat.dev.config.Template;
import kat.dev.process.Shell;

/// Helm as KAT brings it, or as the `PATH` has it, and the words for one release.
final class HelmTool {

    private static final String MAIN = "kat.packages.Main";

    private final Shell shell;
    private final Path folder;
    private final String context;
    private final SequencedMap<String, String> images;

    /// @param folder to which charts and values files are relative
    /// @param images references by the names of artifacts
    HelmTool(Shell shell, Path folder, String context, SequencedMap<String, String> images) {
        this.shell = shell;
        this.folder = folder;
        this.context = context;
        this.images = images;
    }

    Shell.Result run(List<String> words) throws InterruptedException {
        List<String> all = new ArrayList<>(program());
        all.addAll(words);
        if (!context.isEmpty()) {
            all.add("--kube-context=" + context);
        }
        return shell.run(Shell.Command.of(folder, all));
    }

    private List<String> program() {
        String jars = shell.environment().getOrDefault("KAT_PACKAGES", "");
        if (!jars.isEmpty() && Files.isDirectory(Path.of(jars))) {
            return List.of(
                    shell.environment().getOrDefault("KAT_JAVA", "java"),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+AutoCreateSharedArchive",
                    "-XX:SharedArchiveFile=" + Path.of(jars).resolveSibling("helm.jsa"),
                    "-Xlog:disable",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    jars + "/*",
                    MAIN);
        }
        if (!shell.has("helm")) {
            throw new DevException("Helm is missing: run this verb by ./kat, which brings it");
        }
        return List.of("helm");
    }

    /// Makes the charts that a chart names as files ready.
    ///
    /// @throws DevException in Helm's words
    void buildDependencies(Helm helm, Helm.Release release) throws InterruptedException {
        if (release.isRemote() || release.switches().skipsDependencies() || !needs(release)) {
            return;
        }
        List<String> words = new ArrayList<>(List.of("dependency", "build", release.chart()));
        words.addAll(helm.flags().dependencies());
        words.addAll(helm.flags().global());
        require(words, "the dependencies of the chart " + release.chart());
    }

    private boolean needs(Helm.Release release) {
        Path chart = folder.resolve(release.chart());
        try {
            return Files.isDirectory(chart)
                    && Files.readString(chart.resolve("Chart.yaml")).contains("dependencies:");
        } catch (java.io.IOException e) {
            throw new DevException("cannot read the chart " + chart, e);
        }
    }

    String require(List<String> words, String what) throws InterruptedException {
        Shell.Result result = run(words);
        if (!result.isGood()) {
            throw new DevException(what + ": " + result.said());
        }
        return result.out();
    }

    /// The words that all commands about a release share, after its name and chart.
    ///
    /// @param namespace of the command line; empty for the release's own
    /// @param overrides a file with the release's overrides; null for none
    List<String> words(
            Helm.Release release,
            String namespace,
            @org.jspecify.annotations.Nullable Path overrides) {
        List<String> words = new ArrayList<>();
        if (!release.version().isEmpty()) {
            words.addAll(List.of("--version", release.version()));
        }
        if (!release.repository().isEmpty()) {
            words.addAll(List.of("--repo", release.repository()));
        }
        String in = namespace.isEmpty() ? release.namespace() : namespace;
        if (!in.isEmpty()) {
            words.addAll(List.of("--namespace", in));
        }
        SequencedMap<String, String> variables = variables();
        for (String file : release.valuesFiles()) {
            words.addAll(List.of("-f", path(Template.expand(file, variables))));
        }
        if (overrides != null) {
            words.addAll(List.of("-f", overrides.toString()));
        }
        release.values().forEach((name, value) -> set(words, "--set", name, value));
        release.files().forEach((name, file) -> set(words, "--set-file", name, path(file)));
        release.templates()
                .forEach(
                        (name, value) -> {
                            String text = Template.expand(value, variables);
                            // A tag and a digest were asked for where there is no digest.
                            boolean hasNoDigest = text.endsWith("@");
                            set(
                                    words,
                                    "--set",
                                    Template.expand(name, variables),
                                    hasNoDigest ? text.substring(0, text.length() - 1) : text);
                        });
        return words;
    }

    private static void set(List<String> words, String flag, String name, String value) {
        words.addAll(List.of(flag, name + "=" + value));
    }

    private String path(String file) {
        String home = shell.environment().getOrDefault("HOME", "~");
        return file.startsWith("~/") ? home + file.substring(1) : file;
    }

    /// What templates of values may name: the environment and parts of each image's reference.
    private SequencedMap<String, String> variables() {
        SequencedMap<String, String> all = new LinkedHashMap<>(shell.environment());
        int number = 1;
        for (Map.Entry<String, String> image : images.entrySet()) {
            String last = number == 1 ? "" : String.valueOf(number);
            String name = "_" + image.getKey().replaceAll("[-/.:]", "_");
            parts(image.getKey(), image.getValue())
                    .forEach(
                            (part, value) -> {
                                all.put(part + last, value);
                                all.put(part + name, value);
                            });
            number++;
        }
        return all;
    }

    private static SequencedMap<String, String> parts(String name, String reference) {
        ImageReference image = ImageReference.of(reference);
        SequencedMap<String, String> parts = new LinkedHashMap<>();
        parts.put("IMAGE_NAME", name);
        parts.put("DIGEST", reference);
        parts.put("IMAGE_FULLY_QUALIFIED", reference);
        parts.put("IMAGE_REPO", image.repository());
        parts.put("IMAGE_TAG", image.tag());
        parts.put("IMAGE_DIGEST", image.digest());
        parts.put("IMAGE_DOMAIN", image.domain());
        parts.put("IMAGE_REPO_NO_DOMAIN", image.withoutDomain());
        return parts;
    }
}
