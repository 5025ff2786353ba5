package kat.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An environment of Python of the tests' own below `target`, made at the first use with the
/// packages that a file names.
final class Python {

    private static final long MINUTES = 4;

    private final Path folder;

    private Python(Path folder) {
        this.folder = folder;
    }

    /// Skips the test where Python, its `venv` or the packages cannot be had, and says so.
    static Python with(Path requirements) throws Exception {
        Path folder = Path.of("target", "python").toAbsolutePath();
        Path done = folder.resolve("requirements.txt");
        String wanted = Files.readString(requirements);
        Python python = new Python(folder);
        if (Files.exists(done) && Files.readString(done).equals(wanted)) {
            return python;
        }
        Files.createDirectories(folder.getParent());
        Outcome made = run(List.of("python3", "-m", "venv", "--clear", folder.toString()));
        assumeTrue(made.code() == 0, "python3 with venv is missing: " + made.lastLine());
        Outcome installed =
                run(
                        List.of(
                                python.program("pip"),
                                "install",
                                "--quiet",
                                "--no-deps",
                                "--requirement",
                                requirements.toString()));
        assumeTrue(installed.code() == 0, "pip could not install: " + installed.lastLine());
        Files.writeString(done, wanted);
        return python;
    }

    /// What a script prints.
    List<String> run(Path script, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(program("python"), script.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return run(command).lines();
    }

    private String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    private record Outcome(int code, List<String> lines) {
        String lastLine() {
            return lines.isEmpty() ? "it said nothing" : lines.getLast();
        }
    }

    private static Outcome run(List<String> command) throws Exception {
        Path output = Files.createTempFile("kat-python-", ".log");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return new Outcome(-1, List.of("took more than " + MINUTES + " minutes"));
            }
            return new Outcome(process.exitValue(), Files.readAllLines(output));
        } catch (IOException absent) {
            return new Outcome(-1, List.of(String.valueOf(absent.getMessage())));
        } finally {
            Files.delete(output);
        }
    }
}
