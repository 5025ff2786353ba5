package kat.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kat.dev.build.Builds;
import kat.dev.build.FileSet;
import kat.dev.build.ImageClasses;
import kat.dev.build.ImageStore;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Helm;
import kat.dev.config.Module;
import kat.dev.config.Project;
import kat.dev.deploy.Forwards;
import kat.dev.loop.Changes;
import kat.dev.loop.Compiler;
import kat.dev.loop.Debuggers;
import kat.dev.loop.HotSwap;

/// `kat dev` and `kat debug`: deploys, shows logs, and for dev follows the sources until it is
/// interrupted. What fails leaves the version that runs.
///
/// **Threads:** one owner; logs are followed by a thread of their own.
final class DevLoop {

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration LOOK_FOR_PODS = Duration.ofSeconds(1);
    private static final int DEEPEST = 32;
    private static final int FIRST_PORT = 5005;
    private static final int PORTS = 500;
    private static final String SOURCES = "/src/main/java/";

    private final Cycle.Means means;
    private final Supplier<Builds> builds;
    private final Supplier<Project> loading;
    private final ImageStore store;
    private final Map<String, Changes> changes = new HashMap<>();
    private final Map<String, Compiler> compilers = new HashMap<>();
    private Project project;
    private Cycle cycle;
    private Forwards debugging;
    private Debuggers debuggers;

    /// @param builds makes builds whose images can be debugged
    /// @param loading reads the configuration again
    DevLoop(
            Cycle.Means means,
            Supplier<Builds> builds,
            Supplier<Project> loading,
            ImageStore store) {
        this.means = means;
        this.builds = builds;
        this.loading = loading;
        this.store = store;
        project = loading.get();
        cycle = new Cycle(project, means, new LinkedHashMap<>());
        debugging = cycle.quietForwards();
        debuggers = debuggers(new LinkedHashMap<>());
    }

    /// The port inside pods on which the Java programs of an artifact listen for debuggers:
    /// another for each name, since containers of a pod share their ports.
    static int port(Artifact artifact) {
        return FIRST_PORT + Math.floorMod(artifact.image().hashCode(), PORTS);
    }

    static boolean isJava(Artifact artifact) {
        return artifact.builder() instanceof Builder.Jib || artifact.runtimeType().equals("jvm");
    }

    /// Runs until it is interrupted, then takes away what it deployed unless that is to stay.
    ///
    /// @param follows whether changes of sources are followed
    void run(boolean follows, boolean cleansUp) throws InterruptedException {
        Instant begun = means.ticker().now();
        Thread logs = new Thread();
        try {
            bring();
            logs = tail(begun);
            if (!follows) {
                debug();
            }
            lookAtAll();
            warm();
            means.screen().note("watching for changes; Ctrl-C ends");
            while (true) {
                means.ticker().sleep(LOOK);
                SortedSet<Path> deployFiles = look("", deployFiles());
                boolean isNew = !deployFiles.isEmpty();
                for (Artifact artifact : project.artifacts()) {
                    SortedSet<Path> changed = look(artifact.image(), files(artifact));
                    isNew |= !changed.isEmpty() && !exchange(artifact, changed);
                }
                if (isNew && rebuild()) {
                    logs.interrupt();
                    logs = tail(means.ticker().now());
                }
            }
        } finally {
            logs.interrupt();
            debugging.close();
            forgetCompilers();
            if (cleansUp) {
                // An interrupted thread cannot wait for programs.
                boolean unused = Thread.interrupted();
                cycle.undeploy();
            }
        }
    }

    private void bring() throws InterruptedException {
        Builds building = builds.get();
        SequencedMap<String, String> images = building.build(project, List.of());
        cycle = new Cycle(project, means, images);
        cycle.deploy();
        debugging.close();
        debugging = cycle.quietForwards();
        debuggers = debuggers(images);
        debuggers.openAll();
        forgetCompilers();
        for (Artifact artifact : project.artifacts()) {
            if (artifact.builder() instanceof Builder.Jib) {
                Path own =
                        means.store()
                                .resolve("classes")
                                .resolve(building.require(artifact.image()).id());
                compilers.put(
                        artifact.image(),
                        new Compiler(
                                ImageClasses.unpack(building.require(artifact.image()), store, own),
                                fresh()));
            }
        }
    }

    private static Path fresh() {
        try {
            return Files.createTempDirectory("kat-dev");
        } catch (IOException e) {
            throw new DevException("cannot make a folder for compiled classes", e);
        }
    }

    /// Forgets compilers with what they wrote.
    private void forgetCompilers() {
        compilers.values().forEach(Compiler::clear);
        compilers.clear();
    }

    private Debuggers debuggers(SequencedMap<String, String> images) {
        SequencedMap<String, Integer> ports = new LinkedHashMap<>();
        for (Artifact artifact : project.artifacts()) {
            String reference = images.getOrDefault(artifact.image(), "");
            if (isJava(artifact) && !reference.isEmpty()) {
                ports.put(reference, port(artifact));
            }
        }
        return new Debuggers(cycle.kubectl(), debugging, cycle.namespaces(), ports);
    }

