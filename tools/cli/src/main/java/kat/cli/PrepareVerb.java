package kat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `kat prepare`: runs a server once, then a command that starts one, and keeps what the JVM
/// learned, so that later starts are quicker (JEP 483, JEP 514). The launcher calls it after a
/// build.
final class PrepareVerb implements Verb {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

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
                            List.of("--rehearse", scratch.resolve("rehearsal").toString())),
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

    /// `up` is the command for which people wait; its cluster has one simulated node and goes
    // again.
    private void trainCommand(ServerCommand program, Path cache, Path scratch)
            throws IOException, InterruptedException {
        List<String> where =
                List.of(
                        "--name",
                        "rehearsal",
                        "--home",
                        scratch.resolve("home").toString(),
                        "--kubeconfig",
                        scratch.resolve("kubeconfig").toString());
        try {
            train(
                    program.cliTraining(
                            cache, with(List.of("up", "--simulated-nodes", "1"), where)),
                    scratch);
        } finally {
            train(program.cli(cache, with(List.of("delete"), where)), scratch);
        }
    }

    private static List<String> with(List<String> verb, List<String> options) {
        List<String> all = new ArrayList<>(verb);
        all.addAll(options);
        return all;
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
            end(process);
        }
        if (process.exitValue() != 0) {
            terminal.note("a rehearsal ended with exit code " + process.exitValue());
        }
    }

    /// Ends what is left of a rehearsal, its client too: they write to the scratch folder.
    private static void end(Process process) {
        if (process.isAlive()) {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(each -> each.onExit().orTimeout(5, TimeUnit.SECONDS).join());
        }
    }
}
