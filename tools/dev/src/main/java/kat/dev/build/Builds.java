package kat.dev.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import kat.base.Ticker;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Module;
import kat.dev.config.Project;
import kat.dev.process.Shell;

/// Builds what changed of a project's artifacts, each after those that it needs, and delivers
/// all.
///
/// **Threads:** one owner.
public final class Builds {

    private final Shell shell;
    private final ImageStore store;
    private final Target target;
    private final Settings settings;
    private final Ticker ticker;
    private final Consumer<String> lines;
    private final InputDigest digests;
    private final Tagger tagger;
    private final Map<String, BuiltImage> built = new HashMap<>();

    /// What the command line says about builds.
    ///
    /// @param defaultRepo before the names of images; empty for none
    /// @param tag for all images; empty for that of the policy
    /// @param isCached whether what was built from the same files is taken again
    /// @param change what is done to each image before it is delivered
    public record Settings(String defaultRepo, String tag, boolean isCached, Change change) {}

    /// Changes a built image, for example for debugging.
    @FunctionalInterface
    public interface Change {
        BuiltImage of(Artifact artifact, BuiltImage image);
    }

    /// @param lines takes what is told to the user
    public Builds(
            Shell shell,
            ImageStore store,
            Target target,
            Settings settings,
            Ticker ticker,
            Consumer<String> lines) {
        this.shell = shell;
        this.store = store;
        this.target = target;
        this.settings = settings;
        this.ticker = ticker;
        this.lines = lines;
        digests = new InputDigest(new FileSet(shell));
        tagger = new Tagger(shell, ticker.now());
    }

    /// An artifact of a module.
    private record Part(Module module, Artifact artifact) {}

    /// Builds and delivers the artifacts of which the names contain one of the filters.
    ///
    /// @param filters none for all
    /// @return references by the names of artifacts, in the order of the project
    /// @throws DevException when a build fails
    public SequencedMap<String, String> build(Project project, List<String> filters)
            throws InterruptedException {
        SequencedMap<String, String> references = new LinkedHashMap<>();
        for (Part part : ordered(project)) {
            references.put(part.artifact().image(), "");
        }
        for (Part part : ordered(project)) {
            String image = part.artifact().image();
            boolean isWanted = filters.isEmpty() || filters.stream().anyMatch(image::contains);
            boolean isNeeded = isWanted || isNeeded(project, image, filters);
            if (isNeeded) {
                references.put(image, build(part, references));
            } else {
                references.remove(image);
            }
        }
        return references;
    }

    /// What was built of an artifact, as it was before it was changed for delivery.
    ///
    /// @throws DevException when nothing was
    public BuiltImage require(String image) {
        BuiltImage found = built.get(image);
        if (found == null) {
            throw new DevException("nothing was built of " + image);
        }
        return found;
    }

    private static boolean isNeeded(Project project, String image, List<String> filters) {
        return project.artifacts().stream()
                .filter(other -> filters.stream().anyMatch(other.image()::contains))
                .flatMap(other -> other.needs().stream())
                .anyMatch(need -> need.image().equals(image));
    }

    /// The references that a build would give if images were named by tags alone.
    public SequencedMap<String, String> tags(Project project) throws InterruptedException {
        SequencedMap<String, String> tags = new LinkedHashMap<>();
        Map<String, String> ids = new HashMap<>();
        for (Part part : ordered(project)) {
            Artifact artifact = part.artifact();
            String inputs = digests.of(artifact, ids, "");
            ids.put(artifact.image(), inputs);
            tags.put(artifact.image(), name(artifact.image()) + ":" + tag(part, inputs));
        }
        return tags;
    }

    private String tag(Part part, String inputs) throws InterruptedException {
        return settings.tag().isEmpty()
                ? tagger.tag(part.module().tagPolicy(), part.artifact(), inputs)
                : settings.tag();
    }

    /// The artifacts with each after those that it needs.
    private static List<Part> ordered(Project project) {
        List<Part> left = new ArrayList<>();
        for (Module module : project.modules()) {
            module.artifacts().forEach(artifact -> left.add(new Part(module, artifact)));
        }
        List<Part> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<String> missing = left.stream().map(part -> part.artifact().image()).toList();
            Part next =
                    left.stream()
                            .filter(
                                    part ->
                                            part.artifact().needs().stream()
                                                    .noneMatch(n -> missing.contains(n.image())))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new DevException(
                                                    "the artifacts "
                                                            + String.join(", ", missing)
                                                            + " require each other"));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private String name(String image) {
        String repo = settings.defaultRepo();
        if (repo.isEmpty() || image.startsWith(repo)) {
            return image;
        }
        String whole = repo + "/" + image.replaceAll("[/._:@]", "_");
        return whole.substring(0, Math.min(whole.length(), 255));
    }

