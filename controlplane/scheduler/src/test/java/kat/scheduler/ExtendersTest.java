package kat.scheduler;

import static kat.scheduler.SchedulingTest.node;
import static kat.scheduler.SchedulingTest.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Randomness;
import kat.scheduler.extender.HttpExtender;
import kat.scheduler.plugins.DefaultPlugins;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtendersTest {

    private final Map<String, String> answers = new HashMap<>(); // by path
    private final Map<String, JsonObject> asked = new ConcurrentHashMap<>(); // by path
    private final NodeInfo first = node("n1", "");
    private final NodeInfo second = node("n2", "");
    private final CountDownLatch isOver = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        isOver.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (Json.parse(exchange.getRequestBody().readAllBytes()) instanceof JsonObject body) {
                asked.put(path, body);
            }
            String text = answers.get(path);
            byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(text == null ? 500 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    /// Sends the head of an answer, and then nothing until the test is over.
    private void stall(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            isOver.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private SchedulerConfig config(String more) {
        return parse(
                "extenders: [{urlPrefix: 'http://127.0.0.1:"
                        + server.getAddress().getPort()
                        + "/x/', "
                        + more
                        + "}]");
    }

    private static SchedulerConfig parse(String yaml) {
        String head =
                "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n";
        return Yaml.parse(head + yaml) instanceof JsonObject tree
                ? SchedulerConfig.parse(tree)
                : SchedulerConfig.USUAL;
    }

    /// Knows the nodes that extenders are told of.
    private final ClusterObjects cluster =
            new ClusterObjects() {
                @Override
                public @Nullable KubeObject get(Kind kind, ObjectKey key) {
                    return kind.equals(Kinds.NODE)
                            ? SchedulingTest.object("{metadata: {name: " + key.name() + "}}")
                            : null;
                }

                @Override
                public List<KubeObject> list(Kind kind, String namespace) {
                    return List.of();
                }
            };

    private Decision decide(SchedulerConfig config, PodInfo pod) {
        Profile profile = config.profiles().getFirst();
        return new Scheduling(
                        profile,
                        new Scheduling.Judges(
                                DefaultPlugins.all(cluster, profile.arguments()),
                                HttpExtender.of(config.extenders())),
                        cluster,
                        Randomness.seeded(1),
                        Stages.NONE)
                .decide(pod, List.of(first, second), 0)
                .decision();
    }

    @Test
    void takesNodesAway() {
        answers.put("/x/filter", "{\"nodenames\": [\"n2\"], \"failedNodes\": {\"n1\": \"no\"}}");

        Decision decision =
                decide(config("filterVerb: filter, nodeCacheCapable: true"), pod("p", "{}"));

        assertEquals(new Decision.Bind("n2"), decision);
        JsonObject question = asked.getOrDefault("/x/filter", JsonObject.EMPTY);
        assertEquals(List.of("n1", "n2"), question.array("NodeNames").strings());
        assertEquals("p", new KubeObject(question.object("Pod")).name());
        assertFalse(question.object("Nodes").has("items"));
    }

    @Test
    void tellsTheNodesWholeToWhoDoesNotKnowThem() {
        answers.put("/x/filter", "{\"Nodes\": {\"items\": [{\"metadata\": {\"name\": \"n1\"}}]}}");

        Decision decision = decide(config("filterVerb: filter"), pod("p", "{}"));

        assertEquals(new Decision.Bind("n1"), decision);
        JsonObject question = asked.getOrDefault("/x/filter", JsonObject.EMPTY);
        assertEquals(2, question.object("Nodes").array("items").size());
    }

    @Test
    void saysWhyNoNodeIsLeft() {
        answers.put(
                "/x/filter",
                "{\"NodeNames\": [], \"FailedNodes\": {\"n1\": \"full\"},"
                        + " \"FailedAndUnresolvableNodes\": {\"n2\": \"never\"}}");

        Decision.NoNode decision =
                assertInstanceOf(
                        Decision.NoNode.class,
                        decide(
                                config("filterVerb: filter, nodeCacheCapable: true"),
                                pod("p", "{}")));

        assertTrue(
                decision.message().startsWith("0/2 nodes are available: 1 full, 1 never. "),
                decision.message());
        assertEquals(List.of("Extender"), List.copyOf(decision.turnedAwayBy()));
    }

    @Test
    void addsToTheScores() {
        answers.put(
                "/x/rank", "[{\"Host\": \"n1\", \"Score\": 1}, {\"Host\": \"n2\", \"Score\": 9}]");
        SchedulerConfig config = config("prioritizeVerb: rank, weight: 5");

        assertEquals(new Decision.Bind("n2"), decide(config, pod("p", "{}")));
        answers.put("/x/rank", "[{\"host\": \"n1\", \"score\": 10}]");
        assertEquals(new Decision.Bind("n1"), decide(config, pod("p", "{}")));
    }

    @Test
    void nothingIsDecidedWithoutAnExtenderUnlessItMayBeIgnored() {
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x/filter";

        assertEquals(
                new Decision.Failed("failed filter with extender at URL " + url + ", code 500"),
                decide(config("filterVerb: filter"), pod("p", "{}")));
        assertInstanceOf(
                Decision.Bind.class,
                decide(config("filterVerb: filter, ignorable: true"), pod("p", "{}")));
    }

    @Test
    void waitsNoLongerForTheRestOfAnAnswerThanForItsHead() {
        server.createContext("/x/stalls", this::stall);
        String limited = "filterVerb: stalls, httpTimeout: 200ms";

        Decision decision =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20), () -> decide(config(limited), pod("p", "{}")));

        String message = assertInstanceOf(Decision.Failed.class, decision).message();
        assertTrue(message.endsWith("context deadline exceeded"), message);
    }

    @Test
    void isAskedAboutItsResourcesOnlyWhichItMayCountItself() {
        answers.put("/x/filter", "{\"nodenames\": [\"n2\"]}");
        SchedulerConfig config =
                config(
                        "filterVerb: filter, nodeCacheCapable: true, managedResources: [{name:"
                                + " example.com/x, ignoredByScheduler: true}]");
        PodInfo wants = pod("p", "containers: [{resources: {requests: {example.com/x: '3'}}}]");

        assertEquals(new Decision.Bind("n2"), decide(config, wants));
        asked.clear();
        assertInstanceOf(Decision.Bind.class, decide(config, pod("q", "{}")));
        assertEquals(Map.of(), asked);
    }

    @Test
    void bindsPods() {
        Extenders extenders =
                new Extenders(
                        HttpExtender.of(config("bindVerb: bind").extenders()), ClusterObjects.NONE);
        KubeObject pod = pod("p", "{}").object();

        answers.put("/x/bind", "{}");
        assertTrue(extenders.bind(pod, "n1"));
        assertEquals(
                "n1 p",
                asked.getOrDefault("/x/bind", JsonObject.EMPTY).string("Node")
                        + " "
                        + asked.getOrDefault("/x/bind", JsonObject.EMPTY).string("PodName"));
        answers.put("/x/bind", "{\"error\": \"taken\"}");
        assertEquals(
                "taken",
                assertThrows(StatusException.class, () -> extenders.bind(pod, "n1")).getMessage());
        assertFalse(new Extenders(List.of(), ClusterObjects.NONE).bind(pod, "n1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{prioritizeVerb: p} | extenders[0].weight: Invalid value: 0: must have a positive"
                        + " weight applied to it",
                "{bindVerb: a}, {bindVerb: b} | extenders: Invalid value: \"found 2 extenders"
                        + " implementing bind\": only one extender can implement bind",
                "{managedResources: [{name: a/b}, {name: a/b}]} |"
                        + " extenders[0].managedResources[1].name: Invalid value: \"a/b\": duplicate"
                        + " extender managed resource name",
                "{httpTimeout: soon} | extenders[0].httpTimeout: Invalid value: \"soon\": must be a"
                        + " duration",
                "{preemptVerb: p} | extenders[0].preemptVerb: extenders are not asked which pods"
                        + " must go",
            })
    void refusesWhatIsWrong(String extenders, String message) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> parse("extenders: [" + extenders + "]"))
                        .getMessage());
    }
}
