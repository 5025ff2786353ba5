package kat.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.app.ClusterFiles;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat prepare`: runs a server once, then a command that starts one, and keeps what the JVM
/// learned, so that later starts are quicker (JEP 483, JEP 514). The launcher calls it after a
/// build.
final class PrepareVerb implements Verb {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String REHEARSAL = "rehearsal";

    private final Terminal terminal;
    private final Surroundings surroundings;

    PrepareVerb(Terminal terminal, Surroundings surroundings) {
        this.terminal = terminal;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "prepare";
    }

    @Override
    public boolean isInternal() {
        return true;
    }

    @Override
    public CommandSpec spec() {
        return CommandSpec.create();
    }

    @Override
    public int run(ParseResult args) throws InterruptedException {
        try (OnInterrupt interrupt = new OnInterrupt(terminal)) {
            interrupt.allow("stopping the preparation of start-up caches");
            return prepare(interrupt);
        }
    }

    private int prepare(OnInterrupt interrupt) throws InterruptedException {
        Path distribution = Path.of(surroundings.variable("KAT_DIST"));
        ServerCommand server = new ServerCommand(surroundings);
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory("kat-prepare");
            train(
                    server.training(
                            distribution.resolve("server.aot"),
                            List.of("--rehearse", scratch.resolve(REHEARSAL).toString())),
                    scratch);
            trainCommand(server, distribution.resolve("cli.aot"), scratch);
            return Main.DONE;
        } catch (IOException e) {
            throw CliException.of("cannot make the start-up caches", e);
        } finally {
            boolean unused = interrupt.forbid();
            if (scratch != null) {
                FileTree.delete(scratch);
            }
        }
    }

    /// `up` is the command for which people wait; its cluster has one simulated node and all it
    /// has in the scratch folder.
    private void trainCommand(ServerCommand program, Path cache, Path scratch)
            throws IOException, InterruptedException {
        Path home = scratch.resolve("home");
        List<String> up =
                List.of(
                        "up",
                        "--simulated-nodes",
                        "1",
                        "--api-port",
                        Integer.toString(freePort()),
                        "--name",
                        REHEARSAL,
                        "--home",
                        home.toString(),
                        "--kubeconfig",
                        scratch.resolve("kubeconfig").toString());
        try {
            train(program.cliTraining(cache, up), scratch);
        } finally {
            new ServerProcess(ClusterFiles.of(home, REHEARSAL), surroundings.ticker())
                    .find()
                    .ifPresent(server -> end(List.of(server)));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void train(List<String> command, Path folder) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .inheritIO()
                        .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new CliException(
                        "a rehearsal did not end within " + PATIENCE.toSeconds() + " s");
            }
        } finally {
            if (process.isAlive()) {
                // Its client and its server too: they write to the scratch folder.
                List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
                all.add(process.toHandle());
                end(all);
            }
        }
        if (process.exitValue() != 0) {
            terminal.note("a rehearsal ended with exit code " + process.exitValue());
        }
    }

    private static void end(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(each -> each.onExit().orTimeout(5, TimeUnit.SECONDS).join());
    }
}
