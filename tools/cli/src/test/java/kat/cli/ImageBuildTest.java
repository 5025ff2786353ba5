package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kat.base.SystemTicker;
import kat.cri.DockerfileBuild;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ImageBuildTest {

    @TempDir Path folder;

    private static Surroundings with(String path) {
        return Surroundings.of(
                Map.of("PATH", path, "HOME", "/nonexistent"),
                false,
                Path.of("/nonexistent"),
                new SystemTicker());
    }

    private DockerfileBuild build() {
        return new DockerfileBuild("web:1", "", List.of(), List.of(), folder);
    }

    @Test
    void whatToInstallIsSaid() {
        Surroundings bare = with("/nonexistent");

        assumeTrue(Host.program("buildah", bare).isEmpty(), "buildah is in root's folders");

        CliException missing = assertThrows(CliException.class, () -> run(build(), bare));

        assertEquals(
                "buildah is missing, which builds Dockerfiles; Debian's package is buildah",
                missing.getMessage());
    }

    private static void run(DockerfileBuild build, Surroundings surroundings)
            throws InterruptedException {
        Terminal terminal = new Terminal(System.out, System.err, false);
        ImageBuild.run(build, surroundings, terminal, archive -> {});
    }

    /// A program that builds in the folder that it is told.
    static final class Alone {
        private Alone() {}

        public static void main(String[] folders) throws InterruptedException {
            Path context = Path.of(folders[0]);
            ImageBuildTest.run(
                    new DockerfileBuild("web:1", "", List.of(), List.of(), context),
                    with(folders[0]));
        }
    }

    /// A build that goes on; gives the id of its buildah.
    private long awaitBuildah() throws IOException {
        Path started = folder.resolve("started");
        while (!Files.exists(started)) {
            Thread.onSpinWait();
        }
        return Long.parseLong(Files.readString(started).strip());
    }

    private void scriptThatGoesOn() throws IOException {
        // `exec`: what a shell is just about to start nobody finds, and it would outlive the test
        script(
                "cd "
                        + folder
                        + "; echo $$ > started.part; mv started.part started; exec sleep 600");
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void anInterruptEndsBuildah() throws Exception {
        scriptThatGoesOn();
        AtomicBoolean wasInterrupted = new AtomicBoolean();
        Thread building =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        run(build(), with(folder.toString()));
                                    } catch (InterruptedException e) {
                                        wasInterrupted.set(true);
                                    }
                                });
        long pid = awaitBuildah();

        building.interrupt();
        building.join();

        assertTrue(wasInterrupted.get());
        assertFalse(isAlive(pid));
    }

    @Test
    void aSignalEndsBuildahAndLeavesNoFiles() throws Exception {
        scriptThatGoesOn();
        Path scratch = Files.createDirectory(folder.resolve("scratch"));
        Process program =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Djava.io.tmpdir=" + scratch,
                                "-cp",
                                System.getProperty("java.class.path"),
                                Alone.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        long pid = awaitBuildah();

        program.destroy();
        int unused = program.waitFor();

        assertFalse(isAlive(pid));
        String said = Files.readString(folder.resolve("said"));
        assertTrue(said.contains("ending; web:1 is not built"), said);
        try (Stream<Path> left = Files.list(scratch)) {
            assertEquals(List.of(), left.filter(each -> each.toString().contains("kat-")).toList());
        }
    }

    private void script(String line) throws IOException {
        Path file = Files.writeString(folder.resolve("buildah"), "#!/bin/bash\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theSameFilesGiveTheSameImageAndWhatChangedAloneIsBuiltAnew() throws Exception {
        Path buildah = Path.of("/usr/bin/buildah");
        assumeTrue(Files.isExecutable(buildah), "buildah is missing");
        assumeTrue("root".equals(System.getProperty("user.name")), "buildah as root is tested");
        Path kept = Files.createDirectories(folder.resolve("kept"));
        script(
                "exec %s --root %s/root --runroot %s/run --storage-driver vfs \"$@\""
                        .formatted(buildah, kept, kept));
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM scratch
                ARG WHO=nobody
                COPY first /first
                COPY second /second
                ENV WHO=$WHO
                CMD ["/first"]
                """);
        Files.writeString(context.resolve("first"), "1");
        Files.writeString(context.resolve("second"), "2");

        String once = manifest(context, "once");
        Files.setLastModifiedTime(context.resolve("first"), FileTime.fromMillis(0));
        String again = manifest(context, "again");
        Files.writeString(context.resolve("second"), "3");
        String changed = manifest(context, "changed");

        assertEquals(once, again);
        assertTrue(once.contains("web:1"), once);
        assertEquals(layers(once).getFirst(), layers(changed).getFirst());
        assertEquals(2, layers(once).size(), once);
        assertFalse(layers(changed).contains(layers(once).getLast()), changed);
        assertFalse(said("once").contains("Using cache"), said("once"));
        assertTrue(said("changed").contains("Using cache"), said("changed"));
    }

    /// What the archive of a build says of itself: the digest of its settings, and its layers.
    private String manifest(Path context, String build) throws Exception {
        List<String> flags = List.of("--logfile", folder.resolve(build).toString());
        StringBuilder manifest = new StringBuilder();
        Terminal terminal = new Terminal(System.out, System.err, false);
        ImageBuild.run(
                new DockerfileBuild("web:1", "", List.of("WHO=me"), flags, context),
                with(folder.toString()),
                terminal,
                archive -> manifest.append(entry(archive)));
        return manifest.toString();
    }

    private static String entry(Path archive) throws InterruptedException {
        try {
            Process tar =
                    new ProcessBuilder("tar", "-xOf", archive.toString(), "manifest.json").start();
            String text = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, tar.waitFor());
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> layers(String manifest) {
        return Pattern.compile("[0-9a-f]{64}\\.tar|[0-9a-f]{64}/layer\\.tar")
                .matcher(manifest)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private String said(String build) throws IOException {
        return Files.readString(folder.resolve(build));
    }
}
