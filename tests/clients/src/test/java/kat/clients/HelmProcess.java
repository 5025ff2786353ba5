package kat.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `kat helm` as people run it: a process, with a home folder of its own.
final class HelmProcess {

    private static final long PATIENCE_SECONDS = 180;

    private final Path home;
    private final Path kubeconfig;

    HelmProcess(Path home, Path kubeconfig) {
        this.home = home;
        this.kubeconfig = kubeconfig;
    }

    /// What a command printed, errors too, and how it ended.
    record Ended(int code, String text) {

        /// The text of a command that did what it was asked.
        String good() {
            if (code != 0) {
                throw new AssertionError("helm ended with " + code + ": " + text);
            }
            return text;
        }
    }

    Process start(String... words) throws IOException {
        return start(Files.createTempFile(home, "helm", ".said"), words);
    }

    private Process start(Path said, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "kat.packages.Main"));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("HELM_"));
        builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
        return builder.start();
    }

    Ended run(String... words) throws IOException, InterruptedException {
        Path said = Files.createTempFile(home, "helm", ".said");
        Process process = start(said, words);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("helm did not end: " + List.of(words));
        }
        return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }
}
