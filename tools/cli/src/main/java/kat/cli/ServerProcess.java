package kat.cli;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kat.app.ClusterFiles;
import kat.base.Deadline;
import kat.base.Ticker;

/// The process that holds a cluster: started detached from the terminal, found again by the id in
/// its `run/pid`, ended by SIGTERM.
final class ServerProcess {

    /// Containers get their grace period, 30 s unless their pods say otherwise.
    static final Duration STOP_PATIENCE = Duration.ofSeconds(90);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    /// A user of a container reads what the kubelet writes for it, /etc/hosts for example, also
    /// when whoever starts the cluster hides new files from others. Secrets have modes of their
    /// own.
    private static final String USUAL_UMASK = "umask 022; exec \"$@\"";

    private final ClusterFiles files;
    private final Ticker ticker;

    ServerProcess(ClusterFiles files, Ticker ticker) {
        this.files = files;
        this.ticker = ticker;
    }

    /// The running server; empty when there is none. A process id that another program got after a
    /// reboot does not count.
    Optional<ProcessHandle> find() {
        try {
            String text = Files.readString(files.pid()).strip();
            return ProcessHandle.of(Long.parseLong(text)).filter(this::isServer);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        } catch (IOException e) {
            throw CliException.of("cannot tell whether the cluster runs", e);
        }
    }

    private boolean isServer(ProcessHandle process) {
        String text = arguments(process);
        return text.contains(ServerCommand.MAIN_CLASS) && text.contains(files.folder().toString());
    }

    /// Starts the server in a session of its own: it outlives this process, and the signals of a
    /// terminal are for whoever started it.
    ///
    /// @param attached whether it writes where this process does, rather than to the log
    Process start(List<String> command, boolean attached) {
        // Not a leader of its group, setsid becomes the server: its process is known at once.
        List<String> line = new ArrayList<>(List.of("setsid", "sh", "-c", USUAL_UMASK, "sh"));
        line.addAll(command);
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(line)
                            .directory(files.folder().toFile())
                            .redirectInput(new File("/dev/null"));
            if (attached) {
                builder.redirectOutput(Redirect.INHERIT).redirectError(Redirect.INHERIT);
            } else {
                var log = Redirect.appendTo(ClusterFiles.privateFile(files.log()).toFile());
                builder.redirectOutput(log).redirectError(log);
            }
            return builder.start();
        } catch (IOException e) {
            throw CliException.of("cannot start the server (is util-linux's setsid there?)", e);
        }
    }

    /// Whether containers run although the server does not, as after `kill -9`: each belongs to a
    /// process that has the containerd's socket among its arguments.
    boolean hasLeft(Path socket) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> arguments(process).contains("\0" + socket + "\0"));
    }

    /// Each with a NUL after it; empty when the process is gone.
    private static String arguments(ProcessHandle process) {
        Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        try {
            return Files.readString(commandLine, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /// Asks the server to stop its containers and end, and waits for it.
    ///
    /// @return whether it ended in time
    /// @throws CliException when this user may not ask it
    boolean stop(ProcessHandle process, Duration patience) {
        if (!process.destroy() && process.isAlive()) {
            throw new CliException(
                    "the server (pid "
                            + process.pid()
                            + ") belongs to "
                            + process.info().user().orElse("another user")
                            + ", who alone may stop it: try again with sudo");
        }
        Deadline deadline = Deadline.in(patience, ticker);
        while (process.isAlive() && !deadline.isOver(ticker)) {
            pause();
        }
        return !process.isAlive();
    }

    void pause() {
        try {
            ticker.sleep(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted", e);
        }
    }
}
