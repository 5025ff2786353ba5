package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Helm's verbs against a whole cluster: the life of a release, a crash in the middle of it, and
/// charts from a repository.
@ExtendWith(LiveCluster.Shared.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HelmTest {

    @TempDir private Path home;
    private HelmProcess helm;
    private KubernetesClient client;
    private String namespace;

    @BeforeEach
    void useANamespaceOfItsOwn(LiveCluster cluster) throws IOException {
        namespace = cluster.name("helm");
        helm = new HelmProcess(home, cluster.tokenKubeconfig());
        client =
                new KubernetesClientBuilder()
                        .withConfig(
                                Config.fromKubeconfig(Files.readString(cluster.tokenKubeconfig())))
                        .build();
        chart("web", "1.0.0");
    }

    @AfterEach
    void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }

    /// A chart with a ConfigMap, a Service, and a hook that runs for ever when it is wanted.
    private Path chart(String name, String version) throws IOException {
        Path folder = home.resolve(name);
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(
                folder.resolve("Chart.yaml"),
                "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n");
        Files.writeString(folder.resolve("values.yaml"), "type: ClusterIP\nslow: false\n");
        Files.writeString(
                folder.resolve("templates/objects.yaml"),
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: "{{ .Release.Name }}"}
                data: {said: "{{ .Values.said }}"}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: "{{ .Release.Name }}"}
                spec: {type: "{{ .Values.type }}", ports: [{port: 80}]}
                {{- if .Values.nowhere }}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: "{{ .Release.Name }}"}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {nodeSelector: {is: nowhere}, containers: [{name: a, image: a}]}
                {{- end }}
                {{- if .Values.slow }}
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: "{{ .Release.Name }}-slow"
                  annotations: {helm.sh/hook: pre-upgrade}
                spec: {containers: [{name: a, image: a}]}
                {{- end }}
                """);
        return folder;
    }

    private HelmProcess.Ended run(String... words) throws IOException, InterruptedException {
        List<String> all = new java.util.ArrayList<>(List.of(words));
        all.addAll(List.of("-n", namespace));
        return helm.run(all.toArray(String[]::new));
    }

    /// Revision, state and description of each revision.
    private List<String> history() throws IOException, InterruptedException {
        String json = run("history", "web", "-o", "json").good();
        return java.util.regex.Pattern.compile(
                        "\"revision\":(\\d+).*?\"status\":\"(.*?)\".*?\"description\":\"(.*?)[\":\\\\]")
                .matcher(json)
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3).strip())
                .toList();
    }

    private String said() {
        return client.configMaps()
                .inNamespace(namespace)
                .withName("web")
                .require()
                .getData()
                .get("said");
    }

    @Test
    void aReleaseLeavesNothingAtTheEndOfItsLife() throws Exception {
        String installed =
                run("install", "web", "web", "--set", "said=one", "--create-namespace").good();
        String upgraded = run("upgrade", "web", "web", "--set-string", "said=2").good();
        HelmProcess.Ended failed = run("upgrade", "web", "web", "--set", "said=3,type=Odd");

        assertTrue(installed.startsWith("NAME: web\nLAST DEPLOYED: "), installed);
        assertTrue(
                installed.endsWith("STATUS: deployed\nREVISION: 1\nTEST SUITE: None\n"), installed);
        assertTrue(
                upgraded.startsWith("Release \"web\" has been upgraded. Happy Helming!\n"),
                upgraded);
        assertEquals(1, failed.code());
        assertTrue(failed.text().startsWith("Error: UPGRADE FAILED: "), failed.text());
        assertEquals("3", said());

        assertEquals(
                "Rollback was a success! Happy Helming!\n", run("rollback", "web", "1").good());
        assertEquals("one", said());
        HelmProcess.Ended atomic = run("upgrade", "web", "web", "--set", "type=Odd", "--atomic");
        assertTrue(
                atomic.text().contains("has been rolled back due to atomic being set"),
                atomic.text());
        assertEquals(
                List.of(
                        "1 superseded Install complete",
                        "2 superseded Upgrade complete",
                        "3 failed Upgrade",
                        "4 superseded Rollback to 1",
                        "5 failed Upgrade",
                        "6 deployed Rollback to 4"),
                history());

        assertEquals("release \"web\" uninstalled\n", run("uninstall", "web", "--wait").good());
        assertEquals("Error: release: not found\n", run("status", "web").text());
        assertEquals(List.of(), client.secrets().inNamespace(namespace).list().getItems());
        assertEquals(List.of(), client.services().inNamespace(namespace).list().getItems());
    }

    @Test
    void anUpgradeInstallsWhatIsNotThereYet() throws Exception {
        Files.writeString(home.resolve("said.txt"), "from a file");
        Files.writeString(home.resolve("more.yaml"), "type: NodePort\n");
        String[] words = {
            "upgrade",
            "--install",
            "web",
            "web",
            "--set-file",
            "said=said.txt",
            "-f",
            "more.yaml",
            "--wait",
            "--timeout",
            "1m",
            "--create-namespace",
        };

        String first = run(words).good();
        String second = run(words).good();

        String absent = "Release \"web\" does not exist. Installing it now.\nNAME: web\n";
        assertTrue(first.startsWith(absent), first);
        assertTrue(second.startsWith("Release \"web\" has been upgraded."), second);
        assertEquals("from a file", said());
        String type =
                client.services()
                        .inNamespace(namespace)
                        .withName("web")
                        .require()
                        .getSpec()
                        .getType();
        assertEquals("NodePort", type);
        assertEquals(
                List.of("1 superseded Install complete", "2 deployed Upgrade complete"), history());
    }

    @Test
    void whatDoesNotBecomeReadyFailsInItsTimeAndAtomicallyLeavesNothing() throws Exception {
        String[] never = {
            "upgrade", "--install", "web", "web", "--set", "nowhere=true", "--timeout", "5s",
        };
        HelmProcess.Ended first = run(with(never, "--atomic", "--create-namespace"));
        String none = run("list", "--all", "--short").good();
        String unused = run("install", "web", "web").good();

        HelmProcess.Ended late = run(with(never, "--wait"));

        assertEquals(1, first.code());
        String uninstalled =
                "Error: release web failed, and has been uninstalled due to atomic being set: ";
        assertTrue(first.text().contains(uninstalled), first.text());
        assertEquals("", none);
        assertEquals(1, late.code());
        assertTrue(late.text().startsWith("Error: UPGRADE FAILED: "), late.text());
        assertTrue(late.text().contains("context deadline"), late.text());
        assertTrue(history().getLast().startsWith("2 failed "), history()::toString);
    }

    private static String[] with(String[] words, String... more) {
        return Stream.of(words, more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void whatIsInstalledIsToldWithItsValues() throws Exception {
        Files.writeString(home.resolve("words.txt"), "one, two\nthree");
        String unused =
                run("install", "web", "web", "--set-file", "said=words.txt", "--create-namespace")
                        .good();
        unused =
                run("upgrade", "web", "web", "--set", "said=two", "--description", "new words")
                        .good();

        assertEquals("one, two\nthree", valueOf("--revision", "1"));
        assertEquals("two", valueOf());
        String all = run("get", "values", "web", "-a", "-o", "json").good();
        assertEquals("{\"said\":\"two\",\"slow\":false,\"type\":\"ClusterIP\"}\n", all);
        assertEquals("type: ClusterIP\nslow: false\n\n", run("show", "values", "web").good());

        String status = run("status", "web").good();
        assertTrue(status.startsWith("NAME: web\nLAST DEPLOYED: "), status);
        assertTrue(
                status.contains("\nNAMESPACE: " + namespace + "\nSTATUS: deployed\nREVISION: 2\n"),
                status);
        assertEquals("2 deployed new words", history().getLast());
        String first = run("status", "web", "--revision", "1", "-o", "json").good();
        assertTrue(first.contains("\"status\":\"superseded\""), first);

        List<String> listed = run("list").good().lines().toList();
        assertEquals(2, listed.size(), listed.toString());
        assertEquals(
                List.of(
                        "NAME",
                        "NAMESPACE",
                        "REVISION",
                        "UPDATED",
                        "STATUS",
                        "CHART",
                        "APP VERSION"),
                cells(listed.getFirst()));
        List<String> row = cells(listed.getLast());
        assertEquals(List.of("web", namespace, "2"), row.subList(0, 3));
        assertEquals(List.of("deployed", "web-1.0.0"), row.subList(4, 6));
        assertTrue(
                row.get(3)
                        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d+ [+-]\\d{4} .+"),
                row.get(3));
        assertEquals("web\n", run("list", "-q", "--filter", "^w").good());
        assertEquals("", run("list", "-q", "--failed").good());
        assertEquals("[]\n", run("list", "-o", "json", "--filter", "none").good());
    }

    private String valueOf(String... more) throws IOException, InterruptedException {
        List<String> words =
                new java.util.ArrayList<>(List.of("get", "values", "web", "-o", "json"));
        words.addAll(List.of(more));
        String json = run(words.toArray(String[]::new)).good();
        return ((JsonObject) Json.parse(json.getBytes(UTF_8))).string("said");
    }

    private static List<String> cells(String line) {
        return java.util.Arrays.stream(line.split("\t")).map(String::strip).toList();
    }

    @Test
    void aTriedRollbackTellsOfEachObjectAndKeepsNothing() throws Exception {
        String unused =
                run("install", "web", "web", "--set", "said=one", "--create-namespace").good();
        Files.writeString(
                home.resolve("web/templates/more.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n");
        unused = run("upgrade", "web", "web", "--set", "said=two,type=NodePort").good();
        String last = "2 deployed Upgrade complete";

        String tried = run("rollback", "web", "1", "--dry-run=server").good();

        assertTrue(tried.contains("changed configmaps web\n"), tried);
        assertTrue(tried.contains("changed services web\n"), tried);
        assertTrue(tried.contains("deleted configmaps more\n"), tried);
        assertEquals("two", said());
        assertEquals(last, history().getLast());
        assertTrue(
                client.configMaps().inNamespace(namespace).withName("more").get() != null, tried);

        String done = run("rollback", "web", "1", "--debug").good();
        assertTrue(done.contains("changed configmaps web\n"), done);
        assertTrue(done.endsWith("Rollback was a success! Happy Helming!\n"), done);
        assertEquals("one", said());
        assertEquals("3 deployed Rollback to 1", history().getLast());
        assertTrue(client.configMaps().inNamespace(namespace).withName("more").get() == null, done);
    }

    @Test
    void anUpgradeThatWasKilledIsNoHindrance() throws Exception {
        String unused =
                run("install", "web", "web", "--set", "said=one", "--create-namespace").good();
        Process killed = helm.start("upgrade", "web", "web", "--set", "slow=true", "-n", namespace);
        Waiting.until(
                "the upgrade is under way",
                () -> client.pods().inNamespace(namespace).withName("web-slow").get() != null);

        assertEquals(
                "Error: another operation (install/upgrade/rollback) is in progress\n",
                run("upgrade", "web", "web").text());
        killed.destroyForcibly().waitFor();
        assertEquals("2 pending-upgrade Preparing upgrade", history().getLast());

        String recovered = run("upgrade", "web", "web", "--set", "said=two").good();
        assertTrue(recovered.startsWith("WARNING: revision 2 of release \"web\""), recovered);
        assertEquals("two", said());
        assertEquals(
                List.of(
                        "1 superseded Install complete",
                        "2 failed Upgrade",
                        "3 deployed Upgrade complete"),
                history());
    }

    @Test
    void chartsComeFromARepository() throws Exception {
        Path served = Files.createDirectories(home.resolve("served"));
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    Path file = served.resolve(exchange.getRequestURI().getPath().substring(1));
                    byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
                    exchange.sendResponseHeaders(body.length > 0 ? 200 : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            useRepository("http://127.0.0.1:" + server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    private void useRepository(String url) throws Exception {
        for (String version : List.of("1.0.0", "1.1.0")) {
            String packed = run("package", chart("web", version).toString(), "-d", "served").good();
            assertTrue(packed.endsWith("served/web-" + version + ".tgz\n"), packed);
        }
        assertEquals("", run("repo", "index", "served").good());
        assertEquals(
                "\"mine\" has been added to your repositories\n",
                run("repo", "add", "mine", url).good());
        assertEquals(
                "[{\"name\":\"mine\",\"url\":\"" + url + "\"}]\n",
                run("repo", "list", "-o", "json").good());
        assertTrue(run("repo", "update").good().contains("Update Complete. ⎈Happy Helming!⎈"), url);
        assertTrue(run("search", "repo", "web").good().contains("mine/web\t1.1.0"), url);

        String pulled =
                run("pull", "mine/web", "--version", "1.0.0", "--untar", "-d", "got").text();
        assertEquals("", pulled);
        assertTrue(Files.readString(home.resolve("got/web/Chart.yaml")).contains("1.0.0"), url);

        Path stack = chart("stack", "1.0.0");
        Files.writeString(
                stack.resolve("Chart.yaml"),
                "dependencies: [{name: web, version: ^1.0.0, repository: \"" + url + "\"}]\n",
                java.nio.file.StandardOpenOption.APPEND);
        String updated = run("dependency", "update", stack.toString()).good();
        assertTrue(updated.contains("Saving 1 charts"), updated);
        assertTrue(Files.exists(stack.resolve("charts/web-1.1.0.tgz")), updated);

        Files.delete(stack.resolve("charts/web-1.1.0.tgz"));
        String built = run("dependency", "build", stack.toString()).good();
        assertTrue(built.contains("Downloading web from repo " + url), built);
        assertTrue(Files.exists(stack.resolve("charts/web-1.1.0.tgz")), built);
        Path chart = stack.resolve("Chart.yaml");
        Files.writeString(chart, Files.readString(chart).replace("^1.0.0", "~1.0.0"));
        assertEquals(
                "Error: the lock file (Chart.lock) is out of sync with the dependencies file"
                        + " (Chart.yaml). Please update the dependencies\n",
                run("dependency", "build", stack.toString()).text());
        Files.writeString(chart, Files.readString(chart).replace("\"" + url + "\"", "\"@mine\""));
        String byName = run("dependency", "update", stack.toString()).good();
        assertTrue(Files.exists(stack.resolve("charts/web-1.0.0.tgz")), byName);
        assertTrue(Files.notExists(stack.resolve("charts/web-1.1.0.tgz")), byName);
    }
}
