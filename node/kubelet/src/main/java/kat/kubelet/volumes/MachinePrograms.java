package kat.kubelet.volumes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of this machine, also those that only root usually finds.
final class MachinePrograms implements Programs {

    /// A slow disk of some terabytes is made within this time.
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final int SHOWN_BYTES = 16 * 1024;
    private static final String SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int NOT_FOUND = 127;

    @Override
    public Ran run(String... command) throws IOException {
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command)); // env looks for it and answers 127 where it is missing
        Path said = Files.createTempFile("kat-disk-", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(said.toFile());
            builder.environment().merge("PATH", SYSTEM_PATH, (own, system) -> own + ":" + system);
            int code = await(builder.start(), command[0]);
            return new Ran(
                    code, code == NOT_FOUND ? "executable file not found in $PATH" : beginOf(said));
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static int await(Process process, String name) throws IOException {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(name + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + " was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String beginOf(Path file) throws IOException {
        try (InputStream all = Files.newInputStream(file)) {
            return new String(all.readNBytes(SHOWN_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
