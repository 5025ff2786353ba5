package kat.dev.build;

import static java.time.temporal.ChronoUnit.HOURS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import kat.dev.config.DevException;
import kat.dev.config.Loading;
import kat.dev.config.Project;
import kat.dev.process.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Builds with commands that make small archives.
class BuildsTest {

    @TempDir Path folder;
    private final List<String> lines = new ArrayList<>();
    private final Shell shell = new Shell(System.getenv());

    /// A script that archives the file `content` as an image, and counts how often it ran.
    private void prepare() throws IOException {
        Files.writeString(
                folder.resolve("make"),
                """
                set -e
                echo x >> ../runs
                echo "$IMAGE $PUSH_IMAGE $BUILD_CONTEXT ${NEEDED:-none}" > ../told
                work=$(mktemp -d)
                tar -cf $work/layer.tar --mtime=@0 content
                sum=$(sha256sum $work/layer.tar | cut -c1-64)
                printf '{"config":{},"rootfs":{"diff_ids":["sha256:%s"]}}' $sum > $work/config.json
                printf '[{"Config":"config.json","Layers":["layer.tar"],"RepoTags":["x:1"]}]' \
                  > $work/manifest.json
                tar -C $work -cf $KAT_IMAGE_ARCHIVE manifest.json config.json layer.tar
                """);
        for (String part : List.of("a", "b")) {
            Files.createDirectories(folder.resolve(part));
            Files.writeString(folder.resolve(part).resolve("content"), part);
        }
        skaffold("sh ../make");
    }

    private void skaffold(String command) throws IOException {
        Files.writeString(
                folder.resolve("skaffold.yaml"),
                """
                apiVersion: skaffold/v4beta11
                kind: Config
                build:
                  tagPolicy: {sha256: {}}
                  artifacts:
                    - image: b
                      context: b
                      custom: {buildCommand: COMMAND}
                      requires: [{image: a, alias: NEEDED}]
                    - image: a
                      context: a
                      custom: {buildCommand: COMMAND}
                """
                        .replace("COMMAND", command));
    }

    private Map<String, String> build(Target target, String repo) throws InterruptedException {
        ImageStore store = new ImageStore(folder.resolve("store"));
        Builds builds =
                new Builds(
                        shell,
                        store,
                        target,
                        new Builds.Settings(repo, "", true, (_, image) -> image),
                        new SystemTicker(),
                        lines::add);
        return builds.build(project(), List.of());
    }

    private Project project() {
        return Loading.load(
                new Loading.Choice("", List.of(), List.of(), true),
                new Loading.Surroundings(folder, Map.of(), "build", ""));
    }

    private long runs() throws IOException {
        return Files.exists(folder.resolve("runs"))
                ? Files.readString(folder.resolve("runs")).lines().count()
                : 0;
    }

    @Test
    void buildsWhatChangedAndWhatNeedsIt() throws Exception {
        prepare();

        Map<String, String> first = build(Target.nowhere(), "");
        assertEquals(2, runs());
        Map<String, String> second = build(Target.nowhere(), "");
        assertEquals(2, runs());
        assertEquals(first, second);
        Files.writeString(folder.resolve("b/content"), "new");
        Map<String, String> third = build(Target.nowhere(), "");
        assertEquals(3, runs());
        Files.writeString(folder.resolve("a/content"), "new too");
        Map<String, String> fourth = build(Target.nowhere(), "");

        assertEquals(5, runs());
        assertEquals(first.get("a"), third.get("a"));
        assertEquals(
                4,
                List.of(first, third, fourth).stream()
                        .flatMap(m -> m.values().stream())
                        .distinct()
                        .count());
        assertTrue(String.valueOf(first.get("a")).matches("a:[0-9a-f]{64}"), first.toString());
    }

    @Test
    void tellsCommandsWhatSkaffoldTellsThem() throws Exception {
        prepare();

        Map<String, String> built = build(Target.nowhere(), "host:5/x");

        assertEquals(
                "host:5/x/b:latest false " + folder.resolve("b") + " " + built.get("a") + "\n",
                Files.readString(folder.resolve("told")));
    }

    @Test
    void keepsImagesWhole() throws Exception {
        prepare();
        List<String> delivered = new ArrayList<>();
        ImageStore store = new ImageStore(folder.resolve("store"));
        Target target =
                new Target() {
                    @Override
                    public String deliver(BuiltImage image, String name, String tag) {
                        Path archive = folder.resolve(name + ".tar");
                        try (var in = Layout.of(image, store, List.of("docker.io/library/x:1"))) {
                            Files.copy(in, archive);
                        } catch (IOException e) {
                            throw new DevException("cannot write", e);
                        }
                        assertEquals(image, ImageArchive.take(archive, store));
                        delivered.add(name + ":" + tag);
                        return name;
                    }

                    @Override
                    public String verb() {
                        return "keeping";
                    }

                    @Override
                    public boolean isRegistry() {
                        return false;
                    }

                    @Override
                    public void close() {
                        delivered.add("closed");
                    }
                };

        Map<String, String> unused = build(target, "");

        assertEquals(List.of("a:latest", "b:latest"), delivered);
    }

    @Test
    void showsTheLinesOfABuildThatFails() throws Exception {
        prepare();
        skaffold("echo no luck; exit 3");

        DevException fault = assertThrows(DevException.class, () -> build(Target.nowhere(), ""));

        assertEquals("the build of a failed: sh ended with 3", fault.getMessage());
        assertTrue(lines.contains("  no luck"), lines.toString());
    }

    @Test
    void saysWhereAnImageWasExpected() throws Exception {
        prepare();
        skaffold("exit 0");

        DevException fault = assertThrows(DevException.class, () -> build(Target.nowhere(), ""));

        assertTrue(
                String.valueOf(fault.getMessage()).contains("KAT_IMAGE_ARCHIVE"),
                fault.getMessage());
    }

    @Test
    void forgetsWhatWasBuiltLongAgo() throws Exception {
        prepare();

        for (int i = 0; i < ImageStore.KEPT + 3; i++) {
            Files.writeString(folder.resolve("b/content"), "version " + i);
            Map<String, String> unused = build(Target.nowhere(), "");
        }

        try (var kept = Files.list(folder.resolve("store/images/b"))) {
            assertEquals(ImageStore.KEPT, kept.count());
        }
        // Others may be about to use parts that are young.
        assertEquals(2 * (ImageStore.KEPT + 3) + 3, blobs().size());

        for (Path blob : blobs()) {
            Files.setLastModifiedTime(blob, FileTime.from(Instant.now().minus(2, HOURS)));
        }
        Files.writeString(folder.resolve("b/content"), "the last version");
        Map<String, String> unused = build(Target.nowhere(), "");

        // A configuration and a layer of each, those of the one image a, and the list of the
        // last archive, which is young.
        assertEquals(2 * ImageStore.KEPT + 3, blobs().size());
    }

    private List<Path> blobs() throws IOException {
        try (var blobs = Files.list(folder.resolve("store/blobs"))) {
            return blobs.toList();
        }
    }

    @Test
    void refusesImagesThatRequireEachOther() throws Exception {
        prepare();
        Path file = folder.resolve("skaffold.yaml");
        Files.writeString(file, Files.readString(file) + "      requires: [{image: b}]\n");

        DevException fault = assertThrows(DevException.class, () -> build(Target.nowhere(), ""));

        assertEquals("the artifacts b, a require each other", fault.getMessage());
    }
}
