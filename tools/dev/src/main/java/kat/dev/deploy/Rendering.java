package kat.dev.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.dev.build.HostHooks;
import kat.dev.build.Patterns;
import kat.dev.config.DevException;
import kat.dev.config.Helm;
import kat.dev.config.Hooks;
import kat.dev.config.Module;
import kat.dev.process.Shell;
import org.jspecify.annotations.Nullable;

/// Makes the manifests of a module, with the images that were built.
public final class Rendering {

    private static final int DEEPEST = 32;

    private final Shell shell;
    private final Kubectl kubectl;
    private final Cluster cluster;
    private final Consumer<String> lines;

    /// What manifests are made for.
    ///
    /// @param context of the kubeconfig; empty for the current one
    /// @param namespace of the command line; empty for none
    /// @param images references by the names of artifacts
    /// @param labels that every object gets
    public record Cluster(
            String context,
            String namespace,
            SequencedMap<String, String> images,
            Map<String, String> labels) {}

    public Rendering(Shell shell, Kubectl kubectl, Cluster cluster, Consumer<String> lines) {
        this.shell = shell;
        this.kubectl = kubectl;
        this.cluster = cluster;
        this.lines = lines;
    }

    /// What kubectl applies: raw files, kustomizations and charts below `manifests`.
    ///
    /// @throws DevException when a part cannot be read or rendered
    public List<JsonObject> applied(Module module) throws InterruptedException {
        HostHooks hooks = new HostHooks(shell, lines);
        for (Hooks.Hook hook : module.manifests().before()) {
            if (hook instanceof Hooks.OnHost host) {
                hooks.run(host, module.folder(), Map.of());
            }
        }
        List<JsonObject> manifests = new ArrayList<>();
        for (String pattern : module.manifests().rawYaml()) {
            manifests.addAll(raw(module.folder(), pattern));
        }
        for (String folder : module.manifests().kustomizations()) {
            manifests.addAll(kustomized(module, folder));
        }
        manifests.addAll(charts(module, module.manifests().helm()));
        return finished(manifests);
    }

    /// What the releases below `deploy.helm` render to, which Helm installs itself.
    public List<JsonObject> released(Module module) throws InterruptedException {
        return finished(charts(module, module.deploy().helm()));
    }

    private List<JsonObject> finished(List<JsonObject> manifests) {
        List<JsonObject> replaced = Images.replaced(manifests, cluster.images());
        if (cluster.labels().isEmpty()) {
            return replaced;
        }
        return replaced.stream().map(this::labelled).toList();
    }

    private JsonObject labelled(JsonObject manifest) {
        JsonObject labels = manifest.object("metadata").object("labels");
        for (Map.Entry<String, String> label : cluster.labels().entrySet()) {
            labels = labels.with(label.getKey(), label.getValue());
        }
        JsonObject all = labels;
        return manifest.change("metadata", metadata -> metadata.with("labels", all));
    }

    private static List<JsonObject> raw(Path folder, String pattern) {
        if (pattern.matches("[a-z]+://.*")) {
            throw new DevException(
                    "rawYaml "
                            + pattern
                            + ": manifests come from files; save it and name the file");
        }
        List<JsonObject> found = new ArrayList<>();
        for (Path file : files(folder, pattern)) {
            try {
                found.addAll(Yaml.readObjects(Files.readString(file)));
            } catch (IOException e) {
                throw new DevException("cannot read the manifest " + file, e);
            } catch (YamlException e) {
                throw new DevException("the manifest " + file + " is not YAML: " + e.getMessage());
            }
        }
        return found;
    }

    private static List<Path> files(Path folder, String pattern) {
        Path named = folder.resolve(pattern).normalize();
        if (Files.isRegularFile(named)) {
            return List.of(named);
        }
        boolean isFolder = Files.isDirectory(named);
        if (!isFolder && !pattern.contains("*") && !pattern.contains("?")) {
            throw new DevException("no manifest " + named);
        }
        Pattern wanted = Patterns.of(pattern);
        try (Stream<Path> all = Files.walk(isFolder ? named : folder, DEEPEST)) {
            List<Path> found =
                    all.filter(Files::isRegularFile)
                            .filter(
                                    file ->
                                            isFolder
                                                    ? isYaml(file)
                                                    : wanted.matcher(
                                                                    folder.relativize(file)
                                                                            .toString())
                                                            .matches())
                            .toList();
            return List.copyOf(new TreeSet<>(found));
        } catch (IOException e) {
            throw new DevException("cannot look for manifests in " + folder, e);
        }
    }

    private static boolean isYaml(Path file) {
        return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml");
    }

    private List<JsonObject> kustomized(Module module, String folder) throws InterruptedException {
        List<String> words = new ArrayList<>(List.of("kustomize"));
        words.addAll(module.manifests().kustomizeArgs());
        words.add(module.folder().resolve(folder).normalize().toString());
        return documents(
                kubectl.require(words, "kustomize of " + folder), "kustomize of " + folder);
    }

    private List<JsonObject> charts(Module module, Helm helm) throws InterruptedException {
        List<JsonObject> manifests = new ArrayList<>();
        HelmTool tool = new HelmTool(shell, module.folder(), cluster.context(), cluster.images());
        for (Helm.Release release : helm.releases()) {
            tool.buildDependencies(helm, release);
            Path overrides = overrides(release);
            try {
                List<String> words = new ArrayList<>(List.of("template", release.name()));
                words.add(release.chart());
                words.addAll(tool.words(release, cluster.namespace(), overrides));
                if (release.switches().skipsTests()) {
                    words.add("--skip-tests");
                }
                words.addAll(helm.flags().global());
                words.addAll(helm.flags().template());
                String what = "the chart of release " + release.name();
                manifests.addAll(documents(tool.require(words, what), what));
            } finally {
                delete(overrides);
            }
        }
        return manifests;
    }

    /// A file with the overrides of a release; null when it has none.
    static @Nullable Path overrides(Helm.Release release) {
        if (release.overrides().isEmpty()) {
            return null;
        }
        try {
            Path file = Files.createTempFile("kat-overrides", ".yaml");
            return Files.writeString(file, Yaml.write(release.overrides()));
        } catch (IOException e) {
            throw new DevException("cannot write the overrides of " + release.name(), e);
        }
    }

    static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new DevException("cannot remove " + file, e);
        }
    }

    private static List<JsonObject> documents(String text, String what) {
        try {
            return Yaml.readObjects(text);
        } catch (YamlException e) {
            throw new DevException(what + " gave no YAML: " + e.getMessage());
        }
    }

    /// Manifests as one text.
    public static String text(List<JsonObject> manifests) {
        StringBuilder text = new StringBuilder();
        for (JsonObject manifest : manifests) {
            text.append(text.isEmpty() ? "" : "---\n").append(Yaml.write(manifest));
        }
        return text.toString();
    }
}
