package kat.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lines that are sent on to another store, which is away at first, as its Secret is, and while
/// the whole cluster is restarted.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LoggingOutputTest {

    private static final String SIGN_IN = "Bearer open-sesame";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int LINES = 500;

    /// Writes numbered lines, each run of it once.
    private static final String TALKER =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: talker, labels: {app: talker}}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command: [sh, -c, "for i in $(seq 1000 1499); do echo line-$i; done"]
            """;

    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
    private volatile boolean isAway = true;
    private HttpServer store;

    @BeforeEach
    void open() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.createContext("/loki/api/v1/push", this::take);
        store.start();
    }

    @AfterEach
    void close() {
        store.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            boolean isKnown =
                    SIGN_IN.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            if (isAway || !isKnown) {
                refused.add(isKnown ? "away" : "stranger");
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            taken.add(body);
            exchange.sendResponseHeaders(204, -1);
        }
    }

    @Test
    void nothingIsLostWhileTheOtherStoreIsAway() throws Exception {
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        assumeTrue(TestCluster.hasProgram("logging"), "tools/logging is not built");
        try (TestCluster cluster = TestCluster.named("outputs")) {
            cluster.up().ok();
            cluster.kat("image", "load", TestCluster.image("busybox").toString()).ok();
            enable(cluster);
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(TALKER).ok();
            Waiting.until(
                    "the lines are found here",
                    () -> cluster.kat("logs", "talker").out().contains("line-1499"));
            assertEquals(List.of(), List.copyOf(refused), "nothing is sent without the Secret");
            kubectl.run(
                            "create",
                            "secret",
                            "generic",
                            "search-login",
                            "-n",
                            "kat-system",
                            "--from-literal=authorization=" + SIGN_IN)
                    .ok();
            Waiting.until("the store is asked", PATIENCE, () -> refused.contains("away"));
            kubectl.type("delete pod talker --now").ok();

            cluster.kat("down").ok();
            cluster.up().ok();
            isAway = false;

            Waiting.until("all lines are there", PATIENCE, () -> talked().size() == LINES);
            assertTrue(talked().first().equals("line-1000") && talked().last().equals("line-1499"));
            assertTrue(refused.stream().noneMatch("stranger"::equals), refused::toString);
        }
    }

    private void enable(TestCluster cluster) {
        String address = "http://127.0.0.1:" + store.getAddress().getPort();
        cluster.kat(
                        "addons",
                        "enable",
                        "logging",
                        "--wait",
                        "--set",
                        "outputs[0].name=far",
                        "--set",
                        "outputs[0].type=loki",
                        "--set",
                        "outputs[0].url=" + address,
                        "--set",
                        "outputs[0].secret=search-login")
                .ok();
    }

    /// The talker's lines that the store took, each once.
    private NavigableSet<String> talked() {
        NavigableSet<String> lines = new TreeSet<>();
        for (String body : taken) {
            JsonObject push = (JsonObject) Json.parse(body.getBytes(UTF_8));
            for (JsonObject stream : push.array("streams").objects()) {
                if (stream.object("stream").string("pod").equals("talker")) {
                    stream.array("values").items().stream()
                            .map(value -> ((JsonArray) value).strings().getLast())
                            .forEach(lines::add);
                }
            }
        }
        return lines;
    }
}
