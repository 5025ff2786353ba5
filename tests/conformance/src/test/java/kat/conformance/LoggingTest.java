package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The logging add-on on a real node: lines are found when their pod is gone.
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

            kubectl.type("delete pod talker --now").ok();

            assertFalse(kubectl.type("get pods -o name").ok().contains("talker"));
            assertTrue(logs(cluster).contains("\"order\":\"4711\""), "JSON is read into fields");
            cluster.kat("logs", "-l", "app=talker", "--words", "order place", "-o", "json")
                    .shows("IllegalStateException: broken\\n\\tat shop.Order.place(Order.java:7)");
            cluster.kat("logs", "talker", "--grep", "last w.rd", "-C", "1")
                    .shows("talker main- java.lang.Ill", "talker main: the last word");
            cluster.kat("logs", "-A", "-l", "app=talker", "--histogram").shows("3 lines");
            cluster.kat("logs", "talker", "--fields").shows("http.code (1): 503");

            leavesNothing(cluster);
        }
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
