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
    private boolean isAttached;
    private @Nullable Process process;

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

    /// @param attached whether the server writes where this process does
    /// @throws CliException when the server ended or did not get ready in time
    void run(boolean attached) {
        ServerCommand command = new ServerCommand(surroundings);
        Process started = server.start(command.of(List.of(files.folder().toString())), attached);
        process = started;
        isAttached = attached;
        await(started);
    }

    private void await(Process process) {
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

    /// Waits for the end of the server.
    ///
    /// @return the exit code; that somebody asked it to end is no failure
    int awaitEnd() throws InterruptedException {
        int code = process == null ? Main.DONE : process.waitFor();
        return code == BY_SIGINT || code == BY_SIGTERM ? Main.DONE : code;
    }

    /// Stops the server in order, if it was started, and waits for it.
    void stop() {
        Process started = process;
        if (started != null && !server.stop(started.toHandle(), ServerProcess.STOP_PATIENCE)) {
            throw new CliException(
                    "the server (pid " + started.pid() + ") does not end; see " + files.log());
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
        if (isAttached) {
            return; // the log on the terminal tells it
        }
        String text = String.format("%5.1f s  %s", Long.parseLong(words[1]) / 1000.0, words[2]);
        if (terminal.interactive()) {
            terminal.passing(text);
        } else {
            terminal.note(text);
        }
    }

    private String lastLogLines() {
        if (isAttached) {
            return "; see its log above";
        }
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
