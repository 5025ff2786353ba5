package kat.clients;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Distribution registry on loopback that knows one user: `me` with the password `secret`.
final class DistributionRegistry implements AutoCloseable {

    private static final String PROGRAM = "docker-registry";

    /// As `htpasswd -Bbn me secret` prints it.
    private static final String USERS =
            "me:$2y$05$SZY3kvYNTgX08WzwU/xYRuXc3t2MYsFLduyUxKycptvEBFtnqrnEa\n";

    private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

    private final Process process;
    private final String address;

    private DistributionRegistry(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /// Skips the test where the program is missing, and says so.
    static DistributionRegistry start(Path folder) throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("users"), USERS);
        Path config =
                Files.writeString(
                        folder.resolve("config.yml"),
                        """
                        version: 0.1
                        log: {level: info}
                        storage: {filesystem: {rootdirectory: %1$s/data}}
                        http: {addr: "127.0.0.1:0"}
                        auth: {htpasswd: {realm: kat, path: %1$s/users}}
                        """
                                .formatted(folder));
        Path log = folder.resolve("log");
        Process process = process(config, log);
        try {
            Waiting.until(
                    "the registry listens", () -> !process.isAlive() || listening(log).find());
            Matcher listening = listening(log);
            if (!listening.find()) {
                throw new AssertionError("the registry ended: " + Files.readString(log));
            }
            return new DistributionRegistry(process, listening.group(1));
        } catch (Exception | AssertionError e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static Matcher listening(Path log) throws IOException {
        return LISTENING.matcher(Files.readString(log));
    }

    private static Process process(Path config, Path log) {
        try {
            return new ProcessBuilder(PROGRAM, "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException absent) {
            assumeTrue(false, PROGRAM + " is missing: " + absent.getMessage());
            throw new IllegalStateException(absent);
        }
    }

    /// Host and port.
    String address() {
        return address;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
