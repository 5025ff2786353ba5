package kat.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import kat.base.testing.FakeTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real programs on a device that is a file.
@Tag("root")
class DiskProgramsTest {

    private static final long SMALL = 16 << 20;

    @TempDir Path folder;
    private final DiskPrograms disks = new DiskPrograms(new FakeTicker(Instant.EPOCH));
    private final LinuxMounts mounts = new LinuxMounts();
    private String device = "";
    private Path at;

    @BeforeEach
    void attach() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "devices need root");
        assumeTrue(Files.exists(Path.of("/usr/sbin/mkfs.ext4")), "e2fsprogs is missing");
        resize(SMALL);
        device = run("losetup", "--find", "--show", folder.resolve("disk").toString());
        assumeTrue(!device.isEmpty(), "the machine has no loop devices");
        at = Files.createDirectory(folder.resolve("at"));
    }

    @AfterEach
    void detach() throws Exception {
        if (!device.isEmpty()) {
            mounts.unmount(at);
            String unused = run("losetup", "--detach", device);
        }
    }

    private void resize(long bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("disk").toFile(), "rw")) {
            file.setLength(bytes);
        }
    }

    /// What a program says; empty when it fails.
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? said.strip() : "";
    }

    @Test
    void mountsWhatIsNoDevice() throws Exception {
        disks.mountShare("none", at, "tmpfs", List.of("mode=0700", "size=64k"));

        assertTrue(mounts.below(at).contains(at));
        assertEquals(64 << 10, at.toFile().getTotalSpace());
    }

    @Test
    void mountsLargePages() throws Exception {
        Path pools = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB");
        assumeTrue(Files.exists(pools), "the kernel has no pages of 2 MiB");

        mounts.hugePages(at, 2 << 20);

        assertTrue(mounts.below(at).contains(at));
        assertEquals(2 << 20, Files.getFileStore(at).getBlockSize());
    }

    @Test
    void saysWhatTheProgramSaid() {
        IOException failed =
                assertThrows(
                        IOException.class,
                        () -> disks.mountShare("10.0.0.7:/x", at, "nofs", List.of("ro")));

        String command =
                "\nMounting command: mount\nMounting arguments: -t nofs -o ro 10.0.0.7:/x ";
        String start = "mount failed: exit status 32" + command + at + "\nOutput: ";
        assertEquals(start, failed.getMessage().substring(0, start.length()));
        assertTrue(failed.getMessage().length() > start.length(), "the program said something");
    }

    @Test
    void makesAFileSystemOnceAndLetsItGrow() throws Exception {
        Path disk = Path.of(device);
        assertTrue(disks.isDevice(disk));
        assertFalse(disks.isDevice(folder.resolve("disk")));

        disks.mount(disk, at, "ext4", List.of("noatime"));
        Files.writeString(at.resolve("kept"), "data");
        mounts.unmount(at);
        disks.mount(disk, at, "ext4", List.of());
        assertEquals("data", Files.readString(at.resolve("kept")));

        long before = at.toFile().getTotalSpace();
        resize(SMALL * 2);
        assertEquals("", run("losetup", "--set-capacity", device));
        assumeTrue(!run("resize2fs", device).isEmpty(), "file systems do not grow here");
        resize(SMALL * 4);
        assertEquals("", run("losetup", "--set-capacity", device));
        disks.grow(disk, at);
        assertTrue(at.toFile().getTotalSpace() > before * 3);
    }

    @Test
    void makesNoFileSystemWhereNothingMayBeWritten() {
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> disks.mount(Path.of(device), at, "ext4", List.of("ro")));

        assertEquals(
                "cannot mount unformatted disk "
                        + device
                        + " as we are manipulating it in read-only mode",
                refused.getMessage());
    }

    @Test
    void saysWhichProgramIsMissing() {
        IOException refused =
                assertThrows(
                        IOException.class,
                        () -> disks.mount(Path.of(device), at, "nofs", List.of()));

        assertEquals(
                "format of disk \""
                        + device
                        + "\" failed: type:(\"nofs\") target:(\""
                        + at
                        + "\") errcode:(exit status 127) output:(executable file not found in"
                        + " $PATH)",
                refused.getMessage());
    }
}
