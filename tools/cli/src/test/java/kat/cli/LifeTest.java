package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The life of a cluster with a simulated node, from `up` to `delete`.
class LifeTest {

    @TempDir private Path folder;
    private Session session;

    @BeforeEach
    void sit() {
        session = new Session(folder);
    }

    @AfterEach
    void leaveNothing() {
        if (Files.exists(session.clusters().resolve("kat/config.json"))) {
            session.kat("delete");
        }
    }

    private JsonObject status(String... more) {
        List<String> words = new ArrayList<>(List.of("status", "-o", "json"));
        words.addAll(List.of(more));
        String text = session.kat(words.toArray(String[]::new)).out();
        return Yaml.parse(text) instanceof JsonObject status ? status : JsonObject.EMPTY;
    }

    @Test
    void upStatusDownUpDelete() throws IOException {
        session.up();
        assertEquals(Main.DONE, session.exit(), session::toString);
        List<String> said = session.err().lines().toList();
        assertEquals(
                List.of("  kubectl get nodes", "  kat down"),
                said.subList(said.size() - 2, said.size()));
        Path kubeconfig = folder.resolve(".kube/config");
        assertTrue(Files.readString(kubeconfig).contains("current-context: kat"));

        JsonObject running = status();
        assertEquals("running", running.string("state"));
        assertEquals("1 simulated", running.string("nodes"));
        assertTrue(running.string("server").startsWith("https://127.0.0.1:"));
        assertTrue(ProcessHandle.of(running.integer("pid", 0)).isPresent());
        assertTrue(session.kat("status").out().startsWith("state: running\n"), session::toString);
        assertTrue(session.out().contains("\ncontext: kat\n"), session::toString);
        assertTrue(session.kat("kubeconfig").out().contains("client-certificate-data"));
        assertTrue(session.kat("kubeconfig", "--token").out().contains("token"), session::toString);
        assertTrue(session.kat("logs").out().contains("starting config="));
        assertTrue(session.up().err().contains("cluster kat is up already (pid "));
        assertEquals(Main.FAILED, session.exit());

        assertEquals(Main.DONE, session.kat("down").exit(), session::toString);
        assertEquals("stopped", status().string("state"));
        assertTrue(session.kat("down").err().contains("is not running"), session::toString);
        assertEquals(Main.DONE, session.kat("up").exit(), session::toString);
        assertEquals("1 simulated", status().string("nodes"));

        assertEquals(Main.DONE, session.kat("delete").exit(), session::toString);
        assertTrue(session.err().contains("kubectl has no current context now"));
        assertEquals("absent", status().string("state"));
        assertFalse(Files.exists(session.clusters().resolve("kat")));
        String left = Files.readString(kubeconfig);
        assertFalse(left.contains("certificate-authority-data"), left);
        assertFalse(left.contains("client-key-data"), left);
    }

    @Test
    void twoClustersStandSideBySide() {
        assertEquals(Main.DONE, session.up().exit(), session::toString);
        assertEquals(Main.DONE, session.up("--name", "other").exit(), session::toString);

        JsonObject other = status("--name", "other");
        assertEquals("running", other.string("state"));
        assertFalse(other.string("server").equals(status().string("server")));
        assertEquals(Main.DONE, session.kat("delete", "--name", "other").exit());
        assertEquals("running", status().string("state"));
    }

    @Test
    void withoutRootNodesAreSimulatedAndThatIsSaid() throws IOException {
        Path settings = Files.writeString(folder.resolve("kat.yaml"), "podRange: 10.9.0.0/16\n");
        session.kat("up", "--config", settings.toString());

        assertEquals(Main.DONE, session.exit(), session::toString);
        assertEquals(
                "No real containers, since KAT does not run as root: starting with 3 simulated"
                        + " nodes; for real ones run `kat delete` and then `sudo kat up`.",
                session.err().lines().findFirst().orElse(""));
        assertEquals("3 simulated", status().string("nodes"));
    }

