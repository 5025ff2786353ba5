package kat.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kat.base.Randomness;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    private static final Path CHARTS = Path.of("../../examples/todo/charts");

    /// What a command printed and how it ended.
    private record Ended(int code, String out, String err) {}

    private static Ended helm(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                new Main(
                                new Main.Console(
                                        InputStream.nullInputStream(),
                                        new PrintStream(out, true, StandardCharsets.UTF_8),
                                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                                Map.of("HOME", "/nowhere"),
                                new SystemTicker(),
                                Randomness.system())
                        .run(args);
        return new Ended(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "web", "postgresql"})
    void findsNoFaultInTheChartsOfTheExample(String chart) {
        Ended lint = helm("lint", "--strict", CHARTS.resolve(chart).toString());

        assertEquals(0, lint.code(), lint.err());
        assertTrue(lint.out().endsWith("1 chart(s) linted, 0 chart(s) failed\n"), lint.out());
    }

    @Test
    void rendersAChart() {
        Ended template =
                helm(
                        "template",
                        "mine",
                        CHARTS.resolve("web").toString(),
                        "--set",
                        "replicas=3",
                        "-n",
                        "fe");

        assertEquals(0, template.code(), template.err());
        assertTrue(template.out().contains("  replicas: 3\n"), template.out());
        assertTrue(template.out().contains("app.kubernetes.io/instance: mine"), template.out());
    }

    @Test
    void rendersHooksAfterTheObjects(@TempDir Path folder) throws IOException {
        Path chart = folder.resolve("web");
        Ended created = helm("create", chart.toString());
        Files.writeString(
                chart.resolve("templates/before.yaml"),
                """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: before
                  annotations: {"helm.sh/hook": "pre-install,pre-upgrade", note: "ü"}
                """);

        Ended all = helm("template", "mine", chart.toString());
        Ended untested = helm("template", "mine", chart.toString(), "--skip-tests");
        Ended plain = helm("template", "mine", chart.toString(), "--no-hooks");

        assertEquals(0, created.code(), created.err());
        String hook = "---\n# Source: web/templates/before.yaml\napiVersion: batch/v1\n";
        assertTrue(all.out().contains(hook), all.out());
        assertTrue(
                all.out().contains("{\"helm.sh/hook\": \"pre-install,pre-upgrade\", note: \"ü\"}"),
                all.out());
        assertTrue(all.out().indexOf("kind: Deployment") < all.out().indexOf(hook), all.out());
        assertTrue(all.out().contains("test-connection"), all.out());
        assertTrue(untested.out().contains(hook), untested.out());
        assertFalse(untested.out().contains("test-connection"), untested.out());
        assertFalse(plain.out().contains("helm.sh/hook"), plain.out());
    }

    @Test
    void asksNoClusterAndFindsHooksInValues(@TempDir Path folder) throws IOException {
        Path chart = folder.resolve("web");
        Ended created = helm("create", chart.toString());
        assertEquals(0, created.code(), created.err());
        Files.writeString(
                chart.resolve("templates/kept.yaml"),
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: kept
                  annotations: {{ .Values.kept | toJson }}
                data:
                  key: {{ (lookup "v1" "Secret" "x" "kept").data | default "bmV3" }}
                """);
        Path values = chart.resolve("values.yaml");
        Files.writeString(
                values, Files.readString(values) + "\nkept: {helm.sh/hook: pre-install}\n");

        Ended hook = helm("template", "mine", chart.toString());
        Ended object = helm("template", "mine", chart.toString(), "--set", "kept=null");

        assertTrue(hook.out().contains("key: bmV3"), hook.out() + hook.err());
        assertTrue(hook.out().contains("{\"helm.sh/hook\":\"pre-install\"}"), hook.out());
        assertTrue(object.out().contains("key: bmV3"), object.out() + object.err());
    }

    @Test
    void rendersForTheKubernetesOfTheCluster(@TempDir Path folder) throws IOException {
        Path chart = folder.resolve("web");
        Ended created = helm("create", chart.toString());
        assertEquals(0, created.code(), created.err());
        Files.writeString(
                chart.resolve("templates/version.yaml"),
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: version
                  labels: {kubernetes: "{{ .Capabilities.KubeVersion.Version }}"}
                """);

        Ended usual = helm("template", chart.toString());
        Ended older = helm("template", chart.toString(), "--kube-version", "1.30.2");

        assertTrue(usual.out().contains("{kubernetes: \"v1.36.3\"}"), usual.out() + usual.err());
        assertTrue(older.out().contains("{kubernetes: \"v1.30.2\"}"), older.out() + older.err());
    }

    @Test
    void refusesValuesThatTheSchemaForbids() {
        Ended template =
                helm(
                        "template",
                        "mine",
                        CHARTS.resolve("web").toString(),
                        "--set",
                        "replicas=many");

        assertEquals(1, template.code());
        assertTrue(template.err().contains("replicas"), template.err());
    }

    @Test
    void putsTheChartsOfAStackTogether(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(CHARTS)) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(CHARTS.relativize(file).toString());
                boolean isBuilt = file.toString().matches(".*(\\.tgz|/Chart.lock)");
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else if (!isBuilt) {
                    Files.copy(file, copy);
                }
            }
        }
        String todo = folder.resolve("todo").toString();

        Ended update = helm("dependency", "update", todo);
        Ended lint = helm("lint", todo);

        assertEquals(0, update.code(), update.err());
        assertTrue(update.out().contains("Saving 3 charts"), update.out());
        assertEquals(0, lint.code(), lint.err());
    }

    @Test
    void saysInHelmsWordsWhatItCannotDo() {
        assertEquals(
                new Ended(1, "", "Error: path \"nowhere\" not found\n"), helm("lint", "nowhere"));
        assertEquals(
                new Ended(
                        1,
                        "",
                        "Error: INSTALLATION FAILED: must either provide a name or specify"
                                + " --generate-name\n"),
                helm("install", "a"));
        assertEquals(
                new Ended(
                        1,
                        "",
                        "Error: INSTALLATION FAILED: release name \"A_b\": invalid release name,"
                                + " must match regex"
                                + " ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
                                + " and the length must not be longer than 53\n"),
                helm("install", "A_b", "."));
        assertEquals(new Ended(1, "", "Error: unknown flag: --colour\n"), helm("list", "--colour"));
        assertEquals(
                """
                Error: "helm history" requires 1 argument

                Usage:  helm history RELEASE_NAME [flags]
                """,
                helm("history").err());
        assertEquals(
                """
                Error: unknown command "foo" for "helm"
                Run 'helm --help' for usage.
                """,
                helm("foo").err());
    }

    @ParameterizedTest
    @CsvSource({"5m0s, 300", "90s, 90", "1h, 3600", "1m30s, 90"})
    void readsDurations(String said, int seconds) {
        assertEquals(seconds, HelmOptions.seconds(said));
    }

    @Test
    void alignsColumnsAsHelmDoes() {
        assertEquals(
                "NAME\tREV\nlong\t1  \n",
                Columns.of(List.of(List.of("NAME", "REV"), List.of("long", "1"))));
    }
}
