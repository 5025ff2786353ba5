package kat.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The logging add-on on a real node: lines are found when their pod is gone, followed as they
/// come, and none is lost in a flood.
@Tag("root")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LoggingTest {

    private static final String TALKER =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: talker, labels: {app: talker}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command:
                - sh
                - -c
                - |
                  echo '{"level":"warn","order":"4711","http":{"code":503}}'
                  echo 'java.lang.IllegalStateException: broken'
                  echo '	at shop.Order.place(Order.java:7)'
                  echo '	at shop.Main.main(Main.java:3)'
                  echo 'the last word'
                  exec sleep 600
            """;

    /// Waits for the word to begin, writes 100 MB of numbered lines, and tells how many seconds
    /// that took.
    private static final String FLOOD =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: flood, labels: {app: flood}}
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: 0
              containers:
              - name: main
                image: busybox:1.36
                command:
                - sh
                - -c
                - |
                  echo ready
                  until [ -e /tmp/go ]; do sleep 0.1; done
                  start=$(date +%s)
                  awk 'BEGIN {
                    srand(7)
                    for (i = 0; i < 12; i++) text = text sprintf(" %d%d", rand() * 1e15, rand() * 1e15)
                    for (i = 0; i < 400000; i++) print i, rand() text
                  }'
                  echo $(($(date +%s) - start)) >/dev/termination-log
            """;

    private static final int FLOOD_LINES = 400_000;
    private static final int LAST_BYTES = 4096;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /// How much the memory of the whole server may grow at most, answers to the follower
    /// included.
    private static final long MOST_GROWTH_KB = 768 << 10;

    @Test
    void aLineIsFoundWhenItsPodIsGoneAndNothingStaysOfTheAddon() throws Exception {
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        assumeTrue(TestCluster.hasProgram("logging"), "tools/logging is not built");
        try (TestCluster cluster = TestCluster.named("logging")) {
            cluster.up().ok();
            cluster.kat("image", "load", TestCluster.image("busybox").toString()).ok();
            cluster.kat("addons", "enable", "logging", "--wait").ok();
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(TALKER).ok();
            Waiting.until("the last line is found", () -> logs(cluster).contains("the last word"));
            followsWhatIsMeant(cluster);

            kubectl.type("delete pod talker --now").ok();

            assertFalse(kubectl.type("get pods -o name").ok().contains("talker"));
            assertTrue(logs(cluster).contains("\"order\":\"4711\""), "JSON is read into fields");
            cluster.kat("logs", "-l", "app=talker", "--words", "order place", "-o", "json")
                    .shows("IllegalStateException: broken\\n\\tat shop.Order.place(Order.java:7)");
            cluster.kat("logs", "talker", "--grep", "last w.rd", "-C", "1")
                    .shows("talker main- java.lang.Ill", "talker main: the last word");
            cluster.kat("logs", "-A", "-l", "app=talker", "--histogram").shows("6 lines");
            cluster.kat("logs", "talker", "--fields").shows("http.code (1): 503");

            leavesNothing(cluster);
        }
    }

    @Test
    void losesNothingOfAFloodAndKeepsItsMemory() throws Exception {
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        assumeTrue(TestCluster.hasProgram("logging"), "tools/logging is not built");
        try (TestCluster cluster = TestCluster.named("flood")) {
            cluster.up().ok();
            cluster.kat("image", "load", TestCluster.image("busybox").toString()).ok();
            cluster.kat("addons", "enable", "logging", "--wait").ok();
            Kubectl kubectl = cluster.kubectl();
            kubectl.apply(FLOOD).ok();
            kubectl.type("wait pod/flood --for=condition=Ready --timeout=90s").ok();
            long before = residentKb(cluster);
            Path followed = cluster.folder().resolve("flood");
            Process follower = cluster.start(followed, "logs", "flood", "--follow");
            try {
                Waiting.until("what was there", () -> last(followed).contains(": ready"));
                kubectl.type("exec flood -- touch /tmp/go").ok();
                Waiting.until(
                        "the last line is followed",
                        PATIENCE,
                        () -> last(followed).contains(": " + (FLOOD_LINES - 1) + " "));
            } finally {
                follower.destroy();
            }

            assertEquals(List.of(), missing(followed));
            assertTrue(Files.size(followed) > 100_000_000, "a flood");
            cluster.kat("logs", "flood", "--histogram").shows(1 + FLOOD_LINES + " lines");
            long growth = residentKb(cluster) - before;
            assertTrue(growth < MOST_GROWTH_KB, growth + " kB more");
        }
    }

    private static long residentKb(TestCluster cluster) throws IOException {
        Path status = Path.of("/proc/" + cluster.pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /// The end of a file that may be large.
    private static String last(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - LAST_BYTES));
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    /// The first numbered lines that do not stand where their numbers say.
    private static List<String> missing(Path followed) throws IOException {
        try (Stream<String> lines = Files.lines(followed)) {
            Iterator<String> all = lines.skip(1).iterator();
            List<String> wrong = new ArrayList<>();
            for (int number = 0; number < FLOOD_LINES && wrong.size() < 3; number++) {
                String line = all.hasNext() ? all.next() : "the end";
                if (!line.contains(" main: " + number + " ")) {
                    wrong.add(number + " is " + line);
                }
            }
            return wrong;
        }
    }

    private static void followsWhatIsMeant(TestCluster cluster) throws Exception {
        Kubectl kubectl = cluster.kubectl();
        kubectl.apply(TALKER.replace("talker", "stranger")).ok();
        Path followed = cluster.folder().resolve("followed");
        Process follower =
                cluster.start(
                        followed, "logs", "-l", "app=talker", "--grep", "word|late [0-9]", "-f");
        try {
            Waiting.until("what was there", () -> last(followed).contains("the last word"));
            kubectl.type("wait pod/stranger --for=condition=Ready --timeout=90s").ok();
            kubectl.run("exec", "stranger", "--", "sh", "-c", "echo late 1 >/proc/1/fd/1").ok();
            kubectl.run("exec", "talker", "--", "sh", "-c", "echo late 2 >/proc/1/fd/1").ok();
            kubectl.run("exec", "talker", "--", "sh", "-c", "echo never >/proc/1/fd/1").ok();
            kubectl.run("exec", "talker", "--", "sh", "-c", "echo late 3 >/proc/1/fd/1").ok();
            Waiting.until("what came", () -> last(followed).contains("late 3"));
        } finally {
            follower.destroy();
        }
        List<String> texts =
                Files.readAllLines(followed).stream()
                        .map(line -> line.replaceFirst(".* talker main: ", ""))
                        .toList();
        assertEquals(List.of("the last word", "late 2", "late 3"), texts);
        kubectl.type("delete pod stranger --now").ok();
    }

    private static String logs(TestCluster cluster) {
        Outcome found = cluster.kat("logs", "-l", "app=talker", "-o", "json");
        return found.exit() == 0 ? found.out() : "";
    }

    private static void leavesNothing(TestCluster cluster) throws Exception {
        Kubectl kubectl = cluster.kubectl();
        assertTrue(
                cluster.kat("addons", "disable", "logging")
                        .failed()
                        .contains("files of its program"));
        cluster.kat("addons", "disable", "logging", "--delete-data").ok();

        assertFalse(kubectl.type("get apiservices -o name").ok().contains("logs.kat.dev"));
        assertFalse(kubectl.type("get namespaces -o name").ok().contains("/kat-"));
        assertFalse(kubectl.type("get clusterroles -o name").ok().contains("kat:logging"));
        Waiting.until("its files are gone", () -> files(cluster).isEmpty());
    }

    private static List<Path> files(TestCluster cluster) throws IOException {
        Path addons = cluster.home().resolve(cluster.name()).resolve("addons");
        if (!Files.exists(addons)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(addons)) {
            return all.toList();
        }
    }
}
