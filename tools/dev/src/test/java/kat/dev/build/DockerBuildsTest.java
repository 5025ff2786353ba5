package kat.dev.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import kat.dev.config.DevException;
import kat.dev.config.Loading;
import kat.dev.process.Shell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Artifacts with a Dockerfile, built by a buildah that notes what it is told, and by the real
/// one.
@Timeout(120)
class DockerBuildsTest {

    @TempDir Path folder;
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void prepare() throws IOException {
        for (String part : List.of("base", "web")) {
            Files.createDirectories(folder.resolve(part));
            Files.writeString(folder.resolve(part).resolve("content"), part);
        }
        Files.writeString(folder.resolve("base/Dockerfile"), "FROM scratch\nCOPY content /base\n");
        Files.writeString(
                folder.resolve("web/Containerfile"),
                """
                ARG BASE
                FROM $BASE AS first
                ARG WHO
                LABEL who=$WHO
                COPY content /web
                FROM first AS second
                """);
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                """
                apiVersion: skaffold/v4beta11
                kind: Config
                build:
                  tagPolicy: {sha256: {}}
                  artifacts:
                    - image: web
                      context: web
                      docker:
                        dockerfile: Containerfile
                        target: first
                        noCache: true
                        buildArgs: {WHO: "{{.WHO}} of {{.IMAGE_NAME}}"}
                        cliFlags: [--quiet]
                      requires: [{image: base, alias: BASE}]
                    - image: base
                      context: base
                """);
    }

    /// The real one keeps what it makes below the test's folder.
    private Map<String, String> environment(String path) {
        return Map.of(
                "PATH",
                path,
                "HOME",
                folder.toString(),
                "CONTAINERS_STORAGE_CONF",
                folder.resolve("storage.conf").toString(),
                "WHO",
                "me");
    }

    private Map<String, String> build(String path) throws InterruptedException {
        Builds builds =
                new Builds(
                        new Shell(environment(path)),
                        new ImageStore(folder.resolve("store")),
                        Target.nowhere(),
                        new Builds.Settings("", "", true, (_, image) -> image),
                        new SystemTicker(),
                        lines::add);
        return builds.build(
                Loading.load(
                        new Loading.Choice("", List.of(), List.of(), true),
                        new Loading.Surroundings(folder, Map.of("WHO", "me"), "build", "")),
                List.of());
    }

    /// A buildah that archives the file `content` of its context.
    private String fake() throws IOException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path buildah =
                Files.writeString(
                        programs.resolve("buildah"),
                        """
                        #!/bin/sh
                        set -e
                        told="${0%/*}/told"
                        for word; do
                          case "$word" in
                            --tag=docker-archive:*) to=${word#--tag=docker-archive:} to=${to%%:*} ;;
                            --build-arg=*=docker-archive:*) test -s "${word#*archive:}" ;;
                          esac
                          context=$word
                        done
                        echo "$@" >> "$told"
                        cd "$context"
                        work=$(mktemp -d "${0%/*}/work.XXXXXX")
                        tar -cf $work/layer.tar --mtime=@0 content
                        sum=$(sha256sum $work/layer.tar | cut -c1-64)
                        printf '{"config":{},"rootfs":{"diff_ids":["sha256:%s"]}}' $sum \\
                          > $work/config.json
                        printf '[{"Config":"config.json","Layers":["layer.tar"],"RepoTags":[]}]' \\
                          > $work/manifest.json
                        tar -C $work -cf "$to" manifest.json config.json layer.tar
                        """);
        Files.setPosixFilePermissions(buildah, PosixFilePermissions.fromString("rwxr-xr-x"));
        return programs + ":" + System.getenv("PATH");
    }

    @Test
    void buildahIsToldWhatTheFileSays() throws Exception {
        Map<String, String> built = build(fake());

        List<String> told = Files.readAllLines(folder.resolve("programs/told"));
        assertEquals(2, told.size(), told.toString());
        String archive = "docker-archive:\\S+";
        assertTrue(
                told.getFirst()
                        .matches(
                                "build --layers --timestamp 0 --file \\S+/base/Dockerfile --tag="
                                        + archive
                                        + ":base:latest \\S+/base"),
                told.getFirst());
        assertTrue(
                told.getLast()
                        .matches(
                                "build --layers --timestamp 0 --file \\S+/web/Containerfile"
                                        + " --build-arg=WHO=me of web --build-arg=BASE="
                                        + archive
                                        + " .*--tag="
                                        + archive
                                        + ":web:latest \\S+/web"),
                told.getLast());
        assertTrue(told.getLast().contains(" --target=first"), told.getLast());
        assertTrue(told.getLast().contains(" --no-cache"), told.getLast());
        assertTrue(told.getLast().contains(" --quiet"), told.getLast());
        assertTrue(String.valueOf(built.get("web")).startsWith("web:"), built.toString());
    }

    @Test
    void onlyWhatChangedIsBuiltAgain() throws Exception {
        String path = fake();
        Map<String, String> first = build(path);
        assertEquals(first, build(path));
        Files.writeString(folder.resolve("web/other"), "no COPY takes it");
        assertEquals(first, build(path));
        assertEquals(2, Files.readAllLines(folder.resolve("programs/told")).size());

        Files.writeString(folder.resolve("web/content"), "new");
        Map<String, String> second = build(path);

        assertEquals(3, Files.readAllLines(folder.resolve("programs/told")).size());
        assertEquals(first.get("base"), second.get("base"));
        assertNotEquals(first.get("web"), second.get("web"));
    }

    @Test
    void whatToInstallIsSaid() {
        DevException fault = assertThrows(DevException.class, () -> build("/nonexistent"));

        assertEquals(
                "artifact base: buildah is missing, which builds Dockerfiles; Debian's package is"
                        + " buildah",
                fault.getMessage());
    }

    @Test
    void theRealOneBuildsAnImageUponAnother() throws Exception {
        Files.writeString(
                folder.resolve("storage.conf"),
                "[storage]\ndriver = \"vfs\"\nrunroot = \"%1$s/run\"\ngraphroot = \"%1$s/graph\"\n"
                        .formatted(folder));
        Shell shell = new Shell(environment(System.getenv("PATH")));
        assumeTrue(shell.has("buildah"), "no buildah");
        assumeTrue(shell.run(Shell.Command.of(folder, "buildah", "info")).isGood(), "none works");

        Map<String, String> built = build(System.getenv("PATH"));

        assertTrue(String.valueOf(built.get("web")).matches("web:[0-9a-f]{64}"), lines.toString());
        assertEquals(built, build(System.getenv("PATH")));
    }
}