    @Test
    void theLastLinesCanBePastedIntoAShell() throws IOException {
        Path kubeconfig = folder.resolve("my clusters/config");
        session.with("KAT_COMMAND", "./kat")
                .kat("up", "--kubeconfig", kubeconfig.toString(), "--simulated-nodes", "0");

        assertEquals(Main.DONE, session.exit(), session::toString);
        List<String> said = session.err().lines().toList();
        assertTrue(said.get(said.size() - 3).startsWith("Cluster kat is up without nodes; "));
        assertEquals(
                "  kubectl --kubeconfig '" + kubeconfig + "' get nodes", said.get(said.size() - 2));
        assertEquals("  ./kat down", said.getLast());
        assertTrue(Files.exists(kubeconfig));
        session.kat("delete", "--kubeconfig", kubeconfig.toString());
    }

    @Test
    void settingsSayHowManyNodesThereAre() throws IOException {
        Path settings = Files.writeString(folder.resolve("kat.yaml"), "simulatedNodes: 2\n");
        session.kat("up", "--config", settings.toString());

        assertEquals(Main.DONE, session.exit(), session::toString);
        assertEquals("2 simulated", status().string("nodes"));
    }

    @Test
    @Tag("root")
    void behindSudoThePersonGetsTheKubeconfigAndMayLook() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "giving files away needs root");
        int person = 4711;
        session.behindSudo(person).up();
        assertEquals(Main.DONE, session.exit(), session::toString);

        Path cluster = session.clusters().resolve("kat");
        for (String name : List.of(".kube", ".kube/config", ".kat", ".kat/kat/config.json")) {
            assertEquals(person, Files.getAttribute(folder.resolve(name), "unix:uid"), name);
            assertEquals(person, Files.getAttribute(folder.resolve(name), "unix:gid"), name);
        }
        assertEquals(person, Files.getAttribute(cluster.resolve("run/pid"), "unix:uid"));
        assertEquals(0, Files.getAttribute(cluster.resolve("pki"), "unix:uid"));
        assertEquals(0, Files.getAttribute(folder, "unix:uid"), "a folder that was there before");
    }

    @Test
    void aServerThatIsKilledWhileItStartsLeavesNothingHalfMade() throws Exception {
        for (String moment : List.of("run/pid", "pki/ca.crt", "store", "run/progress")) {
            Path file = session.clusters().resolve("kat").resolve(moment);
            Thread killer = Thread.ofVirtual().start(() -> killWhen(file));
            session.up();
            killer.interrupt();
            killer.join();

            if (session.exit() == Main.FAILED) {
                assertTrue(session.err().contains("kat: the server ended while it started"));
                assertFalse(Files.exists(session.clusters().resolve("kat")), moment);
                assertEquals(Main.DONE, session.up().exit(), session::toString);
            }
            session.kat("delete");
        }
    }

    /// Waits for a file and for the server that made it, and kills that.
    private void killWhen(Path file) {
        Path pid = session.clusters().resolve("kat/run/pid");
        while (!Thread.interrupted()) {
            if (Files.exists(file) && Files.exists(pid)) {
                try {
                    ProcessHandle.of(Long.parseLong(Files.readString(pid)))
                            .ifPresent(ProcessHandle::destroyForcibly);
                    return;
                } catch (IOException | NumberFormatException notYet) {
                    Thread.onSpinWait();
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    @Tag("root")
    void aFullDiskIsToldInOneSentenceAndNothingStays() throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
        Path small = Files.createDirectory(folder.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=48k", "none", small.toString());
        try {
            session.up("--home", small.resolve("home").toString());

            assertEquals(Main.FAILED, session.exit(), session::toString);
            assertTrue(
                    session.err().contains("No space left on device for " + small),
                    session::toString);
            assertFalse(Files.exists(small.resolve("home/kat")), session::toString);
        } finally {
            run("umount", small.toString());
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor());
    }
}
