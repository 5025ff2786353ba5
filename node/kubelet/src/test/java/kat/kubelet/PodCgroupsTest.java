package kat.kubelet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control groups of both versions in a tree that is made up.
class PodCgroupsTest {

    private static final String HALF_A_CORE =
            "'containers':[{'name':'web','image':'i','resources':{"
                    + "'requests':{'cpu':'250m','memory':'64Mi'},"
                    + "'limits':{'cpu':'500m','memory':'128Mi'}}}]";

    @TempDir Path tree;

    private static KubeObject pod(String qos) {
        return Fixtures.pod("a", HALF_A_CORE).withStatus(status -> status.with("qosClass", qos));
    }

    private String read(String file) throws IOException {
        return Files.readString(tree.resolve(file)).strip();
    }

    @Test
    void version2HoldsEverythingInOneGroup() throws IOException {
        PodCgroups groups = new PodCgroups(tree, "/kat-c", true);

        groups.create(pod("Burstable"));

        String folder = "kat-c/kubepods/burstable/poduid-a/";
        assertEquals(
                "/" + folder.substring(0, folder.length() - 1), groups.pathOf(pod("Burstable")));
        assertEquals("35", read(folder + "cpu.weight"));
        assertEquals("50000 100000", read(folder + "cpu.max"));
        assertEquals(Long.toString(128L << 20), read(folder + "memory.max"));
        for (String above : new String[] {"kat-c", "kat-c/kubepods", "kat-c/kubepods/burstable"}) {
            assertEquals("+cpu +memory +pids", read(above + "/cgroup.subtree_control"));
        }
        assertFalse(Files.exists(tree.resolve(folder + "cgroup.subtree_control")));
    }

    @Test
    void findsProcessesInAnyGroupOfAnyHierarchy() throws IOException {
        Path below = Files.createDirectories(tree.resolve("memory/kat-c/kubepods/burstable/pod1"));
        Files.createDirectories(tree.resolve("cpu/kat-c"));
        Files.writeString(tree.resolve("cpu/kat-c/cgroup.procs"), "");
        Files.writeString(below.resolve("cgroup.procs"), "");

        assertFalse(PodCgroups.haveProcesses(tree, "/kat-c"));
        Files.writeString(below.resolve("cgroup.procs"), "4711\n");
        assertTrue(PodCgroups.haveProcesses(tree, "/kat-c"));
        assertFalse(PodCgroups.haveProcesses(tree, "/kat-d"));

        Path unified = Files.createDirectories(tree.resolve("kat-d/kubepods/podx"));
        Files.writeString(unified.resolve("cgroup.procs"), "4712\n");
        assertTrue(PodCgroups.haveProcesses(tree, "/kat-d"));
    }

    @Test
    void aGroupThatGoesHoldsNothingAndOneOfThreadsMayHoldProcesses() throws IOException {
        assertFalse(PodCgroups.mayHoldProcesses(new NoSuchFileException("cgroup.procs")));
        assertFalse(PodCgroups.mayHoldProcesses(new IOException("No such device")));
        assertTrue(PodCgroups.mayHoldProcesses(new IOException("Operation not supported")));
        IOException other = new IOException("Input/output error");
        assertSame(
                other, assertThrows(IOException.class, () -> PodCgroups.mayHoldProcesses(other)));
    }

    @Test
    void version2LeavesOutLimitsThatNobodySet() throws IOException {
        PodCgroups groups = new PodCgroups(tree, "/kat-c", true);

        groups.create(Fixtures.web("b"));

        String folder = "kat-c/kubepods/besteffort/poduid-b/";
        assertEquals("1", read(folder + "cpu.weight"));
        assertFalse(Files.exists(tree.resolve(folder + "cpu.max")));
        assertFalse(Files.exists(tree.resolve(folder + "memory.max")));
    }

    @Test
    void version1HoldsAGroupInEachHierarchyThatIsThere() throws IOException {
        Files.createDirectories(tree.resolve("cpu"));
        Files.createDirectories(tree.resolve("memory"));
        PodCgroups groups = new PodCgroups(tree, "/kat-c", false);

        groups.create(pod("Guaranteed"));

        assertEquals("256", read("cpu/kat-c/kubepods/poduid-a/cpu.shares"));
        assertEquals(
                Long.toString(128L << 20),
                read("memory/kat-c/kubepods/poduid-a/memory.limit_in_bytes"));
        assertFalse(Files.exists(tree.resolve("pids")));
    }

    @Test
    void whatMayBurstHasWhatItsPodsAskFor() throws IOException {
        List<KubeObject> pods =
                List.of(pod("Burstable"), pod("Burstable"), pod("Guaranteed"), Fixtures.web("b"));
        for (boolean unified : new boolean[] {false, true}) {
            Path cpu = unified ? tree : tree.resolve("cpu");
            Path classes = cpu.resolve("kat-c/kubepods");
            Files.createDirectories(classes.resolve("burstable"));
            Files.createDirectories(classes.resolve("besteffort"));

            new PodCgroups(tree, "/kat-c", unified).share(pods);
        }

        assertEquals("512", read("cpu/kat-c/kubepods/burstable/cpu.shares"));
        assertEquals("2", read("cpu/kat-c/kubepods/besteffort/cpu.shares"));
        assertEquals("59", read("kat-c/kubepods/burstable/cpu.weight"));
        assertEquals("1", read("kat-c/kubepods/besteffort/cpu.weight"));
    }

    @Test
    void aClassWithoutPodsHasNoShares() throws IOException {
        new PodCgroups(tree, "/kat-c", true).share(List.of());

        assertFalse(Files.exists(tree.resolve("kat-c")));
    }

    @Test
    void removesGroupsWithThoseBelow() throws IOException {
        PodCgroups groups = new PodCgroups(tree, "/kat-c", true);
        Path group = tree.resolve("kat-c/kubepods/burstable/poduid-a");
        Files.createDirectories(group.resolve("container"));

        groups.remove(pod("Burstable"));

        assertFalse(Files.exists(group));
        groups.remove(pod("Burstable"));
        groups.removeAll();
        assertFalse(Files.exists(tree.resolve("kat-c")));
    }

    @Test
    void withoutARootTheRuntimeDecides() throws IOException {
        PodCgroups groups = new PodCgroups(tree, "", true);

        groups.create(pod("Burstable"));

        assertEquals("", groups.pathOf(pod("Burstable")));
        try (var files = Files.list(tree)) {
            assertTrue(files.findAny().isEmpty());
        }
    }
}
