package kat.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What comes of all samples is judged by the programs of Prometheus and Alertmanager
/// themselves, where the machine has them (Debian's packages `prometheus` and
/// `prometheus-alertmanager`).
class PromtoolTest {

    private static final long PATIENCE = 60; // seconds

    @TempDir Path folder;
    private Configuration configuration;

    @BeforeEach
    void compile() throws IOException {
        configuration =
                new Cluster()
                        .add(Samples.SHOP)
                        .add(Samples.SERVICE_MONITOR)
                        .add(
                                Samples.POD_MONITOR
                                        .replace("name: none", "name: login")
                                        .replace("namespace: other", "namespace: shop"))
                        .add(Samples.PROBE)
                        .add(Samples.RULE)
                        .add(Samples.ALERTS)
                        .compiled();
        assertEquals(List.of(), configuration.problems());
        write("config", configuration.prometheus());
        write("rules", configuration.rules());
        write("targets", configuration.targets());
        write("alertmanager", configuration.alertmanager());
    }

    private void write(String name, SequencedMap<String, String> files) throws IOException {
        Path below = Files.createDirectories(folder.resolve(name));
        for (String file : files.sequencedKeySet()) {
            String text = files.get(file).replace(Compiler.FOLDER + "/", folder + "/");
            Files.writeString(below.resolve(file), text.replace("CERTIFICATE", ""));
        }
    }

    @Test
    void promtoolTakesTheConfiguration() throws Exception {
        check(
                "promtool",
                "check",
                "config",
                "--syntax-only",
                folder.resolve("config/prometheus.yml").toString());
        check("promtool", "check", "rules", folder.resolve("rules/shop_todo.yaml").toString());
    }

    @Test
    void amtoolTakesTheConfiguration() throws Exception {
        check("amtool", "check-config", folder.resolve("alertmanager/alertmanager.yml").toString());
    }

    /// Skips the test where the program is not there.
    static void check(String... command) throws Exception {
        assumeTrue(isThere(command[0]), command[0] + " is not installed");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertTrue(process.waitFor(PATIENCE, TimeUnit.SECONDS), "it did not end");
        assertEquals(0, process.exitValue(), said);
    }

    static boolean isThere(String program) {
        List<String> folders = new ArrayList<>(List.of(System.getenv("PATH").split(":", -1)));
        return folders.stream().anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
