package kat.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.json.JsonObject;
import kat.app.ClusterConfig;
import kat.app.NodeContainerd;
import kat.app.load.LoadClient;
import kat.base.Deadline;
import kat.cri.ContainerRuntime;
import kat.cri.ContainerRuntimeException;
import kat.cri.CriRuntime;

/// `kat up --demo`: installs the To-do stack of examples/todo in a cluster that runs, and waits
/// until its page answers.
final class Demo {

    /// In the order in which they are needed.
    private static final List<String> IMAGES = List.of("postgres", "todo-api", "todo-web");

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final Terminal terminal;
    private final Surroundings surroundings;
    private final ClusterOptions cluster;
    private final ClusterConfig config;

    Demo(
            Terminal terminal,
            Surroundings surroundings,
            ClusterOptions cluster,
            ClusterConfig config) {
        this.terminal = terminal;
        this.surroundings = surroundings;
        this.cluster = cluster;
        this.config = config;
    }

    /// @throws CliException when the cluster has, or would get, no real containers
    static void requireContainers(boolean realNode, String why) {
        if (!realNode) {
            throw new CliException(
                    "--demo runs PostgreSQL, an API and a page in real containers"
                            + (why.isEmpty() ? ", and this cluster has none" : ". " + why));
        }
    }

    /// @throws CliException when a part is missing or does not come up
    void run() throws InterruptedException {
        requireContainers(config.realNode(), "");
        Path built = Path.of(surroundings.variable("KAT_SOURCES"), "examples/todo/target");
        loadImages(built.resolve("images"));
        install(built.resolve("charts/todo"));
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER).build()) {
            Deadline deadline = Deadline.in(PATIENCE, surroundings.ticker());
            URI address = awaitAddress(deadline);
            await(http, address.resolve("/frontend/"), deadline);
            step("page");
            await(http, address.resolve("/api/v1/todos?limit=1"), deadline);
            step("API and database");
            terminal.note("The To-do app is at " + address.resolve("/frontend/"));
            terminal.note("  its API, to try: " + address.resolve("/api/docs"));
            terminal.note("  kubectl get pods -A; " + cluster.command("helm list"));
        }
    }

    /// Since the process began.
    private void step(String what) {
        Instant now = surroundings.ticker().now();
        Instant begun = ProcessHandle.current().info().startInstant().orElse(now);
        double seconds = Duration.between(begun, now).toMillis() / 1000.0;
        terminal.clearPassing();
        terminal.note(String.format("%5.1f s  %s", seconds, what));
    }

    /// Loads the images unless the same were loaded before.
    private void loadImages(Path folder) {
        Path loaded = cluster.files().folder().resolve("demo-images");
        try {
            StringBuilder stamps = new StringBuilder();
            for (String name : IMAGES) {
                stamps.append(Files.readString(folder.resolve(name + ".stamp")));
            }
            boolean isLoaded =
                    Files.exists(loaded) && Files.readString(loaded).contentEquals(stamps);
            if (!isLoaded) {
                load(folder);
                Files.writeString(loaded, stamps, StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw CliException.of("the images of the demo are not built", e);
        }
        step("images");
    }

    private void load(Path folder) throws IOException {
        Path socket = NodeContainerd.socket(config, cluster.files());
        try (ContainerRuntime runtime = new CriRuntime(socket, surroundings.ticker())) {
            for (String name : IMAGES) {
                terminal.passing("loading the image of " + name + " …");
                try (InputStream archive = Files.newInputStream(folder.resolve(name + ".tar"))) {
                    List<String> unused = runtime.images().importArchive(archive);
                } catch (ContainerRuntimeException e) {
                    throw new CliException("cannot load " + name + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private void install(Path chart) throws InterruptedException {
        terminal.passing("installing the charts …");
        List<String> words = List.of("upgrade", "--install", "todo", chart.toString());
        try {
            Process helm =
                    HelmVerb.process(surroundings, cluster, words)
                            .redirectErrorStream(true)
                            .start();
            String said = new String(helm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (helm.waitFor() != 0) {
                throw new CliException("Helm could not install the demo: " + said.strip());
            }
        } catch (IOException e) {
            throw CliException.of("cannot run Helm", e);
        }
        step("release todo");
    }

    /// Where the ingress answers, as the Ingress of the API tells.
    private URI awaitAddress(Deadline deadline) throws InterruptedException {
        try (LoadClient client = LoadClient.of(cluster.files().tokenKubeconfig(), 1)) {
            while (!deadline.isOver(surroundings.ticker())) {
                JsonObject ingress =
                        client.read("/apis/networking.k8s.io/v1/namespaces/be/ingresses/api");
                List<JsonObject> places =
                        ingress.object("status").object("loadBalancer").array("ingress").objects();
                for (JsonObject place : places) {
                    long port = place.array("ports").objects().getFirst().integer("port", 80);
                    return URI.create(
                            "http://" + place.string("ip") + (port == 80 ? "" : ":" + port));
                }
                surroundings.ticker().sleep(PAUSE);
            }
        } catch (IOException e) {
            throw CliException.of("cannot ask for the address of the ingress", e);
        }
        throw new CliException("the ingress told no address" + hint());
    }

    private void await(HttpClient http, URI page, Deadline deadline) throws InterruptedException {
        terminal.passing("waiting for " + page + " …");
        HttpRequest request = HttpRequest.newBuilder(page).timeout(ANSWER).build();
        String last = "";
        while (!deadline.isOver(surroundings.ticker())) {
            try {
                int status =
                        http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                if (status == OK) {
                    return;
                }
                last = "it answered " + status;
            } catch (IOException e) {
                last = CliException.reason(e);
            }
            surroundings.ticker().sleep(PAUSE);
        }
        throw new CliException(page + " does not answer: " + last + hint());
    }

    private static String hint() {
        return "; `kubectl get pods -A` and `kubectl get events -A` tell more";
    }
}
