package kat.dev.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kat.base.SystemTicker;
import kat.dev.deploy.Forwards;
import kat.dev.deploy.Kubectl;
import kat.dev.process.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ports of the replicas that a kubectl tells of.
class DebuggersTest {

    @TempDir Path folder;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Kubectl kubectl() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("kubectl"),
                        """
                        #!/bin/sh
                        case "$*" in
                          port-forward*) exec sleep 600 ;;
                          *) exec cat "${0%/*}/pods.json" ;;
                        esac
                        """);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Shell shell =
                new Shell(Map.of("PATH", System.getenv("PATH"), "KAT_KUBECTL", file.toString()));
        return new Kubectl(shell, folder, "", "");
    }

    private void pods(String... names) throws IOException {
        String text =
                Stream.of(names)
                        .map(
                                name ->
                                        """
                                        {"metadata":{"namespace":"be","name":"%s"},
                                         "spec":{"containers":[{"name":"api","image":"api:1"}]},
                                         "status":{"containerStatuses":[{"name":"api",
                                           "containerID":"c","state":{"running":{}}}]}}
                                        """
                                                .formatted(name))
                        .collect(Collectors.joining(",", "{\"items\":[", "]}"));
        Files.writeString(folder.resolve("pods.json"), text);
    }

    @Test
    void eachReplicaGetsAPortOfItsOwnOnce() throws Exception {
        pods("api-1", "api-2");
        SequencedSet<String> namespaces = new LinkedHashSet<>(List.of("be"));
        SequencedMap<String, Debuggers.Ports> inside = new LinkedHashMap<>();
        inside.put("api:1", new Debuggers.Ports(5005, 0));
        Kubectl kubectl = kubectl();
        try (Forwards forwards = new Forwards(kubectl, new SystemTicker(), lines::add)) {
            Debuggers debuggers = new Debuggers(kubectl, forwards, namespaces, inside);
            debuggers.openAll();
            debuggers.openAll();
            assertEquals(
                    List.of("pod/api-1 in be, port 5005 ->", "pod/api-2 in be, port 5005 ->"),
                    lines.stream().map(line -> line.replaceAll(" 127\\..*", "")).toList());
            pods("api-2", "api-3");

            SequencedMap<String, Debuggers.Ports> found = debuggers.of("api:1");

            assertEquals(
                    List.of("api-2/api c", "api-3/api c"), List.copyOf(found.sequencedKeySet()));
            assertEquals(3, lines.size());
            List<String> locals =
                    lines.stream().map(line -> line.replaceAll(".*:", "")).distinct().toList();
            assertEquals(3, locals.size(), lines.toString());
            List<Integer> told =
                    found.sequencedValues().stream().map(Debuggers.Ports::debug).toList();
            assertEquals(locals.subList(1, 3).stream().map(Integer::valueOf).toList(), told);
            assertTrue(lines.getLast().startsWith("pod/api-3 in be, port 5005 -> 127.0.0.1:"));
        }
    }
}
