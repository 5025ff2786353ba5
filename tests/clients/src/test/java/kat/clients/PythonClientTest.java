package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What `src/test/python/clients.py` does with the package `kubernetes`: one test a behaviour.
@ExtendWith(LiveCluster.Shared.class)
class PythonClientTest {

    private static final Path SOURCES = Path.of("src", "test", "python");
    private static final int FEWEST = 16;
    private static final int MINUTES = 8;

    @TempDir Path folder;

    @TestFactory
    @Timeout(value = MINUTES, unit = TimeUnit.MINUTES)
    Stream<DynamicTest> pythonsClient(LiveCluster cluster) throws Exception {
        Python python = Python.with(SOURCES.resolve("requirements.txt").toAbsolutePath());
        List<String> lines;
        try (BareServer echo = new BareServer()) {
            Path kubeconfig = folder.resolve("echo.kubeconfig");
            Files.writeString(kubeconfig, echo.kubeconfig());
            lines =
                    python.run(
                            SOURCES.resolve("clients.py"),
                            cluster.kubeconfig().toString(),
                            cluster.tokenKubeconfig().toString(),
                            kubeconfig.toString());
        }
        List<String> behaviours =
                lines.stream().filter(line -> line.matches("(ok|FAIL) .*")).toList();
        assertTrue(behaviours.size() >= FEWEST, () -> "the script ended early: " + lines);
        return behaviours.stream()
                .map(
                        line -> {
                            String name = line.split("[ :]", -1)[1];
                            return DynamicTest.dynamicTest(
                                    name, () -> assertEquals("ok " + name, line));
                        });
    }
}
