package kat.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kat.app.ClusterFiles;
import kat.base.Deadline;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Starts a server and shows how far it is until the cluster can be used.
final class StartUp {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int LOG_LINES_SHOWN = 5;

    /// Exit codes of a JVM that a signal ended in order.
    private static final int BY_SIGINT = 130;

    private static final int BY_SIGTERM = 143;

    private final Terminal terminal;
    private final Surroundings surroundings;
    private final ServerProcess server;
    private final ClusterFiles files;
    private int linesRead;
    private @Nullable Process foreground;

    StartUp(
            Terminal terminal,
            Surroundings surroundings,
            ServerProcess server,
            ClusterFiles files) {
        this.terminal = terminal;
        this.surroundings = surroundings;
        this.server = server;
        this.files = files;
    }

    /// @throws CliException when the server ended or did not get ready in time
    void run(boolean attached) {
        ServerCommand command = new ServerCommand(surroundings);
        List<String> line = command.of(List.of(files.folder().toString()));
        ProcessHandle process =
                attached
                        ? startAttached(line)
                        : server.startDetached(line).orElseThrow(this::ended);
        try {
            await(process);
        } catch (CliException e) {
            // What it has open may be removed next.
            boolean unused = server.stop(process, ServerProcess.STOP_PATIENCE);
            throw e;
        }
    }

    private void await(ProcessHandle process) {
        Ticker ticker = surroundings.ticker();
        Deadline deadline = Deadline.in(PATIENCE, ticker);
        while (!deadline.isOver(ticker)) {
            boolean alive = process.isAlive();
            if (readProgress()) {
                terminal.clearPassing();
                return;
            }
            if (!alive) {
                throw ended();
            }
            server.pause();
        }
        throw new CliException(
                "the cluster was not ready after " + PATIENCE.toSeconds() + " s" + lastLogLines());
    }

    private CliException ended() {
        return new CliException("the server ended while it started" + lastLogLines());
    }

    private ProcessHandle startAttached(List<String> line) {
        try {
            Process started = new ProcessBuilder(line).inheritIO().start();
            foreground = started;
            return started.toHandle();
        } catch (IOException e) {
            throw CliException.of("cannot start the server", e);
        }
    }

    /// Waits for the end of a server in the foreground.
    ///
    /// @return the exit code; that somebody asked it to end is no failure
    int awaitEnd() throws InterruptedException {
        Process attached = foreground;
        int code = attached == null ? Main.DONE : attached.waitFor();
        return code == BY_SIGINT || code == BY_SIGTERM ? Main.DONE : code;
    }

    /// Stops the server in order and waits for it.
    ///
    /// @param wanted whether to do so at all
    void stopIf(boolean wanted) {
        if (wanted) {
            server.find().ifPresent(process -> server.stop(process, ServerProcess.STOP_PATIENCE));
        }
    }

    /// @return whether the cluster is ready
    private boolean readProgress() {
        List<String> lines;
        try {
            lines = Files.readAllLines(files.progress(), StandardCharsets.UTF_8);
        } catch (NoSuchFileException notYet) {
            return false;
        } catch (IOException e) {
            throw CliException.of("cannot follow the server's progress", e);
        }
        for (; linesRead < lines.size(); linesRead++) {
            String[] words = lines.get(linesRead).split(" ", 3);
            switch (words[0]) {
                case "step" -> step(words);
                case "ready" -> {
                    return true;
                }
                case "failed" -> {
                    terminal.clearPassing();
                    throw new CliException(lines.get(linesRead).substring("failed ".length()));
                }
                default -> throw new CliException("unknown progress line: " + lines.get(linesRead));
            }
        }
        return false;
    }

    private void step(String[] words) {
        String text = String.format("%5.1f s  %s", Long.parseLong(words[1]) / 1000.0, words[2]);
        if (terminal.interactive()) {
            terminal.passing(text);
        } else {
            terminal.note(text);
        }
    }

    private String lastLogLines() {
        Path log = files.log();
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            List<String> last =
                    lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
            return "; its last words were:\n  " + String.join("\n  ", last);
        } catch (IOException unreadable) {
            return " and left no log in " + log;
        }
    }
}
