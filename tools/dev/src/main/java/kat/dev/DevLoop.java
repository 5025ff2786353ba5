package kat.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kat.dev.build.Builds;
import kat.dev.build.BuiltImage;
import kat.dev.build.FileSet;
import kat.dev.build.ImageClasses;
import kat.dev.build.ImageStore;
import kat.dev.build.Java;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Helm;
import kat.dev.config.Module;
import kat.dev.config.PortForward;
import kat.dev.config.Project;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.HookRunner;
import kat.dev.deploy.PodEvents;
import kat.dev.loop.Changes;
import kat.dev.loop.Compiler;
import kat.dev.loop.Debuggers;
import kat.dev.loop.Syncer;
import kat.dev.loop.Updater;
import kat.dev.loop.Watch;

/// `kat dev` and `kat debug`: deploys, shows logs, and for dev follows the sources until it is
/// interrupted. What fails leaves the version that runs.
///
/// **Threads:** one owner; logs are followed by a thread of their own.
final class DevLoop {

    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(5);
    private static final Duration LOOK_FOR_PODS = Duration.ofSeconds(10);
    private static final Duration LONGEST_END = Duration.ofSeconds(15);
    private static final int DEEPEST = 32;
    private static final int FIRST_PORT = 5005;
    private static final int PORTS = 500;
    private static final int RESTART_PORTS = 20_000;

    private final Cycle.Means means;
    private final Supplier<Builds> builds;
    private final Supplier<Project> loading;
    private final ImageStore store;
    private final boolean follows;
    private final boolean isSynced;
    private final Map<String, Changes> changes = new HashMap<>();
    private final Map<String, Compiler> compilers = new HashMap<>();
    private final Map<String, Updater> updaters = new HashMap<>();
    private Project project;
    private Cycle cycle;
    private Forwards debugging;
    private Forwards opened;
    private List<PortForward> wanted = List.of();
    private Debuggers debuggers;
    private Instant built;
    private Builds building;

    /// Whether the last version failed: what it would have brought is in no image, so that the
    /// next change takes one whatever it is.
    private boolean isBehind;

    /// Why the last look for changes failed; empty when it did not.
    private String trouble = "";

    /// @param builds makes builds whose images can be debugged
    /// @param loading reads the configuration again
    /// @param follows whether changes of sources are followed
    DevLoop(
            Cycle.Means means,
            Supplier<Builds> builds,
            Supplier<Project> loading,
            ImageStore store,
            boolean follows) {
        this.follows = follows;
        isSynced = means.options().flag("auto-sync", true);
        this.means = means;
        this.builds = builds;
        this.loading = loading;
        this.store = store;
        project = loading.get();
        cycle = new Cycle(project, means, new LinkedHashMap<>());
        debugging = cycle.quietForwards();
        opened = cycle.forwards();
        debuggers = debuggers(new LinkedHashMap<>());
        built = means.ticker().now();
        building = builds.get();
    }

    /// The port inside pods on which the Java programs of an artifact listen for debuggers:
    /// another for each name, since containers of a pod share their ports.
    static int port(Artifact artifact) {
        return FIRST_PORT + Math.floorMod(artifact.image().hashCode(), PORTS);
    }

    /// The port inside pods on which the program of an artifact is told to start again in
    /// place.
    static int restartPort(Artifact artifact) {
        return RESTART_PORTS + port(artifact);
    }

    private boolean isRestarted(Artifact artifact) {
        return follows && artifact.builder() instanceof Builder.Jib;
    }

    static boolean isJava(Artifact artifact) {
        return artifact.builder() instanceof Builder.Jib || artifact.runtimeType().equals("jvm");
    }

    /// Runs until it is interrupted, then takes away what it deployed unless that is to stay.
    void run(boolean cleansUp) throws InterruptedException {
        Instant begun = means.ticker().now();
        Thread logs = new Thread();
        try (Watch watch = Watch.open()) {
            bring();
            logs = tail(begun);
            if (!follows) {
                debug();
            }
            watch.follow(lookAtAll(), roots());
            learn();
            means.screen().note("watching for changes; Ctrl-C ends");
            while (true) {
                boolean unused = watch.await(LOOK_ANYWAY);
                boolean isNew = isNew(watch);
                isBehind = isNew ? !rebuild() : isBehind;
                if (isNew && !isBehind) {
                    logs.interrupt();
                    logs = tail(means.ticker().now());
                    learn();
                }
            }
        } finally {
            logs.interrupt();
            debugging.close();
            opened.close();
            forgetCompilers();
            if (cleansUp) {
                // An interrupted thread cannot wait for programs.
                boolean unused = Thread.interrupted();
                cycle.undeploy();
            }
            // It ends the programs that it started, which would stay behind this process.
            logs.join(LONGEST_END.toMillis());
        }
    }

    /// Looks for changes and brings into running pods what can be brought.
    ///
    /// What was seen is not seen again, so that whatever follows on a look that failed takes a
    /// new version.
    ///
    /// @return whether a new version is needed
    private boolean isNew(Watch watch) throws InterruptedException {
        try {
            List<Path> seen = new ArrayList<>(deployFiles());
            boolean isLate = isBehind || !trouble.isEmpty();
            boolean isNew = !look("", seen).isEmpty() || !trouble.isEmpty();
            for (Artifact artifact : project.artifacts()) {
                List<Path> files = files(artifact);
                seen.addAll(files);
                SortedSet<Path> changed = look(artifact.image(), files);
                isNew |= !changed.isEmpty() && (isLate || !update(artifact, changed));
            }
            watch.follow(seen, roots());
            trouble = "";
            return isNew;
        } catch (DevException e) {
            String told = e.getMessage() + "\nthe version before keeps running";
            if (!told.equals(trouble)) {
                means.screen().error(told);
            }
            trouble = told;
            return false;
        }
    }

