package kat.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Helm's verbs with charts in a real registry that wants a password.
@ExtendWith(LiveCluster.Shared.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HelmRegistryTest {

    private static final String CONFIG_MAP =
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: "{{ .Release.Name }}"}
            data: {version: "{{ .Chart.Version }}"}
            """;

    @TempDir private Path home;
    private DistributionRegistry registry;
    private HelmProcess helm;
    private String namespace;
    private String charts;

    @BeforeEach
    void useARegistryOfItsOwn(LiveCluster cluster) throws Exception {
        registry = DistributionRegistry.start(home.resolve("registry"));
        helm = new HelmProcess(home, cluster.tokenKubeconfig());
        namespace = cluster.name("registry");
        charts = "oci://" + registry.address() + "/charts";
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private Path chart(String name, String version) throws IOException {
        Path folder = home.resolve(name);
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(
                folder.resolve("Chart.yaml"),
                "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n");
        Files.writeString(folder.resolve("templates/map.yaml"), CONFIG_MAP);
        return folder;
    }

    private HelmProcess.Ended login(String password) throws Exception {
        return helm.run(
                "registry",
                "login",
                registry.address(),
                "--username=me",
                "--password=" + password,
                "--plain-http");
    }

    private void push(String name, String version) throws Exception {
        String packed = helm.run("package", chart(name, version).toString()).good();
        assertTrue(packed.endsWith(name + "-" + version + ".tgz\n"), packed);
        String pushed =
                helm.run("push", name + "-" + version + ".tgz", charts, "--plain-http").good();
        assertTrue(
                pushed.startsWith(
                        "Pushed: " + registry.address() + "/charts/" + name + ":" + version),
                pushed);
    }

    @Test
    void showsPullsAndInstallsWhatWasPushed() throws Exception {
        HelmProcess.Ended refused = login("wrong");
        assertEquals(1, refused.code());
        assertTrue(refused.text().contains("401: unauthorized"), refused.text());
        String entered = login("secret").good();
        assertTrue(entered.endsWith("Login Succeeded\n"), entered);
        push("web", "1.0.0");
        push("web", "1.1.0");

        String web = charts + "/web";
        String shown = helm.run("show", "chart", web, "--plain-http").good();
        assertTrue(shown.contains("version: 1.1.0\n"), shown);
        String unusedPull =
                helm.run("pull", web, "--version=1.0.0", "--plain-http", "--untar", "-d", "got")
                        .good();
        assertTrue(
                Files.readString(home.resolve("got/web/Chart.yaml")).contains("1.0.0"), unusedPull);
        String installed =
                helm.run(
                                "install",
                                "web",
                                web,
                                "--version=~1.0",
                                "--plain-http",
                                "--create-namespace",
                                "-n",
                                namespace)
                        .good();
        assertTrue(installed.contains("STATUS: deployed\n"), installed);
        String upgraded = helm.run("upgrade", "web", web, "--plain-http", "-n", namespace).good();
        assertTrue(upgraded.contains("REVISION: 2\n"), upgraded);
        String listed = helm.run("list", "-n", namespace, "-o", "json").good();
        assertTrue(listed.contains("\"chart\":\"web-1.1.0\""), listed);

        assertEquals(
                "Removing login credentials for " + registry.address() + "\n",
                helm.run("registry", "logout", registry.address()).good());
        HelmProcess.Ended anonymous = helm.run("pull", web, "--plain-http");
        assertEquals(1, anonymous.code());
        assertTrue(anonymous.text().contains("basic credential not found"), anonymous.text());
    }

    @Test
    void bringsDependenciesFromARegistry() throws Exception {
        String unused = login("secret").good();
        for (String version : List.of("1.0.0", "1.1.0", "2.0.0")) {
            push("web", version);
        }
        Path stack = chart("stack", "1.0.0");
        Files.writeString(
                stack.resolve("Chart.yaml"),
                "dependencies: [{name: web, version: ^1.0.0, repository: \"" + charts + "\"}]\n",
                StandardOpenOption.APPEND);

        String updated = helm.run("dependency", "update", stack.toString(), "--plain-http").good();
        Files.delete(stack.resolve("charts/web-1.1.0.tgz"));
        String built = helm.run("dependency", "build", stack.toString(), "--plain-http").good();

        String expected =
                "Saving 1 charts\nDownloading web from repo "
                        + charts
                        + "\nDeleting outdated charts\n";
        assertEquals(expected, updated);
        assertEquals(expected, built);
        assertTrue(Files.exists(stack.resolve("charts/web-1.1.0.tgz")), built);
        assertTrue(
                Files.readString(stack.resolve("Chart.lock")).contains("  version: 1.1.0\n"),
                built);
    }
}
