package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessorSharesTest {

    @TempDir Path tree;

    private final List<KubeObject> pods = new ArrayList<>();

    private static KubeObject burstable(String name) {
        return Fixtures.pod(
                        name,
                        "'containers':[{'name':'web','image':'i',"
                                + "'resources':{'requests':{'cpu':'250m'}}}]")
                .withStatus(status -> status.with("qosClass", "Burstable"));
    }

    private ProcessorShares shares() throws IOException {
        Files.createDirectories(tree.resolve("cpu"));
        return new ProcessorShares(new PodCgroups(tree, "/kat-c", false), "node-0", () -> pods);
    }

    private String burstableShares() throws IOException {
        return Files.readString(tree.resolve("cpu/kat-c/kubepods/burstable/cpu.shares"));
    }

    @Test
    void aPodCountsBeforeItBegins() throws IOException {
        ProcessorShares shares = shares();

        shares.begin(burstable("a"));
        assertEquals("256", burstableShares());
        pods.add(burstable("a"));
        shares.begin(burstable("b"));

        assertEquals("512", burstableShares());
        assertTrue(
                Files.isDirectory(tree.resolve("cpu/kat-c/kubepods/burstable/poduid-b")),
                "no group");
    }

    @Test
    void aPodThatIsKnownCountsOnce() throws IOException {
        pods.add(burstable("a").withMetadata(m -> m.with("uid", "uid-of-mirror")));

        shares().begin(burstable("a"));

        assertEquals("256", burstableShares());
    }

    @Test
    void whatEndedOrRunsElsewhereDoesNotCount() throws IOException {
        pods.add(burstable("a"));
        pods.add(burstable("b").withStatus(status -> status.with("phase", "Failed")));
        pods.add(burstable("c").withSpec(spec -> spec.with("nodeName", "node-1")));
        ProcessorShares shares = shares();
        shares.begin(burstable("a"));

        shares.renew();

        assertEquals("256", burstableShares());
    }

    @Test
    void whatBreaksItKeepsNobodyFromHisWork() throws IOException {
        ProcessorShares broken =
                new ProcessorShares(
                        new PodCgroups(tree, "/kat-c", false),
                        "node-0",
                        () -> {
                            throw new IllegalStateException("no pods");
                        });
        Files.createDirectories(tree.resolve("cpu"));

        broken.renew();
        broken.begin(burstable("b"));

        assertTrue(Files.isDirectory(tree.resolve("cpu/kat-c/kubepods/burstable/poduid-b")));
    }
}
