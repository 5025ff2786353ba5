package kat.nftables;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs programs as child processes, each with a time limit of its own.
public final class HostCommands implements Commands {

    /// A program that runs longer is killed. Changing 10,000 elements takes well under a second.
    public static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    /// Where administrators' programs live, whatever `PATH` the caller was started with.
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin");

    private final SequencedSet<String> folders = new LinkedHashSet<>();

    /// @param path the value of the environment variable `PATH`; may be empty
    public HostCommands(String path) {
        for (String folder : path.split(":", -1)) {
            if (!folder.isEmpty()) {
                folders.add(folder);
            }
        }
        folders.addAll(SYSTEM_FOLDERS);
    }

    /// Where a program is installed; null when it is not.
    public @Nullable Path find(String program) {
        for (String folder : folders) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    @Override
    public Result run(List<String> arguments, String input) throws InterruptedException {
        Path program = find(arguments.getFirst());
        if (program == null) {
            return new Result(NOT_FOUND, "", arguments.getFirst() + " is not installed");
        }
        List<String> line = new ArrayList<>(arguments);
        line.set(0, program.toString());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", String.join(":", folders));
        try {
            return finish(builder.start(), line, input);
        } catch (IOException e) {
            throw new CommandException("cannot run " + program, e);
        }
    }

    private static Result finish(Process process, List<String> line, String input)
            throws IOException, InterruptedException {
        try {
            FutureTask<String> output = reading(process.getInputStream());
            FutureTask<String> error = reading(process.getErrorStream());
            feed(process, input);
            if (!process.waitFor(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new CommandException(
                        line.getFirst() + " did not end within " + TIME_LIMIT.toSeconds() + " s");
            }
            return new Result(process.exitValue(), output.get(), error.get());
        } catch (ExecutionException e) {
            throw new CommandException("cannot read what " + line.getFirst() + " wrote", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /// A program that fails early closes its input; what it wrote and its status then say why.
    private static void feed(Process process, String input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException closed) {
            System.getLogger("kat.nftables")
                    .log(System.Logger.Level.DEBUG, "a program closed its input early", closed);
        }
    }

    private static FutureTask<String> reading(InputStream stream) {
        FutureTask<String> task =
                new FutureTask<>(() -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        Thread.ofVirtual().name("kat-command-output").start(task);
        return task;
    }
}
