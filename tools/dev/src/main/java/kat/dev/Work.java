package kat.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.base.Ticker;
import kat.dev.build.Builds;
import kat.dev.build.BuiltImage;
import kat.dev.build.ContainerdTarget;
import kat.dev.build.Credentials;
import kat.dev.build.ImageEdit;
import kat.dev.build.ImageStore;
import kat.dev.build.RegistryTarget;
import kat.dev.build.Supervision;
import kat.dev.build.Target;
import kat.dev.config.Artifact;
import kat.dev.config.Builder;
import kat.dev.config.DevException;
import kat.dev.config.Loading;
import kat.dev.config.Module;
import kat.dev.config.Project;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.Kubectl;
import kat.dev.deploy.Rendering;
import kat.dev.process.Shell;

/// One verb's work from its flags to its end.
///
/// **Threads:** one owner, one use.
final class Work {

    private static final Duration FOR_EVER = Duration.ofDays(3650);

    private final Main.Verb verb;
    private final Options options;
    private final Screen screen;
    private final Path folder;
    private final Ticker ticker;
    private final Shell shell;

    Work(
            Main.Verb verb,
            Options options,
            Screen screen,
            Map<String, String> environment,
            Path folder,
            Ticker ticker) {
        this.verb = verb;
        this.options = options;
        this.screen = screen;
        this.folder = folder;
        this.ticker = ticker;
        shell = new Shell(environment);
    }

    /// @return the exit code
    /// @throws DevException when it cannot be done
    int run() throws InterruptedException {
        Project project = load();
        return switch (verb) {
            case BUILD -> build(project);
            case RENDER -> render(project);
            case RUN -> run(project);
            case DEPLOY -> deploy(project);
            case UNDEPLOY -> undeploy(project);
            case DEV, DEBUG -> dev(project);
        };
    }

    private Project load() {
        Project project =
                Loading.load(
                        new Loading.Choice(
                                options.text("filename"),
                                options.list("profile"),
                                options.list("module"),
                                options.flag("propagate-profiles", true)),
                        new Loading.Surroundings(
                                folder, shell.environment(), verb.word(), currentContext()));
        project.warnings().forEach(screen::warn);
        return project;
    }

    private String currentContext() {
        if (options.has("kube-context")) {
            return options.text("kube-context");
        }
        String home = shell.environment().getOrDefault("HOME", "/");
        String named = shell.environment().getOrDefault("KUBECONFIG", home + "/.kube/config");
        Path file = Path.of(named.split(":", -1)[0]);
        try {
            return Files.isReadable(file)
                            && Yaml.parse(Files.readString(file)) instanceof JsonObject config
                    ? config.string("current-context")
                    : "";
        } catch (IOException | YamlException e) {
            throw new DevException("cannot read the kubeconfig " + file, e);
        }
    }

    private int build(Project project) throws InterruptedException {
        try (Target target = target(project)) {
            SequencedMap<String, String> images = builds(target).build(project, filters());
            writeBuilt(images);
            images.forEach(
                    (image, reference) ->
                            screen.print(
                                    (options.flag("quiet", false) ? "" : image + " -> ")
                                            + reference
                                            + "\n"));
        }
        return 0;
    }

    private List<String> filters() {
        return options.list("build-image");
    }

    private Builds builds(Target target) {
        return builds(target, (_, image) -> image);
    }

    private Builds builds(Target target, Builds.Change change) {
        return new Builds(
                shell,
                store(),
                target,
                new Builds.Settings(
                        defaultRepo(),
                        options.text("tag"),
                        options.flag("cache-artifacts", true),
                        change),
                ticker,
                screen::note);
    }

    private String defaultRepo() {
        String said = options.text("default-repo");
        return said.isEmpty()
                ? shell.environment().getOrDefault("SKAFFOLD_DEFAULT_REPO", "")
                : said;
    }

    private Path folder() {
        String home = shell.environment().getOrDefault("HOME", "/tmp");
        return Path.of(shell.environment().getOrDefault("KAT_DEV_STORE", home + "/.kat/dev"));
    }

    private ImageStore store() {
        return new ImageStore(folder());
    }

    private Target target(Project project) {
        List<String> insecure = new ArrayList<>();
        boolean isPushed = options.flag("push", !defaultRepo().isEmpty());
        for (Module module : project.modules()) {
            insecure.addAll(module.insecureRegistries());
            isPushed |= !options.has("push") && Boolean.TRUE.equals(module.isPushed());
        }
        if (isPushed) {
            return new RegistryTarget(store(), new Credentials(shell), insecure);
        }
        String socket = shell.environment().getOrDefault("KAT_CONTAINERD", "");
        return socket.isEmpty()
                ? Target.nowhere()
                : new ContainerdTarget(Path.of(socket), store(), ticker);
    }

    private int render(Project project) throws InterruptedException {
        String source = options.text("digest-source");
        if (!List.of("", "tag", "local").contains(source)) {
            throw new DevException("--digest-source " + source + ": there are tag and local");
        }
        SequencedMap<String, String> images;
        try (Target target = source.equals("local") ? target(project) : Target.nowhere()) {
            Builds builds = builds(target);
            images =
                    given().isEmpty() && source.equals("local")
                            ? builds.build(project, filters())
                            : given().isEmpty() ? builds.tags(project) : given();
        }
        List<JsonObject> manifests = new ArrayList<>();
        for (Module module : project.modules()) {
            Rendering rendering = rendering(module, images);
            manifests.addAll(rendering.applied(module));
            manifests.addAll(rendering.released(module));
        }
        String text = Rendering.text(manifests);
        if (options.has("output")) {
            write(folder.resolve(options.text("output")), text);
        } else {
            screen.print(text);
        }
        return 0;
    }

