package kat.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs programs and waits for their end.
final class Programs {

    static final Duration PATIENCE = Duration.ofMinutes(2);

    private Programs() {}

    static Outcome run(List<String> command) throws InterruptedException {
        return run(command, Map.of(), "");
    }

    /// @param environment beside the test's own
    /// @param input what the program reads; then its input ends
    static Outcome run(List<String> command, Map<String, String> environment, String input)
            throws InterruptedException {
        try {
            Path out = Files.createTempFile("kat-out", "");
            Path err = Files.createTempFile("kat-err", "");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                try (OutputStream stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(UTF_8));
                }
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(
                            "no end within " + PATIENCE + " of " + command + read(out) + read(err));
                }
                return new Outcome(command, process.exitValue(), read(out), read(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command, e);
        }
    }

    /// Starts a program that goes on; its outputs go to one file.
    static Process start(List<String> command, Map<String, String> environment, Path output)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