    private void bring() throws InterruptedException {
        Instant begun = means.ticker().now();
        Builds next = builds.get();
        SequencedMap<String, String> images = next.build(project, List.of());
        built = begun;
        building = next;
        cycle = new Cycle(project, means, images);
        cycle.deploy();
        open();
        debugging.close();
        debugging = follows ? cycle.quietForwards() : cycle.forwards();
        debuggers = debuggers(images);
        debuggers.openAll();
        forgetCompilers();
        for (Artifact artifact : project.artifacts()) {
            if (artifact.builder() instanceof Builder.Jib jib) {
                BuiltImage image = building.require(artifact.image());
                Path own = means.store().resolve("classes").resolve(image.id());
                Compiler compiler = new Compiler(ImageClasses.unpack(image, store, own), fresh());
                compilers.put(artifact.image(), compiler);
                updaters.put(artifact.image(), updater(artifact, jib, compiler));
            }
        }
    }

    /// Opens the ports that the configuration names; those that it named before stay open,
    /// since forwards outlive pods.
    private void open() {
        List<PortForward> now =
                means.options().flag("port-forward", true)
                        ? project.modules().stream()
                                .flatMap(module -> module.portForwards().stream())
                                .toList()
                        : List.of();
        if (!now.equals(wanted)) {
            wanted = List.of();
            opened.close();
            opened = cycle.forwards();
            cycle.open(opened);
            wanted = now; // also tried again when a port could not be opened
        }
    }

    private Updater updater(Artifact artifact, Builder.Jib jib, Compiler compiler) {
        String reference = cycle.images().getOrDefault(artifact.image(), "");
        Updater.Programs programs =
                new Updater.Programs() {
                    @Override
                    public SequencedMap<String, Debuggers.Ports> find()
                            throws InterruptedException {
                        return debuggers.of(reference);
                    }

                    @Override
                    public boolean await(int port) throws InterruptedException {
                        return debugging.await(port);
                    }
                };
        return new Updater(
                artifact.image(),
                compiler,
                programs,
                Java.hasPlainResources(artifact.context(), jib.project()),
                means.ticker(),
                means.screen()::note);
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
        updaters.clear();
    }

    private Debuggers debuggers(SequencedMap<String, String> images) {
        SequencedMap<String, Debuggers.Ports> ports = new LinkedHashMap<>();
        for (Artifact artifact : project.artifacts()) {
            String reference = images.getOrDefault(artifact.image(), "");
            if (isJava(artifact) && !reference.isEmpty()) {
                int restart = isRestarted(artifact) ? restartPort(artifact) : 0;
                ports.put(reference, new Debuggers.Ports(port(artifact), restart));
            }
        }
        return new Debuggers(cycle.kubectl(), debugging, cycle.namespaces(), ports);
    }

    /// Opens a port for each replica that comes later.
    private void debug() throws InterruptedException {
        means.screen().note("debuggers attach to these ports; Ctrl-C ends");
        try (PodEvents events =
                new PodEvents(cycle.kubectl(), cycle.namespaces(), means.ticker())) {
            while (true) {
                debuggers.openAll();
                events.await(LOOK_FOR_PODS);
            }
        }
    }

    /// Has compilers learn the sources as they are.
    private void learn() throws InterruptedException {
        for (Artifact artifact : project.artifacts()) {
            Updater updater = updaters.get(artifact.image());
            if (updater != null && !updater.learn(files(artifact), built)) {
                updaters.remove(artifact.image());
                means.screen()
                        .note(
                                artifact.image()
                                        + ": its sources do not compile by themselves; changes"
                                        + " take a new image");
            }
        }
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

    /// @return all files
    private List<Path> lookAtAll() throws InterruptedException {
        List<Path> seen = new ArrayList<>(deployFiles());
        SortedSet<Path> unused = look("", seen);
        for (Artifact artifact : project.artifacts()) {
            List<Path> files = files(artifact);
            seen.addAll(files);
            unused = look(artifact.image(), files);
        }
        return seen;
    }

    /// The folders above which nothing is watched.
    private Set<Path> roots() {
        Set<Path> roots = new HashSet<>();
        project.modules().forEach(module -> roots.add(module.folder()));
        project.artifacts().forEach(artifact -> roots.add(artifact.context()));
        return roots;
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

    /// Brings changed files into running pods, by copying them or as classes and resources.
    ///
    /// @return whether no new image is needed: the change runs, or does not compile
    private boolean update(Artifact artifact, SortedSet<Path> changed) throws InterruptedException {
        if (!isSynced) {
            return false;
        }
        String reference = cycle.images().getOrDefault(artifact.image(), "");
        Syncer syncer =
                new Syncer(
                        cycle.kubectl(),
                        new HookRunner(means.shell(), cycle.kubectl(), means.screen()::note),
                        cycle.namespaces(),
                        store,
                        means.screen()::note);
        if (syncer.sync(artifact, changed, reference, building.require(artifact.image()))) {
            return true;
        }
        Updater updater = updaters.get(artifact.image());
        return updater != null && updater.update(changed, files(artifact));
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
