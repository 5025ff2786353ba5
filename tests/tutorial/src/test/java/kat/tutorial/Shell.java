package kat.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A bash that runs one command after another, as a person's does: variables, folders and
/// background jobs stay. Not for use by several threads.
final class Shell implements AutoCloseable {

    /// How long one command may take.
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final String END = "--- end of the command: ";

    private final Process process;
    private final Writer input;
    private final Path typed;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile boolean closing;

    /// What a command wrote, to both of its outputs, and how it ended.
    record Answer(int exit, List<String> lines) {
        Answer {
            lines = List.copyOf(lines);
        }
    }

    /// @param folder where it starts
    /// @param typed a file of its own, for the command that it runs
    /// @param environment beside the test's own
    Shell(Path folder, Path typed, Map<String, String> environment) throws IOException {
        this.typed = typed;
        ProcessBuilder builder =
                new ProcessBuilder("bash", "--noprofile", "--norc")
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        this.process = builder.start();
        this.input = process.outputWriter(UTF_8);
        Thread unused = Thread.ofVirtual().name("tutorial-shell").start(this::readAll);
    }

    private void readAll() {
        try (BufferedReader reader = process.inputReader(UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            if (!closing) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Answer run(String command) throws IOException, InterruptedException {
        Files.writeString(typed, command + "\n");
        input.write(". " + typed + " </dev/null; printf '\\n" + END + "%d\\n' $?\n");
        input.flush();
        List<String> answer = new ArrayList<>();
        while (true) {
            String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(
                        "no more output within " + PATIENCE + " of: " + command + " " + answer);
            }
            if (line.startsWith(END)) {
                if (!answer.isEmpty() && answer.getLast().isEmpty()) {
                    answer.removeLast();
                }
                return new Answer(Integer.parseInt(line.substring(END.length())), answer);
            }
            answer.add(line);
        }
    }

    /// Ends it and what it left in the background.
    @Override
    public void close() throws IOException {
        closing = true;
        input.close();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }
}
