package kat.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kat.base.SystemTicker;
import kat.base.Ticker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with a command is told in one sentence, and nothing half-made stays behind.
class CommandLineTest {

    private static final String VERBS =
            "up,down,status,delete,kubeconfig,doctor,logs,image,kubectl,version,verify,simulate,fix";

    @TempDir private Path folder;
    private Session session;

    @BeforeEach
    void sit() {
        session = new Session(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "down",
                "status",
                "delete",
                "kubeconfig",
                "doctor",
                "logs",
                "image",
                "version"
            })
    void anUnknownOptionIsRefusedByEveryVerb(String verb) {
        session.kat(verb, "--colour");

        assertEquals(Main.WRONG_USE, session.exit(), session::toString);
        assertTrue(session.err().startsWith("kat: Unknown option: '--colour'"), session::toString);
        assertTrue(session.err().contains("kat VERB --help"));
    }

    @Test
    void everyVerbHasHelpAndIsListed() {
        String listed = session.kat("help").out();
        for (String verb : VERBS.split(",", -1)) {
            assertTrue(listed.contains("\n  " + verb + " "), verb);
            session.kat(verb, "--help");
            assertEquals(Main.DONE, session.exit(), session::toString);
            assertTrue(session.out().startsWith("Usage: kat " + verb), session::toString);
            String same = session.out();
            assertEquals(same, session.kat("help", verb).out());
        }
        assertFalse(listed.contains("prepare"), "internal verbs are not listed");
    }

    @Test
    void helpAndVersionAreThereWithoutAVerbToo() {
        String help = session.kat("help").out();

        assertEquals(help, session.kat("--help").out());
        assertEquals(Main.DONE, session.exit(), session::toString);
        String versions = session.kat("version").out();
        assertEquals(versions, session.kat("--version").out());
        session.kat("up", "--version");
        assertEquals(Main.WRONG_USE, session.exit(), "it starts no cluster");
    }

