package kat.dev.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kat.dev.config.DevException;
import org.jspecify.annotations.Nullable;

/// Runs programs of this machine with an environment of its own.
///
/// **Threads:** any.
public final class Shell {

    /// The time that an interrupted program has to end.
    private static final int PATIENCE_SECONDS = 10;

    private final Map<String, String> environment;

    /// @param environment what every program gets; its `PATH` finds them
    public Shell(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /// Writes what a program reads.
    @FunctionalInterface
    public interface Input {
        Input NONE = _ -> {};

        void write(OutputStream out) throws IOException;
    }

    /// A program with its words.
    ///
    /// @param input what it reads
    /// @param variables in addition to the environment
    public record Command(
            List<String> words, Path folder, SequencedMap<String, String> variables, Input input) {

        public Command {
            words = List.copyOf(words);
        }

        public static Command of(Path folder, String... words) {
            return new Command(List.of(words), folder, new LinkedHashMap<>(), Input.NONE);
        }

        public static Command of(Path folder, List<String> words) {
            return new Command(words, folder, new LinkedHashMap<>(), Input.NONE);
        }

        public Command with(Map<String, String> more) {
            SequencedMap<String, String> all = new LinkedHashMap<>(variables);
            all.putAll(more);
            return new Command(words, folder, all, input);
        }

        public Command reading(String text) {
            return reading(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        }

        public Command reading(Input other) {
            return new Command(words, folder, variables, other);
        }
    }

    /// What a program said.
    public record Result(int code, String out, String err) {

        public boolean isGood() {
            return code == 0;
        }

        /// The more telling of its outputs, for messages.
        public String said() {
            return (err.isBlank() ? out : err).strip();
        }
    }

    public Map<String, String> environment() {
        return environment;
    }

    /// Whether the `PATH` has a program.
    public boolean has(String program) {
        return find(program) != null;
    }

    private @Nullable Path find(String program) {
        for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, program);
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return file;
            }
        }
        return null;
    }

    /// The program by the environment's `PATH`, which need not be that of this process.
    private List<String> found(List<String> words) {
        Path program = words.getFirst().contains("/") ? null : find(words.getFirst());
        if (program == null) {
            return words;
        }
        List<String> all = new ArrayList<>(words);
        all.set(0, program.toString());
        return all;
    }

    /// Starts a program, whose outputs the caller reads.
    ///
    /// @throws DevException when it cannot be started
    public Process start(Command command, boolean isErrorJoined) {
        ProcessBuilder builder =
                new ProcessBuilder(found(command.words()))
                        .directory(command.folder().toFile())
                        .redirectErrorStream(isErrorJoined);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(command.variables());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new DevException("cannot run " + command.words().getFirst(), e);
        }
    }

    /// Runs a program to its end and keeps what it says.
    public Result run(Command command) throws InterruptedException {
        List<String> errors = new ArrayList<>();
        Process process = start(command, false);
        try {
            AtomicReference<byte[]> out = new AtomicReference<>(new byte[0]);
            List<Thread> threads =
                    List.of(
                            Thread.startVirtualThread(
                                    () -> lines(process.getErrorStream(), l -> add(errors, l))),
                            Thread.startVirtualThread(() -> out.set(all(process.getInputStream()))),
                            Thread.startVirtualThread(() -> write(process, command.input())));
            int code = ended(process, threads);
            synchronized (errors) {
                String said = new String(out.get(), StandardCharsets.UTF_8);
                return new Result(code, said, String.join("\n", errors));
            }
        } finally {
            end(process);
        }
    }

    private static void add(List<String> lines, String line) {
        synchronized (lines) {
            lines.add(line);
        }
    }

    /// Runs a program to its end and hands on each line that it says, as it comes.
    ///
    /// @return its exit code
    public int run(Command command, Consumer<String> lines) throws InterruptedException {
        Process process = start(command, true);
        try {
            return ended(
                    process,
                    List.of(
                            Thread.startVirtualThread(() -> lines(process.getInputStream(), lines)),
                            Thread.startVirtualThread(() -> write(process, command.input()))));
        } finally {
            end(process);
        }
    }

    /// Reading cannot be interrupted, so that others read.
    private static int ended(Process process, List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return process.waitFor();
    }

    private static byte[] all(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException ended) {
            // The program was ended; nobody waits for what it said.
            return new byte[0];
        }
    }

    /// Ends a program that an interrupt left, and those that it started.
    private static void end(Process process) throws InterruptedException {
        if (!process.isAlive()) {
            return;
        }
        List<ProcessHandle> others = process.descendants().toList();
        others.forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            Process unused = process.destroyForcibly();
        }
        others.forEach(ProcessHandle::destroyForcibly);
    }

    private static void write(Process process, Input input) {
        try (OutputStream to = process.getOutputStream()) {
            input.write(to);
        } catch (IOException closed) {
            // A program that reads less than it is given tells by its exit code if it minds.
            return;
        }
    }

    /// Hands on lines until the stream ends.
    public static void lines(InputStream stream, Consumer<String> lines) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.accept(line);
            }
        } catch (IOException ended) {
            // The program was ended; what it said until then was handed on.
            return;
        }
    }
}
