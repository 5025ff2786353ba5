package kat.dev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kat.base.SystemTicker;
import kat.dev.build.Builds;
import kat.dev.build.ImageStore;
import kat.dev.build.Target;
import kat.dev.config.Loading;
import kat.dev.process.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `kat dev` with a kubectl that notes what it is asked and a build that is a small script.
class DevLoopTest {

    private static final long PATIENCE_SECONDS = 50;

    @TempDir Path folder;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FutureTask<Boolean> loop = new FutureTask<>(() -> true);
    private Thread thread = new Thread(loop);

    @BeforeEach
    void prepare() throws IOException {
        script(
                "kubectl",
                """
                case "$*" in
                  *apply*) cat >> "$(dirname "$0")/applied" ;;
                  *delete*) cat > /dev/null; echo gone >> "$(dirname "$0")/deleted" ;;
                  *get*pods*) echo '{"items":[]}' ;;
                  *port-forward*)
                    echo "$@" >> "$(dirname "$0")/forwarded"
                    echo $$ > "$(dirname "$0")/forwarding"
                    exec tail -f /dev/null ;;
                esac
                """);
        script(
                "make",
                """
                set -e
                if grep broken content; then exit 1; fi
                work=$(mktemp -d "$(dirname "$0")/work.XXXXXX")
                tar -cf $work/layer.tar --mtime=@0 content
                sum=$(sha256sum $work/layer.tar | cut -c1-64)
                printf '{"config":{},"rootfs":{"diff_ids":["sha256:%s"]}}' $sum > $work/config.json
                printf '[{"Config":"config.json","Layers":["layer.tar"],"RepoTags":["x:1"]}]' \
                  > $work/manifest.json
                tar -C $work -cf $KAT_IMAGE_ARCHIVE manifest.json config.json layer.tar
                """);
        Files.createDirectories(folder.resolve("web"));
        content("first");
        Files.writeString(folder.resolve("web.yaml"), "{apiVersion: v1, kind: Pod, metadata: {}}");
    }

    private void script(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// The file appears whole.
    private void content(String text) throws IOException {
        Path whole = Files.writeString(folder.resolve("whole"), text);
        Files.move(whole, folder.resolve("web/content"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void start(String rest, String... flags) throws IOException {
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
                      custom: {buildCommand: ../make}
                      REST
                manifests: {rawYaml: [web.yaml]}
                portForward: [{resourceType: service, resourceName: web, namespace: fe, port: http}]
                """
                        .replace("REST", rest));
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        environment.put("KAT_KUBECTL", folder.resolve("kubectl").toString());
        environment.remove("KUBECONFIG");
        PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
        Screen screen = new Screen(told, told, false);
        Shell shell = new Shell(environment);
        ImageStore store = new ImageStore(folder.resolve("store/images"));
        Builds.Settings settings = new Builds.Settings("", "", true, (_, image) -> image);
        String[] words = Arrays.copyOf(flags, flags.length + 1);
        words[flags.length] = "--status-check=false";
        DevLoop made =
                new DevLoop(
                        new Cycle.Means(
                                new Options(new CommandLine(Options.spec()).parseArgs(words)),
                                shell,
                                screen,
                                new SystemTicker(),
                                folder.resolve("store")),
                        () ->
                                new Builds(
                                        shell,
                                        store,
                                        Target.nowhere(),
                                        settings,
                                        new SystemTicker(),
                                        screen::note),
                        () ->
                                Loading.load(
                                        new Loading.Choice("", List.of(), List.of(), true),
                                        new Loading.Surroundings(folder, Map.of(), "dev", "")),
                        store,
                        true);
        loop =
                new FutureTask<>(
                        () -> {
                            made.run(true);
                            return true;
                        });
        thread = Thread.ofPlatform().start(loop);
    }

    @AfterEach
    void end() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void await(String what, Callable<Boolean> isSo) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isSo.call()) {
            assertTrue(System.nanoTime() < end, what + " in: " + err());
            if (loop.isDone()) {
                assertTrue(loop.get(), "ended");
            }
            Thread.onSpinWait();
        }
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private long count(String line) {
        return err().lines().filter(line::equals).count();
    }

    private void awaitLine(String line, int times) throws Exception {
        await(line, () -> count(line) >= times);
    }

    @Test
    void whatFailsAndIsMendedThenIsBuilt() throws Exception {
        start("requires: []");
        awaitLine("watching for changes; Ctrl-C ends", 1);

        content("it is broken");
        awaitLine("the version before keeps running", 1);
        content("it is still broken");
        awaitLine("the version before keeps running", 2);
        content("it is mended");

        await("deployed", () -> err().contains("\ndeployed after "));
    }

    @Test
    void whatABuildThatFailedLeftOutIsNotForgottenWhenOthersAreCopied() throws Exception {
        start("sync: {manual: [{src: '*.txt', dest: /}]}");
        awaitLine("watching for changes; Ctrl-C ends", 1);

        content("it is broken");
        awaitLine("the version before keeps running", 1);
        Files.writeString(folder.resolve("web/a.txt"), "mends nothing");

        awaitLine("the version before keeps running", 2);
    }

    @Test
    void whatCannotBeReadIsToldOnceAndTakesANewVersionWhenItCan() throws Exception {
        start("requires: []");
        awaitLine("watching for changes; Ctrl-C ends", 1);

        Files.move(folder.resolve("web"), folder.resolve("away"));
        awaitLine("the version before keeps running", 1);
        Files.move(folder.resolve("away"), folder.resolve("web"));

        await("deployed", () -> err().contains("\ndeployed after "));
        assertEquals(1, count("the version before keeps running"));
        assertTrue(err().contains("is no folder"), err());
    }

    @Test
    void takesAwayWhatItDeployedWhenItIsInterrupted() throws Exception {
        start("requires: []");
        awaitLine("watching for changes; Ctrl-C ends", 1);

        thread.interrupt();
        ExecutionException ended = assertThrows(ExecutionException.class, () -> loop.get());

        assertInstanceOf(InterruptedException.class, ended.getCause());
        assertEquals("gone\n", Files.readString(folder.resolve("deleted")));
    }

    @Test
    void opensThePortsThatTheConfigurationNamesOnce() throws Exception {
        start("requires: []");
        Path forwarded = folder.resolve("forwarded");
        await("forwarded", () -> Files.exists(forwarded) && Files.size(forwarded) > 0);

        content("second");
        await("deployed", () -> err().contains("\ndeployed after "));

        String all = Files.readString(forwarded);
        assertTrue(
                all.matches("port-forward service/web \\d+:http --address=127.0.0.1 -n fe\n"), all);
    }

    @Test
    void opensNoPortsWhenTheyAreNotWanted() throws Exception {
        start("requires: []", "--port-forward=false");
        awaitLine("watching for changes; Ctrl-C ends", 1);

        assertFalse(err().contains("port http ->"), err());
    }

    @Test
    void endsForwardsWhenItIsInterrupted() throws Exception {
        start("requires: []");
        awaitLine("watching for changes; Ctrl-C ends", 1);
        Path forwarding = folder.resolve("forwarding");
        await("forwards", () -> Files.exists(forwarding) && Files.size(forwarding) > 1);
        long pid = Long.parseLong(Files.readString(forwarding).strip());
        Optional<ProcessHandle> kubectl = ProcessHandle.of(pid);

        thread.interrupt();
        assertThrows(ExecutionException.class, () -> loop.get());

        if (kubectl.isPresent()) {
            kubectl.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