    @Test
    void anUnknownVerbIsRefused() {
        for (String line : List.of("fly", "help fly")) {
            session.kat(line.split(" ", -1));

            assertEquals(Main.WRONG_USE, session.exit());
            assertTrue(session.err().startsWith("kat: no verb fly\n"), session::toString);
        }
        session.kat("staus", "--name", "x");
        assertTrue(session.err().startsWith("kat: no verb staus; did you mean status?\n"));
        assertEquals(Main.WRONG_USE, session.exit());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--api-port many | Invalid value for option '--api-port': 'many' is not an int",
                "--simulated-nodes few | Invalid value for option '--simulated-nodes': 'few' is"
                        + " not an int",
            })
    void aValueOfTheWrongTypeIsRefused(String options, String sentence) {
        session.kat(("up " + options).split(" ", -1));

        assertEquals(Main.WRONG_USE, session.exit());
        assertTrue(session.err().startsWith("kat: " + sentence), session::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--name Big | --name (or KAT_NAME) must be at most 40 lower-case letters, digits"
                        + " and '-', but is \"Big\"",
                "--api-port 0 | --api-port must be 1 to 65535, but is \"0\"",
                "--listen nowhere | --listen must be a list of IPv4 addresses, but is \"nowhere\"",
                "--listen 127.0.0.1 | simulated nodes open no ports; leave --listen out, or add"
                        + " --real-node",
                "--ip-family six | --ip-family must be ipv4 or dual, but is \"six\"",
                "--ip-family dual | simulated nodes have IPv4 addresses only; leave --ip-family"
                        + " out, or add --real-node",
                "--containerd-socket /no.sock | simulated nodes use no containerd; leave"
                        + " --containerd-socket out, or add --real-node",
                "--real-node | you asked for real containers, which need root: run `sudo kat up`"
                        + " instead",
                "--config absent.yaml | cannot read the settings in absent.yaml: no such file",
            })
    void aValueThatCannotBeIsRefused(String options, String sentence) {
        session.up(options.split(" ", -1));

        assertEquals(Main.FAILED, session.exit());
        assertEquals("kat: " + sentence + "\n", session.err());
        assertFalse(Files.exists(session.clusters()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "delete", "logs --server", "image list"})
    void verbsSayThatThereIsNoCluster(String line) {
        session.kat(line.split(" ", -1));

        assertEquals(Main.FAILED, session.exit());
        assertEquals(1, session.err().lines().count(), session::toString);
        assertTrue(session.err().startsWith("kat: there is no "), session::toString);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-n 0 | -n must be 1 or more, but is 0",
                "--only flood --at-most 0 | --at-most must be more than 0, but is 0.0",
                "--only flood --at-most NaN | --at-most must be more than 0, but is NaN",
                "--only single --at-most 2 | --at-most is about floods; it wants --only flood",
                "--only flood | cluster kat is not running; `kat up` starts it",
            })
    void aMeasurementThatCannotBeIsRefused(String options, String sentence) {
        session.kat(("bench " + options).split(" ", -1));

        assertEquals(Main.FAILED, session.exit());
        assertEquals("kat: " + sentence + "\n", session.err());
    }

    @Test
    void theClusterIsTheOneThatTheEnvironmentNamesUnlessAnOptionDoes() {
        session.with("KAT_NAME", "mine");

        assertTrue(session.kat("down").err().contains("mine"), session::toString);
        assertTrue(session.kat("down", "--name", "other").err().contains("other"));
    }

    @Test
    void statusOfAnAbsentClusterSaysSo() {
        session.kat("status", "-o", "json");

        assertEquals(Main.FAILED, session.exit());
        assertTrue(session.out().contains("\"state\":\"absent\""), session::toString);
        assertEquals(
                "kat: -o knows only json, not \"yaml\"\n",
                session.kat("status", "-o", "yaml").err());
    }

    @Test
    void aPortInUseIsRefusedAndLeavesNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            session.up("--api-port", port);

            assertEquals(
                    "kat: port "
                            + port
                            + " is in use by another program; choose another with --api-port\n",
                    session.err());
        }
        assertFalse(Files.exists(session.clusters()));
    }

    @Test
    void aHomeThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        session.up("--home", file.resolve("home").toString());

        assertEquals(Main.FAILED, session.exit());
        assertEquals(1, session.err().lines().count(), session::toString);
        assertTrue(
                session.err()
                        .startsWith("kat: cannot tell whether the cluster runs: Not a directory"),
                session::toString);
    }

    @Test
    void settingsWithAnUnknownKeyAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("kat.yaml"), "apiPorts: 7000\n");
        session.up("--config", file.toString());

        assertTrue(
                session.err()
                        .startsWith(
                                "kat: the settings in "
                                        + file
                                        + ": unknown key \"apiPorts\"; known are"));
        assertFalse(Files.exists(session.clusters()));
    }

    @Test
    void settingsThatAreNotYamlAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("kat.yaml"), "apiPort: [7000\nname: }\n");
        session.up("--config", file.toString());

        assertTrue(session.err().startsWith("kat: the settings in " + file + " are not YAML: "));
        assertEquals(1, session.err().lines().count(), session::toString);
        assertFalse(Files.exists(session.clusters()));
    }

    @Test
    void aKubeconfigThatIsNoneIsToldBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("broken"), "users: [\n");
        session.up("--kubeconfig", file.toString());

        assertEquals(Main.FAILED, session.exit(), session::toString);
        assertTrue(session.err().startsWith("kat: the kubeconfig " + file + " is not YAML ("));
        assertEquals("users: [\n", Files.readString(file));
        assertFalse(Files.exists(session.clusters()));
    }

    @Test
    void aKubeconfigThatCannotBeWrittenIsToldBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        for (String target : List.of("/proc/x/y", file + "/config", folder.toString())) {
            session.up("--kubeconfig", target);

            assertEquals(Main.FAILED, session.exit(), session::toString);
            assertEquals(1, session.err().lines().count(), session::toString);
            assertTrue(session.err().contains(" the kubeconfig " + target), session::toString);
            assertFalse(Files.exists(session.clusters()));
        }
    }

    @Test
    void homeIsThatOfTheShell() {
        Path known = Path.of("/home/known");
        Ticker ticker = new SystemTicker();

        var said = Surroundings.of(Map.of("HOME", "/home/said"), false, known, ticker);
        assertEquals(Path.of("/home/said"), said.user().home());
        assertEquals(known, Surroundings.of(Map.of(), false, known, ticker).user().home());
    }

    @Test
    void aContainerdThatIsNotThereIsTold() {
        session.asRoot().up("--real-node", "--no-install", "--containerd-socket", "/no.sock");

        assertEquals(Main.FAILED, session.exit(), session::toString);
        assertEquals(1, session.err().lines().count(), session::toString);
        assertFalse(Files.exists(session.clusters()));
    }

    @Test
    void missingPartsAreNamedWhenNothingMayBeInstalled() {
        session.asRoot().kat("up", "--no-install");

        assertEquals(Main.FAILED, session.exit());
        assertTrue(session.err().startsWith("kat: real containers need "), session::toString);
        assertTrue(session.err().contains(" (Debian: "), session::toString);
        assertTrue(session.err().strip().endsWith("or start with --simulated-nodes 3"));
    }

    @Test
    void kubectlIsFoundOrSaidHowToGet() throws IOException {
        assertTrue(session.kat("kubectl", "get", "pods").err().contains("kubernetes-client"));
        Path program = folder.resolve("kubectl");
        Files.writeString(program, "#!/bin/sh\nexit 7\n");
        assertTrue(program.toFile().setExecutable(true));

        session.with("KAT_KUBECTL", program.toString()).kat("kubectl", "get", "-o", "wide");
        assertTrue(session.err().startsWith("kat: there is no cluster kat in "), session::toString);
        Path cluster = Files.createDirectories(session.clusters().resolve("kat"));
        Files.createFile(cluster.resolve("admin.kubeconfig"));
        session.kat("kubectl", "get", "-o", "wide");

        assertEquals(7, session.exit(), session::toString);
        session.kat("kubectl", "--name", "none", "get", "nodes", "--name", "x");
        assertTrue(
                session.err()
                        .endsWith("; to name another, --name stands before kubectl's words\n"));
    }

    @Test
    void logsOfPodsNeedAClusterAndNotTheServersLog() {
        assertTrue(
                session.kat("logs", "web-1")
                        .err()
                        .endsWith("admin.kubeconfig; was the cluster ever started?\n"),
                session::toString);
        assertEquals(
                "kat: --server is the log of KAT itself, which has no pods\n",
                session.kat("logs", "--server", "-l", "app=web").err());
        assertEquals(
                "kat: one pod at most; `-l` finds lines of several\n",
                session.kat("logs", "a", "b").err());
    }

    @ParameterizedTest
    @CsvSource({"xterm,'',true", "dumb,'',false", "xterm,1,false"})
    void aTerminalGetsEscapesUnlessThatIsForbidden(String term, String noColour, boolean wanted) {
        Map<String, String> environment = Map.of("TERM", term, "NO_COLOR", noColour);

        assertEquals(wanted, Terminal.takesEscapes(environment));
    }

    @Test
    void versionsAreTold() {
        List<String> lines = session.kat("version").out().lines().toList();

        assertTrue(lines.get(1).startsWith("kubernetes v1.36."), session::toString);
    }
}
