package kat.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import kat.app.addons.ProgramFolders;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {

    @TempDir Path home;

    @Test
    void doesAllItsStepsAndLeavesTheMachineAlone() throws Exception {
        ClusterFiles files = ClusterFiles.of(home, "rehearsal");
        files.create();
        Ticker ticker = new SystemTicker();
        Cluster cluster =
                new Cluster(
                        Rehearsal.onFreePorts().withNodes(1, false),
                        files,
                        new Cluster.Host(
                                ticker,
                                Randomness.seeded(1),
                                new Progress(null, ticker),
                                ProgramFolders.NONE));
        cluster.start();
        try {
            cluster.rehearse();
        } finally {
            cluster.stop();
        }

        assertTrue(Files.isDirectory(files.store()), "it was a cluster");
        assertFalse(Files.exists(files.node().resolve("network")), "no network was set up");
        assertFalse(
                Files.exists(files.node().resolve("containerd").resolve("root")),
                "no containerd was started");
    }
}
