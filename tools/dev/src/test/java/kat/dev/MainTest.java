package kat.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kat.base.SystemTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... words) {
        out.reset();
        err.reset();
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put("HOME", folder.toString());
        environment.remove("KUBECONFIG");
        Screen screen =
                new Screen(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false);
        return new Main(screen, environment, folder, new SystemTicker()).run(words);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private void skaffold(String rest) throws IOException {
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                "apiVersion: skaffold/v4beta11\nkind: Config\n" + rest);
    }

    @Test
    void rendersRawManifestsWithTags() throws IOException {
        skaffold(
                """
                build:
                  tagPolicy: {envTemplate: {template: "v{{.USER_TAG | default \\"7\\"}}"}}
                  artifacts: [{image: web, custom: {buildCommand: x}}]
                manifests: {rawYaml: ["k8s/*.yaml"]}
                """);
        Files.createDirectories(folder.resolve("k8s"));
        Files.writeString(
                folder.resolve("k8s/a.yaml"),
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                    - {name: a, image: web}
                    - {name: b, image: "web:old"}
                    - {name: c, image: "webs"}
                    - {name: d, image: "web@sha256:1"}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {image: web}}
                """);

        int code = run("render", "-l", "team=a");

        assertEquals("0", code + err());
        assertEquals(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  labels:
                    team: a
                  name: web
                spec:
                  containers:
                  - image: web:v7
                    name: a
                  - image: web:v7
                    name: b
                  - image: webs
                    name: c
                  - image: web@sha256:1
                    name: d
                ---
                apiVersion: v1
                data:
                  image: web
                kind: ConfigMap
                metadata:
                  labels:
                    team: a
                  name: c
                """,
                out());
    }

    @Test
    void takesImagesFromTheCommandLine() throws IOException {
        skaffold(
                """
                build: {artifacts: [{image: web, custom: {buildCommand: x}}]}
                manifests: {rawYaml: [pod.yaml]}
                """);
        Files.writeString(
                folder.resolve("pod.yaml"),
                "{apiVersion: v1, kind: Pod, spec: {containers: [{image: web}]}}");
        Files.writeString(
                folder.resolve("built.json"),
                "{\"builds\":[{\"imageName\":\"web\",\"tag\":\"r.example/web:2@sha256:0\"}]}");

        assertEquals(0, run("render", "-i", "web=r.example/web:1"));
        assertTrue(out().contains("image: r.example/web:1\n"), out());
        assertEquals(0, run("render", "-a", "built.json", "-o", "all.yaml"));
        assertEquals("", out());
        assertTrue(
                Files.readString(folder.resolve("all.yaml")).contains("r.example/web:2@sha256:0"));
    }

    @Test
    void saysInOneSentenceWhatIsWrong() throws IOException {
        assertEquals(1, run("render"));
        assertTrue(err().startsWith("kat: cannot read " + folder), err());
        assertEquals(2, run("render", "--no-such"));
        assertTrue(err().contains("--no-such"), err());
        skaffold("manifests: {rawYaml: [missing.yaml]}\n");
        assertEquals(1, run("render"));
        assertEquals("kat: no manifest " + folder.resolve("missing.yaml") + "\n", err());
        skaffold("");
        assertEquals(1, run("render", "-p", "none"));
        assertTrue(err().contains("no profile none"), err());
    }

    @Test
    void showsHelp() {
        assertEquals(0, run("render", "--help"));
        assertTrue(out().contains("--default-repo"), out());
        assertEquals(2, run());
    }
}
