package kat.dev.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kat.base.SystemTicker;
import kat.dev.process.Shell;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Logs of a kubectl that says one line for each container and goes on.
class LogTailTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    @TempDir Path folder;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    private static Pods.Container container(String pod, String name) {
        return new Pods.Container("fe", pod, name, "web:1", "");
    }

    @ParameterizedTest
    @CsvSource({
        "container, '[app] '",
        "auto, '[app] '",
        "podAndContainer, '[web-1 app] '",
        "none, ''"
    })
    void aLineBeginsWithWhatIsAskedFor(String prefix, String expected) {
        Pods.Container one = container("web-1", "app");

        assertEquals(expected, new LogTail.Style(prefix, false).mark(one, 3));
        String coloured = new LogTail.Style(prefix, true).mark(one, 3);
        assertEquals(expected, coloured.replaceAll("\u001b\\[\\d+m", ""));
        assertEquals(!expected.isEmpty(), coloured.endsWith("m" + expected + "\u001b[0m"));
    }

    @Test
    void eachPodHasAColour() {
        LogTail.Style style = new LogTail.Style("container", true);
        Pods.Container one = container("web-1", "app");

        long colours = IntStream.range(0, 12).mapToObj(i -> style.mark(one, i)).distinct().count();

        assertEquals(12, colours);
        assertEquals(style.mark(one, 0), style.mark(one, 12));
    }

    @Test
    void containersOfAPodShareItsColour() throws Exception {
        start(new LogTail.Style("podAndContainer", true), pods(2, "app", "side"));

        await(() -> lines.size() == 4, "four lines");

        Map<String, List<String>> byPod =
                lines.stream()
                        .collect(
                                Collectors.groupingBy(
                                        line -> line.replaceAll(".*\\[(web-\\d+) .*", "$1"),
                                        Collectors.mapping(
                                                line -> line.substring(0, line.indexOf('m')),
                                                Collectors.toList())));
        List<String> first = byPod.getOrDefault("web-0", List.of());
        List<String> second = byPod.getOrDefault("web-1", List.of());
        assertEquals(2, first.size(), lines.toString());
        assertEquals(first.getFirst(), first.getLast());
        assertEquals(second.getFirst(), second.getLast());
        assertNotEquals(first.getFirst(), second.getFirst());
    }

    @Test
    void saysWhenThereAreMoreThanItFollows() throws Exception {
        start(new LogTail.Style("none", false), pods(LogTail.MOST + 2, "app"));

        String told = "logs: 64 containers are followed and no more; 2 others are not";
        await(() -> lines.contains(told), "it is said");
        await(() -> lines.size() == LogTail.MOST + 1, "a line of each that is followed");

        assertTrue(lines.contains("web-63 says app"), lines.toString());
        assertTrue(lines.stream().noneMatch(line -> line.startsWith("web-64")), lines.toString());
    }

    private static String pods(int count, String... containers) {
        String specs =
                List.of(containers).stream()
                        .map(name -> "{\"name\":\"" + name + "\",\"image\":\"web:1\"}")
                        .collect(Collectors.joining(","));
        String states =
                List.of(containers).stream()
                        .map(
                                name ->
                                        "{\"name\":\""
                                                + name
                                                + "\",\"containerID\":\"x\","
                                                + "\"state\":{\"running\":{}}}")
                        .collect(Collectors.joining(","));
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                """
                                {"metadata":{"namespace":"fe","name":"web-%d"},
                                 "spec":{"containers":[%s]},"status":{"containerStatuses":[%s]}}
                                """
                                        .formatted(i, specs, states))
                .collect(Collectors.joining(",", "{\"items\":[", "]}"));
    }

    private void start(LogTail.Style style, String pods) throws IOException {
        Path whole = Files.writeString(folder.resolve("whole"), pods);
        Path unused =
                Files.move(whole, folder.resolve("pods.json"), StandardCopyOption.REPLACE_EXISTING);
        Path kubectl =
                Files.writeString(
                        folder.resolve("kubectl"),
                        """
                        #!/bin/sh
                        case "$*" in
                          logs*) echo "$5 says $7"; exec sleep 600 ;;
                          *--watch-only*) exec sleep 600 ;;
                          *) exec cat "${0%/*}/pods.json" ;;
                        esac
                        """);
        Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
        Shell shell =
                new Shell(
                        Map.of(
                                "PATH", System.getenv("PATH"),
                                "KAT_KUBECTL", kubectl.toString()));
        LogTail tail =
                new LogTail(
                        new Kubectl(shell, folder, "", ""), new SystemTicker(), style, lines::add);
        thread =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                tail.run(
                                        Instant.EPOCH,
                                        new LinkedHashSet<>(List.of("fe")),
                                        List.of());
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    @AfterEach
    void end() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }

    private void await(BooleanSupplier isSo, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> what + ": " + lines);
            Thread.onSpinWait();
        }
    }
}
