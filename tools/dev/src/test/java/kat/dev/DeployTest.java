package kat.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verbs that change a cluster, with a kubectl that notes what it is asked.
class DeployTest {

    @TempDir Path folder;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void prepare() throws IOException {
        Files.writeString(
                folder.resolve("kubectl"),
                """
                #!/bin/sh
                here=$(dirname "$0")
                echo "$@" >> "$here/asked"
                case "$*" in
                  *apply*) cat >> "$here/applied"; echo pod/x created; echo pod/y unchanged ;;
                  *delete*) cat > /dev/null; echo pod/x deleted ;;
                  *rollout*) [ ! -e "$here/broken" ] || { echo timed out >&2; exit 1; } ;;
                  *get*deployment*) cat "$here/deployment" ;;
                  *get*pods*) cat "$here/pods" ;;
                  *get*events*) cat "$here/events" ;;
                  *logs*) echo out of luck ;;
                esac
                """);
        Files.setPosixFilePermissions(
                folder.resolve("kubectl"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                """
                apiVersion: skaffold/v4beta11
                kind: Config
                build: {artifacts: [{image: web, custom: {buildCommand: x}}]}
                manifests: {rawYaml: [web.yaml]}
                deploy:
                  kubectl:
                    flags: {apply: [--server-side]}
                    hooks:
                      before: [{host: {command: [sh, -c, "echo before >> asked"]}}]
                      after:
                        - {host: {command: [sh, -c, "echo after >> asked"]}}
                        - container: {command: [ls], podName: web-*}
                """);
        Files.writeString(
                folder.resolve("web.yaml"),
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: fe}
                spec: {template: {spec: {containers: [{name: c, image: web}]}}}
                ---
                {apiVersion: v1, kind: Namespace, metadata: {name: fe}}
                """);
    }

    /// What the cluster holds after the deployment.
    @BeforeEach
    void fill() throws IOException {
        Files.writeString(
                folder.resolve("deployment"),
                "{\"items\":[{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"web\"}}}}]}");
        Files.writeString(
                folder.resolve("pods"),
                """
                {"items":[{"metadata":{"name":"web-1","namespace":"fe",
                  "creationTimestamp":"2026-01-01T00:00:00Z"},
                  "spec":{"containers":[{"name":"c","image":"web:1"}]},
                  "status":{"containerStatuses":[{"name":"c","state":{"running":{}},
                    "lastState":{"terminated":{"exitCode":3}}}]}}]}
                """);
        Files.writeString(
                folder.resolve("events"),
                """
                {"items":[{"type":"Warning","reason":"BackOff","message":"again",
                  "involvedObject":{"name":"web-1"}}]}
                """);
    }

    private int run(String... words) {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put("KAT_KUBECTL", folder.resolve("kubectl").toString());
        environment.put("KAT_DEV_STORE", folder.resolve("store").toString());
        environment.remove("KUBECONFIG");
        environment.put("HOME", folder.toString());
        PrintStream quiet = new PrintStream(err, true, StandardCharsets.UTF_8);
        Screen screen = new Screen(quiet, quiet, false);
        return new Main(screen, environment, folder, new SystemTicker()).run(words);
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(folder.resolve("asked"));
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void appliesWithHooksAroundAndWaits() throws IOException {
        assertEquals(0, run("deploy", "-i", "web=web:1"), err());

        assertEquals(
                List.of(
                        "before",
                        "apply -f - --server-side",
                        "after",
                        "get -o json --ignore-not-found pods -n fe",
                        "exec -n fe web-1 -c c -- ls",
                        "rollout status deployment/web -n fe --timeout=600s"),
                asked());
        String applied = Files.readString(folder.resolve("applied"));
        assertTrue(applied.contains("image: web:1"), applied);
        assertTrue(applied.indexOf("Namespace") < applied.indexOf("Deployment"), applied);
        assertTrue(err().contains("pod/x created"), err());
        assertFalse(err().contains("pod/y"), err());
    }

    @Test
    void tellsWhyARolloutFailed() throws IOException {
        Files.writeString(folder.resolve("broken"), "");

        assertEquals(1, run("deploy", "-i", "web=web:1"));

        String told =
                """
                deployment/web in fe: timed out
                  pod/web-1 c: it ended with 3
                  event web-1: BackOff: again
                  | out of luck
                """;
        assertTrue(err().contains(told), err());
    }

    @Test
    void deploysWithoutWaitingWhenAsked() throws IOException {
        assertEquals(0, run("deploy", "-i", "web=web:1", "--status-check=false", "-n", "x"));

        assertTrue(asked().contains("--namespace=x apply -f - --server-side"), err());
        assertTrue(asked().stream().noneMatch(line -> line.contains("rollout")), err());
    }

    @Test
    void saysWhichImagesAreNotBuilt() {
        assertEquals(1, run("deploy"));

        assertTrue(err().contains("say which images to use for web with --images"), err());
    }

    @Test
    void takesAwayWhatItDeployed() throws IOException {
        assertEquals(0, run("undeploy"), err());

        assertEquals(List.of("delete --ignore-not-found --wait=false -f -"), asked());
    }

    @Test
    void saysWhereImagesCouldGoWithoutACluster() {
        assertEquals(1, run("run"));

        assertTrue(err().contains("there is no cluster of KAT on this machine"), err());
    }

    private void kustomization() throws IOException {
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                """
                apiVersion: skaffold/v4beta11
                kind: Config
                build: {artifacts: [{image: web, custom: {buildCommand: x}}]}
                manifests:
                  kustomize: {paths: [overlay], buildArgs: [--load-restrictor=LoadRestrictionsNone]}
                deploy: {kubectl: {}}
                """);
    }

    @Test
    void appliesWhatKustomizeMakes() throws IOException {
        kustomization();
        Files.writeString(
                folder.resolve("kubectl"),
                Files.readString(folder.resolve("kubectl"))
                        .replace(
                                "case \"$*\" in",
                                """
                                case "$*" in
                                  *kustomize*) cat "$here/web.yaml" ;;"""));

        assertEquals(0, run("deploy", "-i", "web=web:1", "-l", "by=kat"), err());

        assertEquals(
                "kustomize --load-restrictor=LoadRestrictionsNone " + folder.resolve("overlay"),
                asked().getFirst());
        String applied = Files.readString(folder.resolve("applied"));
        assertTrue(applied.contains("image: web:1"), applied);
        assertTrue(applied.contains("by: kat"), applied);
    }

    @Test
    void saysWhyKustomizeFails() throws IOException {
        kustomization();
        Files.writeString(
                folder.resolve("kubectl"), "#!/bin/sh\necho no such overlay >&2; exit 1\n");

        assertEquals(1, run("deploy", "-i", "web=web:1"));

        assertTrue(err().contains("kustomize of overlay"), err());
        assertTrue(err().contains("no such overlay"), err());
    }
}
