package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command as a user without any rights, in a home of their own.
@Tag("root")
class UnprivilegedTest {

    private static final int NOBODY = 65_534;

    @TempDir private Path folder;
    private KatProcess kat;
    private Session root;

    @BeforeEach
    void sit() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "becoming another needs root");
        assumeTrue(Files.exists(Path.of("/usr/bin/setpriv")), "util-linux's setpriv is missing");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> prefix =
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        kat = new KatProcess(folder, prefix, readableClassPath());
        give(Files.createDirectory(kat.home()));
        root = new Session(kat.home());
    }

    @AfterEach
    void leaveNothing() {
        if (kat != null && Files.exists(kat.cluster())) {
            root.kat("delete");
        }
    }

    private static void give(Path file) throws IOException {
        Files.setAttribute(file, "unix:uid", NOBODY);
        Files.setAttribute(file, "unix:gid", NOBODY);
    }

    /// The test's class path may lie where root alone may read.
    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(folder.resolve("classes"));
        List<String> entries = new ArrayList<>();
        String[] all = System.getProperty("java.class.path").split(File.pathSeparator, -1);
        for (int i = 0; i < all.length; i++) {
            Path from = Path.of(all[i]);
            Path to = copies.resolve(i + (Files.isDirectory(from) ? "" : ".jar"));
            if (Files.isDirectory(from)) {
                copyTree(from, to);
            } else if (Files.exists(from)) {
                Files.copy(from, to);
            }
            entries.add(to.toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path each : tree.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }

    private void says(int exit, String words, String... command)
            throws IOException, InterruptedException {
        assertEquals(exit, kat.run(command), kat.said());
        assertTrue(kat.said().contains(words), kat.said());
        long own = kat.said().lines().filter(line -> line.matches("kat: \\D.*")).count();
        assertEquals(exit == 0 ? 0 : 1, own, kat.said());
    }

    @Test
    void everyVerbWorksAndNobodyElseReadsTheFiles() throws IOException, InterruptedException {
        says(0, "No real containers, since KAT does not run as root: starting with 3", "up");
        says(0, "state: running", "status");
        says(0, "client-certificate-data", "kubeconfig");
        says(0, "starting config=", "logs", "--server");
        says(0, "This machine can run simulated nodes only.", "doctor");
        says(1, "has simulated nodes and no images", "image", "list");
        says(1, "is up already (pid ", "up");
        says(1, " in real containers, and this cluster has none", "up", "--demo");
        assertEquals(List.of(), openFiles());
        says(0, "is down", "down");
        says(0, "is up with simulated nodes", "up");
        says(0, "is deleted", "delete");
        assertFalse(Files.exists(kat.cluster()));
    }

    /// Files that others may read, although the cluster's folder keeps them out.
    private List<String> openFiles() throws IOException {
        Path store = kat.cluster().resolve("store");
        List<String> open = new ArrayList<>();
        Set<PosixFilePermission> others = PosixFilePermissions.fromString("---rwxrwx");
        try (Stream<Path> tree = Files.walk(kat.cluster(), 2)) {
            for (Path each : tree.filter(path -> !path.startsWith(store)).toList()) {
                if (Files.getPosixFilePermissions(each).stream().anyMatch(others::contains)) {
                    open.add(each.toString());
                }
            }
        }
        return open;
    }

    @Test
    void aClusterOfRootIsToldToBelongToRoot() throws IOException, InterruptedException {
        assertEquals(Main.DONE, root.up().exit(), root::toString);

        for (String verb : List.of("status", "up", "down", "delete", "kubeconfig")) {
            says(1, " belongs to root; try again with sudo", verb);
        }
    }

    @Test
    void aClusterMadeBySudoCanBeLookedAtButNotEnded() throws IOException, InterruptedException {
        assertEquals(Main.DONE, root.behindSudo(NOBODY).up().exit(), root::toString);

        says(0, "state: running", "status");
        says(0, "client-certificate-data", "kubeconfig");
        says(0, "starting config=", "logs", "--server");
        says(1, ") belongs to root, who alone may stop it: try again with sudo", "down");
        root.kat("down");
        says(1, " belongs to root; try again with sudo", "up");
        says(1, " belongs to root; try again with sudo", "delete");
    }

    @Test
    void theDemoIsRefusedWithoutRealContainers() throws IOException, InterruptedException {
        says(1, "you asked for real containers, which need root", "up", "--demo");
    }

    @Test
    void aHomeThatIsNotTheirsIsRefused() throws IOException, InterruptedException {
        Path home = Files.createDirectory(folder.resolve("theirs"));

        says(
                1,
                home.resolve("kat") + ": permission denied",
                "up",
                "--home",
                home.resolve("kat").toString());
        assertFalse(Files.exists(home.resolve("kat")));
    }
}
