package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kat.app.ClusterFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two people, or two builds, type `kat up` in the same moment.
class AtOnceTest {

    @TempDir private Path folder;
    private KatProcess one;
    private KatProcess other;

    @BeforeEach
    void sit() throws IOException {
        one = KatProcess.in(Files.createDirectory(folder.resolve("one")));
        other = KatProcess.in(Files.createDirectory(folder.resolve("other")));
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        for (String name : List.of("a", "b")) {
            if (Files.exists(files(name).folder())) {
                int unused = one.run("delete", "--name", name, "--home", home());
            }
        }
    }

    private String home() {
        return folder.resolve("shared").toString();
    }

    private ClusterFiles files(String name) {
        return ClusterFiles.of(Path.of(home()), name);
    }

    private Process up(KatProcess kat, String name) throws IOException {
        return kat.start("up", "--simulated-nodes", "1", "--home", home(), "--name", name);
    }

    private int port(String name) {
        var config = files(name).readConfig();
        return config == null ? 0 : config.apiPort();
    }

    @Test
    void twoClustersGetPortsOfTheirOwn() throws IOException, InterruptedException {
        Process first = up(one, "a");
        Process second = up(other, "b");

        assertEquals(0, KatProcess.end(first), one.said());
        assertEquals(0, KatProcess.end(second), other.said());
        assertNotEquals(port("a"), port("b"));
    }

    @Test
    void aSecondUpOfTheSameClusterIsToldSo() throws IOException, InterruptedException {
        Process first = up(one, "a");
        Process second = up(other, "a");
        Set<Integer> ends = Set.of(KatProcess.end(first) + 0, KatProcess.end(second) + 10);

        assertTrue(Set.of(0, 11).equals(ends) || Set.of(1, 10).equals(ends), ends::toString);
        assertTrue((one.said() + other.said()).contains("cluster a is up already"), one.said());
    }
}
