package kat.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import kat.base.Deadline;
import kat.base.SystemTicker;
import kat.base.Ticker;

/// The `kat` command as a process of its own, with the class path of the test.
final class KatProcess {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Ticker TICKER = new SystemTicker();

    private final Path folder;
    private final List<String> prefix;
    private final String classPath;
    private final Map<String, String> environment = new TreeMap<>();
    private final Path output;

    /// @param folder for the process's output; its home is below
    /// @param prefix a command that runs the rest of its line; may be empty
    KatProcess(Path folder, List<String> prefix, String classPath) {
        this.folder = folder;
        this.prefix = prefix;
        this.classPath = classPath;
        this.output = folder.resolve("output");
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", home().toString());
    }

    static KatProcess in(Path folder) {
        return new KatProcess(folder, List.of(), System.getProperty("java.class.path"));
    }

    KatProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Path home() {
        return folder.resolve("home");
    }

    Path cluster() {
        return home().resolve(".kat/kat");
    }

    Process start(String... words) throws IOException {
        List<String> line = new ArrayList<>(prefix);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        "kat.cli.Main"));
        line.addAll(List.of(words));
        Files.deleteIfExists(output);
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile())
                .start();
    }

    /// Runs it to its end.
    ///
    /// @return the exit code
    int run(String... words) throws IOException, InterruptedException {
        return end(start(words));
    }

    static int end(Process process) throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("did not end within " + PATIENCE);
        }
        return process.exitValue();
    }

    /// What it has written so far.
    String said() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    /// Something that may hold later.
    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(String what, Condition condition) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE, TICKER);
        while (!condition.holds()) {
            if (deadline.isOver(TICKER)) {
                throw new AssertionError("not within " + PATIENCE + ": " + what);
            }
            TICKER.sleep(Duration.ofMillis(10));
        }
    }
}