    private Rendering rendering(Module module, SequencedMap<String, String> images) {
        Rendering.Cluster cluster = Cycle.cluster(options, module, images);
        Kubectl kubectl =
                new Kubectl(shell, module.folder(), cluster.context(), cluster.namespace());
        return new Rendering(shell, kubectl, cluster, screen::note);
    }

    private int run(Project project) throws InterruptedException {
        Instant begun = ticker.now();
        SequencedMap<String, String> images;
        try (Target target = clusterTarget(project)) {
            images = builds(target).build(project, filters());
        }
        writeBuilt(images);
        return follow(cycle(project, images), begun);
    }

    private int deploy(Project project) throws InterruptedException {
        SequencedMap<String, String> images = given();
        List<String> missing =
                project.artifacts().stream()
                        .map(Artifact::image)
                        .filter(image -> !images.containsKey(image))
                        .toList();
        if (!missing.isEmpty()) {
            throw new DevException(
                    "deploy builds nothing: say which images to use for "
                            + String.join(", ", missing)
                            + " with --images NAME=REFERENCE or --build-artifacts FILE");
        }
        return follow(cycle(project, images), ticker.now());
    }

    private Cycle cycle(Project project, SequencedMap<String, String> images) {
        return new Cycle(
                project, new Cycle.Means(options, shell, screen, ticker, folder()), images);
    }

    private int follow(Cycle cycle, Instant begun) throws InterruptedException {
        cycle.deploy();
        screen.note(
                String.format(
                        "deployed after %.1f s",
                        Duration.between(begun, ticker.now()).toMillis() / 1000.0));
        boolean isForwarded = options.flag("port-forward", false);
        if (!isForwarded && !options.flag("tail", false)) {
            return 0;
        }
        try (Forwards forwards = cycle.forwards()) {
            if (isForwarded) {
                cycle.open(forwards);
            }
            if (options.flag("tail", false)) {
                cycle.tail(begun);
            } else {
                ticker.sleep(FOR_EVER);
            }
        }
        return 0;
    }

    private int dev(Project project) throws InterruptedException {
        boolean isPlain = project.artifacts().stream().noneMatch(DevLoop::isJava);
        if (verb == Main.Verb.DEBUG && isPlain) {
            throw new DevException("no artifact is a Java program: nothing can be debugged");
        }
        try (Target target = clusterTarget(project)) {
            DevLoop loop =
                    new DevLoop(
                            new Cycle.Means(options, shell, screen, ticker, folder()),
                            () -> builds(target, this::debuggable),
                            this::load,
                            store(),
                            verb == Main.Verb.DEV);
            loop.run(options.flag("cleanup", true));
        }
        return 0;
    }

    private BuiltImage debuggable(Artifact artifact, BuiltImage image) {
        if (!DevLoop.isJava(artifact)) {
            return image;
        }
        int port = DevLoop.port(artifact);
        if (verb == Main.Verb.DEV && artifact.builder() instanceof Builder.Jib) {
            Optional<BuiltImage> supervised =
                    Supervision.supervised(image, store(), DevLoop.restartPort(artifact), port);
            if (supervised.isPresent()) {
                return supervised.get();
            }
        }
        return ImageEdit.debuggable(image, store(), port);
    }

    private int undeploy(Project project) throws InterruptedException {
        cycle(project, new LinkedHashMap<>()).undeploy();
        return 0;
    }

    /// A target that the cluster takes images from.
    private Target clusterTarget(Project project) {
        Target target = target(project);
        boolean isReached =
                target.isRegistry()
                        || shell.environment().containsKey("KAT_CONTAINERD")
                        || shell.environment().containsKey("KAT_SIMULATED")
                        || project.artifacts().isEmpty();
        if (!isReached) {
            target.close();
            throw new DevException(
                    "there is no cluster of KAT on this machine to load images into; start one with"
                            + " kat up, or name a registry that the cluster reads with"
                            + " --default-repo");
        }
        return target;
    }

    /// Images that the command line says are built.
    private SequencedMap<String, String> given() {
        SequencedMap<String, String> images = options.pairs("images");
        if (!options.has("build-artifacts")) {
            return images;
        }
        Path file = folder.resolve(options.text("build-artifacts"));
        try {
            JsonObject built = (JsonObject) Json.parse(Files.readAllBytes(file));
            for (JsonObject image : built.array("builds").objects()) {
                images.put(image.string("imageName"), image.string("tag"));
            }
            return images;
        } catch (IOException | JsonException | ClassCastException e) {
            throw new DevException("cannot read the images of --build-artifacts " + file, e);
        }
    }

    private void writeBuilt(SequencedMap<String, String> images) {
        if (!options.has("file-output")) {
            return;
        }
        List<Json> builds = new ArrayList<>();
        images.forEach(
                (image, reference) ->
                        builds.add(
                                JsonObject.of(
                                        "imageName", Json.of(image), "tag", Json.of(reference))));
        write(
                folder.resolve(options.text("file-output")),
                JsonObject.of("builds", new JsonArray(builds)) + "\n");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new DevException("cannot write " + file, e);
        }
    }
}
