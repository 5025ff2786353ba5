package kat.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A bundle of one cluster brings add-ons and a chart up in another, which has no image of its
/// own and asks no registry.
@Tag("root")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BundleTest {

    /// Both images of the add-on `monitoring`, as they are built from packages.
    private static final List<String> MONITORING =
            List.of(
                    "prometheus.image=docker.io/library/prometheus:debian",
                    "alertmanager.image=docker.io/library/alertmanager:debian");

    @Test
    void whatOneClusterPacksRunsInAnotherWithoutARegistry() throws Exception {
        assumeTrue(TestCluster.hasHelm(), "tools/packages is not built");
        assumeTrue(TestCluster.hasProgram("monitoring"), "tools/monitoring is not built");
        byte[] bundle;
        try (TestCluster cluster = TestCluster.named("packer")) {
            cluster.up().ok();
            cluster.kat("image", "load", TestCluster.toolkitImage("registry").toString()).ok();
            cluster.kat("image", "load", TestCluster.monitoringImages().toString()).ok();
            cluster.kat("image", "load", TestCluster.image("echo").toString()).ok();
            bundle = packed(cluster, "one.tar");
            assertArrayEquals(bundle, packed(cluster, "two.tar"), "the same every time");
        }
        try (TestCluster cluster = TestCluster.named("bundled")) {
            cluster.up().ok();
            takesNothingOfADamagedOne(cluster, bundle);

            Path file = Files.write(cluster.folder().resolve("bundle.tar"), bundle);
            cluster.kat("bundle", "load", file.toString())
                    .shows(
                            "registry:3.0.0",
                            "prometheus:debian",
                            "alertmanager:debian",
                            "loaded bundle/web 1.2.0");
            cluster.kat("addons", "enable", "registry", "--wait").shows("localhost:32000/web:1");
            cluster.kat("helm", "install", "web", "bundle/web", "--wait", "--timeout", "90s").ok();
            assertEquals(
                    "1",
                    cluster.kubectl().field("deployment/web", ".status.readyReplicas"),
                    "the chart's pod runs");
            cluster.kat("addons", "disable", "registry", "--delete-data").ok();
            bringsMonitoringUp(cluster);
        }
    }

    private static void bringsMonitoringUp(TestCluster cluster) throws InterruptedException {
        cluster.kat(set(List.of("addons", "enable", "monitoring", "--wait"), "")).ok();
        for (String program : List.of("prometheus", "alertmanager")) {
            assertEquals(
                    "1",
                    cluster.kubectl()
                            .in("kat-monitoring")
                            .field("deployment/" + program, ".status.readyReplicas"),
                    program + " runs");
        }
        cluster.kat("addons", "disable", "monitoring", "--delete-data").ok();
    }

    /// @param prefix of the names of values
    private static String[] set(List<String> words, String prefix) {
        List<String> all = new ArrayList<>(words);
        MONITORING.forEach(value -> all.addAll(List.of("--set", prefix + value)));
        return all.toArray(String[]::new);
    }

    private static byte[] packed(TestCluster cluster, String name) throws IOException {
        Path chart = cluster.folder().resolve("web");
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(
                chart.resolve("Chart.yaml"), "{apiVersion: v2, name: web, version: 1.2.0}\n");
        Files.writeString(
                chart.resolve("templates").resolve("web.yaml"),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: echo, imagePullPolicy: IfNotPresent}]}
                """);
        Path file = cluster.folder().resolve(name);
        List<String> create =
                List.of(
                        "bundle",
                        "create",
                        "--addons",
                        "registry,monitoring",
                        "--chart",
                        chart.toString(),
                        "-o",
                        file.toString());
        cluster.kat(set(create, "monitoring."))
                .shows(
                        "image docker.io/library/registry:3.0.0",
                        "image docker.io/library/prometheus:debian",
                        "image docker.io/library/alertmanager:debian",
                        "chart web 1.2.0",
                        "digest sha256:");
        return Files.readAllBytes(file);
    }

    private static void takesNothingOfADamagedOne(TestCluster cluster, byte[] bundle)
            throws IOException {
        Path cut = cluster.folder().resolve("cut.tar");
        Files.write(cut, Arrays.copyOf(bundle, bundle.length * 2 / 3));
        byte[] changed = bundle.clone();
        changed[bundle.length * 2 / 3] ^= 1;
        Path tampered = Files.write(cluster.folder().resolve("tampered.tar"), changed);

        for (Path file : new Path[] {cut, tampered}) {
            String said = cluster.kat("bundle", "load", file.toString()).failed();
            assertTrue(said.contains("cannot use " + file + ": it is damaged: "), said);
        }
        assertFalse(cluster.kat("image", "list").ok().contains("registry:3.0.0"));
        assertTrue(
                cluster.kat("helm", "show", "chart", "bundle/web").failed().contains("bundle"),
                "no chart either");
    }
}