    /// Opens a port for each replica, those that come later too.
    private void debug() throws InterruptedException {
        debugging = cycle.forwards();
        debuggers = debuggers(cycle.images());
        means.screen().note("debuggers attach to these ports; Ctrl-C ends");
        while (true) {
            debuggers.openAll();
            means.ticker().sleep(LOOK_FOR_PODS);
        }
    }

    /// Compiles a source of each artifact for nothing: the compiler's own classes are then
    /// ready when the first change comes.
    private void warm() throws InterruptedException {
        for (Artifact artifact : project.artifacts()) {
            Compiler compiler = compilers.get(artifact.image());
            for (Path file : files(artifact)) {
                if (compiler != null && isSource(file)) {
                    Compiler.Outcome unused = compiler.compile(List.of(file));
                    break;
                }
            }
        }
    }

    private static boolean isSource(Path file) {
        return file.toString().endsWith(".java")
                && file.toString().contains(SOURCES)
                && Files.exists(file);
    }

    private Thread tail(Instant since) {
        Cycle shown = cycle;
        return Thread.startVirtualThread(
                () -> {
                    try {
                        shown.tail(since);
                    } catch (InterruptedException ended) {
                        Thread.currentThread().interrupt();
                    } catch (DevException e) {
                        means.screen().error(String.valueOf(e.getMessage()));
                    }
                });
    }

    private void lookAtAll() throws InterruptedException {
        SortedSet<Path> unused = look("", deployFiles());
        for (Artifact artifact : project.artifacts()) {
            unused = look(artifact.image(), files(artifact));
        }
    }

    private SortedSet<Path> look(String name, Collection<Path> files) {
        return changes.computeIfAbsent(name, _ -> new Changes()).look(files);
    }

    private List<Path> files(Artifact artifact) throws InterruptedException {
        return new FileSet(means.shell())
                .of(artifact).stream().map(artifact.context()::resolve).toList();
    }

    /// The files that tell how things are deployed.
    private NavigableSet<Path> deployFiles() {
        NavigableSet<Path> files = new TreeSet<>();
        for (Module module : project.modules()) {
            List<String> roots = new ArrayList<>(List.of("skaffold.yaml"));
            for (String pattern : module.manifests().rawYaml()) {
                roots.add(pattern.replaceAll("[^/]*[*?].*", "."));
            }
            roots.addAll(module.manifests().kustomizations());
            for (Helm helm : List.of(module.manifests().helm(), module.deploy().helm())) {
                for (Helm.Release release : helm.releases()) {
                    roots.addAll(release.valuesFiles());
                    // Charts that a chart names as files lie beside it.
                    roots.add(release.isRemote() ? "skaffold.yaml" : release.chart() + "/..");
                }
            }
            roots.forEach(root -> add(module.folder().resolve(root).normalize(), files));
        }
        return files;
    }

    private static void add(Path root, NavigableSet<Path> files) {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root, DEEPEST)) {
            all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(ya?ml|tpl|json|txt)"))
                    .filter(file -> !file.toString().matches(".*/(node_modules|target)/.*"))
                    .forEach(files::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new DevException("cannot look for changes in " + root, e);
        }
    }

    /// Brings changed Java sources into running pods.
    ///
    /// @return whether no new image is needed: the change runs, or does not compile
    private boolean exchange(Artifact artifact, SortedSet<Path> changed)
            throws InterruptedException {
        Compiler compiler = compilers.get(artifact.image());
        if (compiler == null || !changed.stream().allMatch(DevLoop::isSource)) {
            return false;
        }
        Instant begun = means.ticker().now();
        Compiler.Outcome outcome = compiler.compile(changed);
        if (!outcome.errors().isEmpty()) {
            outcome.errors().forEach(means.screen()::note);
            means.screen().error("it does not compile; the version before keeps running");
            return true;
        }
        if (!outcome.added().isEmpty()) {
            return false;
        }
        try {
            String reference = cycle.images().getOrDefault(artifact.image(), "");
            List<Integer> ports = debuggers.of(reference);
            for (int port : ports) {
                if (!debugging.await(port)) {
                    throw new DevException("the debugging port of a pod does not open");
                }
                if (HotSwap.exchange(port, outcome.classes()) == HotSwap.Answer.NEEDS_NEW_IMAGE) {
                    return false;
                }
            }
            compiler.note(outcome.classes());
            means.screen()
                    .note(
                            String.format(
                                    "%s: %s exchanged in %d pods after %.1f s",
                                    artifact.image(),
                                    String.join(", ", outcome.classes().keySet()),
                                    ports.size(),
                                    seconds(begun)));
            return !ports.isEmpty();
        } catch (DevException e) {
            means.screen().note(e.getMessage() + "; building a new image instead");
            return false;
        }
    }

    private double seconds(Instant begun) {
        return Duration.between(begun, means.ticker().now()).toMillis() / 1000.0;
    }

    /// @return whether a new version runs
    private boolean rebuild() throws InterruptedException {
        Instant begun = means.ticker().now();
        try {
            project = loading.get();
            bring();
            means.screen().note(String.format("deployed after %.1f s", seconds(begun)));
            return true;
        } catch (DevException e) {
            means.screen().error(e.getMessage() + "\nthe version before keeps running");
            return false;
        }
    }
}
