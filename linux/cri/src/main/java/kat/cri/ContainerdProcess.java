package kat.cri;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kat.base.Deadline;
import kat.base.Ticker;

/// The process of a private containerd: started in a session of its own, so that it and its
/// containers outlive the process that started it, and found again through a file that names it.
final class ContainerdProcess {

    private static final Duration TERM_TIMEOUT = Duration.ofSeconds(5);

    /// A process that waits for a busy disk ends no earlier.
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(4);
    private static final int SHOWN_LOG_BYTES = 4096;
    private static final String SYSTEM_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final ContainerdConfig config;

    private final Ticker ticker;

    ContainerdProcess(ContainerdConfig config, Ticker ticker) {
        this.config = config;
        this.ticker = ticker;
    }

    /// The process that an earlier start left behind and that still runs.
    Optional<ProcessHandle> running() throws IOException {
        Optional<String[]> words = recorded();
        if (words.isEmpty()) {
            return Optional.empty();
        }
        long pid = Long.parseLong(words.get()[0]);
        boolean same =
                words.get()[2].equals(Host.bootId())
                        && Host.startOf(pid).filter(words.get()[1]::equals).isPresent();
        return same ? ProcessHandle.of(pid) : Optional.empty();
    }

    /// Whether what is recorded was before the machine's last start: nothing of it runs.
    boolean isBeforeBoot() throws IOException {
        Optional<String[]> words = recorded();
        return words.isPresent() && !words.get()[2].equals(Host.bootId());
    }

    private Optional<String[]> recorded() throws IOException {
        if (!Files.exists(config.processFile())) {
            return Optional.empty();
        }
        String[] words = Files.readString(config.processFile()).strip().split(" ");
        return words.length == 3 && words[0].matches("\\d{1,10}")
                ? Optional.of(words)
                : Optional.empty();
    }

    ProcessHandle start() throws IOException {
        List<String> command =
                List.of("setsid", config.program(), "--config", config.configFile().toString());
        Path log = config.logFile();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(config.home().toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(privateFile(log).toFile()));
        Map<String, String> environment = builder.environment();
        environment.merge("PATH", SYSTEM_PATH, (own, system) -> own + ":" + system);
        Path folder = Path.of(config.program()).getParent();
        if (folder != null) {
            environment.computeIfPresent("PATH", (_, path) -> folder + ":" + path);
        }
        environment.keySet().removeIf(name -> name.startsWith("NOTIFY_"));
        ProcessHandle process = builder.start().toHandle();
        String start = Host.startOf(process.pid()).orElse("0");
        Files.writeString(
                privateFile(config.processFile()),
                process.pid() + " " + start + " " + Host.bootId() + "\n",
                StandardOpenOption.TRUNCATE_EXISTING);
        return process;
    }

    /// Asks `process` to end and makes it; its containers go on.
    void end(ProcessHandle process) throws IOException, InterruptedException {
        process.destroy();
        if (!endsWithin(process, TERM_TIMEOUT)) {
            process.destroyForcibly();
            if (!endsWithin(process, KILL_TIMEOUT)) {
                throw new IOException("process " + process.pid() + " does not end");
            }
        }
        Files.deleteIfExists(config.processFile());
        Files.deleteIfExists(config.socket());
    }

    private boolean endsWithin(ProcessHandle process, Duration timeout)
            throws InterruptedException {
        Deadline deadline = Deadline.in(timeout, ticker);
        Optional<String> start = Host.startOf(process.pid());
        while (start.isPresent() && Host.startOf(process.pid()).equals(start)) {
            if (deadline.isOver(ticker)) {
                return false;
            }
            ticker.sleep(POLL);
        }
        return true;
    }

    /// The end of the log, for the message of a failed start.
    String lastWords() throws IOException {
        if (!Files.exists(config.logFile())) {
            return "";
        }
        byte[] log = Files.readAllBytes(config.logFile());
        int from = Math.max(0, log.length - SHOWN_LOG_BYTES);
        return new String(log, from, log.length - from, StandardCharsets.UTF_8).strip();
    }

    /// Makes a file that only its owner can read and write, unless it is there.
    static Path privateFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return file;
    }

    /// Makes a folder that only its owner can enter, unless it is there.
    static void privateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }
}
