package kat.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A cluster with this machine as its node, or simulated ones, started by the `kat` command in
/// a folder of its own.
///
/// The machine as a node needs root and the programs of a node; images and kubectl need Debian
/// with its packages. Elsewhere the tests are skipped, and say what is missing.
final class TestCluster implements AutoCloseable {

    private static final AtomicInteger NAMESPACES = new AtomicInteger();
    private static final List<String> PARTS = List.of("containerd", "runc", "nft", "ip");
    private static final Path SOURCES = sources();

    private final String name;
    private final Path folder;
    private final Kubectl kubectl;
    private boolean hasDisk;

    private TestCluster(String name) {
        this.name = name;
        try {
            this.folder = Files.createTempDirectory("kat-conformance-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.kubectl = new Kubectl(kubectlProgram(), folder.resolve("kubeconfig"), "", Map.of());
    }

    /// The cluster that tests share; it is deleted when the last has run.
    static TestCluster shared(ExtensionContext context) {
        requireMachine();
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(
                        TestCluster.class,
                        _ -> {
                            TestCluster cluster = new TestCluster("walk");
                            cluster.up().ok();
                            cluster.loadImages();
                            return cluster;
                        },
                        TestCluster.class);
    }

    /// A cluster of a test's own, not started yet.
    static TestCluster named(String name) {
        requireMachine();
        return new TestCluster(name);
    }

    /// A cluster of simulated nodes alone, not started yet; anybody may have one.
    static TestCluster simulated(String name) {
        assumeTrue(isProgram("apt-get"), "kubectl comes from a Debian package: no apt-get");
        return new TestCluster(name);
    }

    private static void requireMachine() {
        assumeTrue("root".equals(System.getProperty("user.name")), "real nodes need root");
        for (String part : PARTS) {
            assumeTrue(isProgram(part), part + " is missing");
        }
        assumeTrue(
                Files.exists(Path.of("/usr/lib/cni/ptp")),
                "containernetworking-plugins is missing");
        assumeTrue(
                isProgram("apt-get"), "images and kubectl come from Debian packages: no apt-get");
    }

    private static boolean isProgram(String program) {
        return Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Path sources() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("scripts/images"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static Path kubectlProgram() {
        return Path.of(script("kubectl").strip());
    }

    private static String script(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(SOURCES.resolve("scripts").resolve(name).toString());
        command.addAll(List.of(arguments));
        try {
            return Programs.run(command).ok();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }

    String name() {
        return name;
    }

    /// Where the cluster keeps everything.
    Path home() {
        return folder.resolve("home");
    }

    /// Puts everything of the cluster on a disk of its own in memory, which fills without harm
    /// to the machine; before the first start.
    void onDiskOf(String size) throws IOException, InterruptedException {
        Files.createDirectories(home());
        mount("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "kat-test");
        hasDisk = true;
    }

    private void mount(String... words) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        command.add(home().toString());
        Programs.run(command).ok();
    }

    /// A folder for the test's own files.
    Path folder() {
        return folder;
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /// Makes a namespace and gives kubectl in it.
    Kubectl inNewNamespace() throws InterruptedException {
        String namespace = "test-" + NAMESPACES.incrementAndGet();
        String manifest = "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}";
        kubectl.apply(manifest.formatted(namespace)).ok();
        return kubectl.in(namespace);
    }

    Outcome up(String... more) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("up", "--kubeconfig", kubectl.kubeconfig().toString()));
        words.addAll(List.of(more));
        return kat(words.toArray(String[]::new));
    }

    /// Runs a verb for this cluster.
    Outcome kat(String... words) {
        try {
            return Programs.run(command(words), environment(), "");
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// Starts a verb that goes on.
    Process start(Path output, String... words) throws IOException {
        return Programs.start(command(words), environment(), output);
    }

    private List<String> command(String... words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kat.cli.Main"));
        command.add(words[0]);
        command.addAll(List.of("--name", name, "--home", home().toString()));
        command.addAll(List.of(words).subList(1, words.length));
        return command;
    }

    private static Map<String, String> environment() {
        return Map.of(
                "KAT_PACKAGES",
                helm().toString(),
                "KAT_CHARTS",
                SOURCES.resolve("tools/addons/charts").toString(),
                "KAT_PROGRAMS",
                SOURCES.resolve("tools").toString());
    }

    /// The jars of Helm: those that were named, or those that the build made.
    private static Path helm() {
        String named = System.getenv().getOrDefault("KAT_PACKAGES", "");
        return named.isEmpty() ? SOURCES.resolve("tools/packages/target/dist") : Path.of(named);
    }

    /// Whether `kat addons` and `kat helm` work.
    static boolean hasHelm() {
        return Files.isDirectory(helm());
    }

    /// Whether the build made the program of an add-on.
    static boolean hasProgram(String addon) {
        return Files.isDirectory(SOURCES.resolve("tools").resolve(addon).resolve("target/dist"));
    }

    /// The archive of an image for add-ons, built where it is not there yet.
    static Path toolkitImage(String image) {
        Path archives = SOURCES.resolve("target").resolve("toolkit-images");
        String unused = script("toolkit-images", archives.toString());
        return archives.resolve(image + ".tar");
    }

    /// The archive of Prometheus and Alertmanager from packages, built where it is not there
    /// yet.
    static Path monitoringImages() {
        Path archives = SOURCES.resolve("target").resolve("toolkit-images");
        String unused = script("images-monitoring", archives.toString());
        return archives.resolve("monitoring.tar");
    }

    /// The archive of a test image, built where it is not there yet.
    static Path image(String image) {
        Path archives = SOURCES.resolve("target").resolve("images");
        String unused = script("images", archives.toString());
        return archives.resolve(image + ".tar");
    }

    /// Builds the test images from packages where they are not there yet, and loads them.
    void loadImages() {
        for (String image : List.of("busybox", "nginx", "echo", "debian-base")) {
            kat("image", "load", image(image).toString()).ok();
        }
    }

    /// The id of the server's process.
    long pid() throws IOException {
        Path file = home().resolve(name).resolve("run").resolve("pid");
        return Long.parseLong(Files.readString(file).strip());
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(home().resolve(name))) {
            kat("delete", "--kubeconfig", kubectl.kubeconfig().toString()).ok();
        }
        if (hasDisk) {
            try {
                mount("umount");
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        Folders.delete(folder);
    }
}