    private String build(Part part, Map<String, String> references) throws InterruptedException {
        Artifact artifact = part.artifact();
        Map<String, String> needed = new HashMap<>();
        for (Artifact.Need need : artifact.needs()) {
            BuiltImage image = built.get(need.image());
            if (image == null) {
                throw new DevException(
                        "artifact "
                                + artifact.image()
                                + " requires "
                                + need.image()
                                + ", which is no artifact");
            }
            needed.put(need.image(), image.id());
        }
        String inputs = digests.of(artifact, needed, "");
        String tag = tag(part, inputs);
        Optional<BuiltImage> known =
                settings.isCached()
                        ? store.find(artifact.image(), inputs, ticker.now())
                        : Optional.empty();
        BuiltImage image = known.isPresent() ? known.get() : run(part, inputs, tag, references);
        lines.accept(
                artifact.image()
                        + ": "
                        + (known.isPresent() ? "unchanged" : "built")
                        + " as "
                        + tag);
        built.put(artifact.image(), image);
        BuiltImage changed = settings.change().of(artifact, image);
        return target.deliver(changed, name(artifact.image()), tag);
    }

    private BuiltImage run(Part part, String inputs, String tag, Map<String, String> references)
            throws InterruptedException {
        Artifact artifact = part.artifact();
        Path archive = store.scratch(artifact.image(), inputs);
        SequencedMap<String, Path> needs = new LinkedHashMap<>();
        SequencedMap<String, String> named = new LinkedHashMap<>();
        HostHooks hooks = new HostHooks(shell, lines);
        Map<String, String> told =
                Map.of(
                        "SKAFFOLD_IMAGE", name(artifact.image()) + ":" + tag,
                        "SKAFFOLD_PUSH_IMAGE", String.valueOf(target.isRegistry()),
                        "SKAFFOLD_IMAGE_REPO", name(artifact.image()),
                        "SKAFFOLD_IMAGE_TAG", tag,
                        "SKAFFOLD_BUILD_CONTEXT", artifact.context().toString());
        lines.accept(artifact.image() + ": building with " + kind(artifact));
        try {
            Files.deleteIfExists(archive);
            for (Artifact.Need need : artifact.needs()) {
                named.put(need.alias(), references.getOrDefault(need.image(), ""));
                Path file = unpacked(need, inputs);
                needs.put(need.alias(), file);
                needs.put(need.image(), file);
            }
            hooks.run(part.module().buildHooks().before(), artifact.context(), told);
            hooks.run(artifact.hooks().before(), artifact.context(), told);
            Tools.Work work =
                    new Tools.Work(
                            artifact,
                            name(artifact.image()),
                            tag,
                            target.isRegistry(),
                            archive,
                            needs,
                            named);
            new Tools(shell, line -> lines.accept("  " + line)).build(work);
            BuiltImage image = ImageArchive.take(archive, store);
            store.note(artifact.image(), inputs, image, ticker.now());
            hooks.run(artifact.hooks().after(), artifact.context(), told);
            hooks.run(part.module().buildHooks().after(), artifact.context(), told);
            return image;
        } catch (IOException e) {
            throw new DevException("cannot build " + artifact.image(), e);
        } finally {
            delete(archive);
            needs.values().forEach(Builds::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new DevException("cannot remove " + file, e);
        }
    }

    /// A needed image as an archive, for builders that read no registry.
    private Path unpacked(Artifact.Need need, String inputs) throws IOException {
        BuiltImage image = built.get(need.image());
        Path file = store.scratch(need.image() + "-for", inputs);
        if (image == null) {
            throw new IOException(need.image() + " is not built");
        }
        List<String> names = List.of(ContainerdTarget.full(need.image() + ":latest"));
        try (InputStream from = Layout.of(image, store, names);
                OutputStream to = Files.newOutputStream(file)) {
            from.transferTo(to);
        }
        return file;
    }

    private static String kind(Artifact artifact) {
        return switch (artifact.builder()) {
            case Builder.Jib _ -> "jib";
            case Builder.Docker _ -> "buildah";
            case Builder.Custom _ -> "its command";
        };
    }
}
