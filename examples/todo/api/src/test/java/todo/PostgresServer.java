package todo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// A PostgreSQL of the test's own, in a temporary folder, on a free port of 127.0.0.1.
final class PostgresServer implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final long LONGEST_COMMAND_SECONDS = 60;

    private final Path programs;
    private final Path folder;
    private final int port;

    private PostgresServer(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    /// A new one that runs; the test is skipped where PostgreSQL is not installed.
    static PostgresServer start() throws IOException {
        Optional<Path> programs = programs();
        Assumptions.assumeTrue(
                programs.isPresent(), "PostgreSQL is not installed (Debian: postgresql)");
        Path folder = Files.createTempDirectory("todo-postgres");
        if (isRoot()) {
            run(List.of("chown", "postgres", folder.toString())); // PostgreSQL refuses to be root
        }
        PostgresServer server = new PostgresServer(programs.get(), folder, freePort());
        server.program("initdb", "-A", "trust", "-U", "todo", "--no-sync", "-E", "UTF8");
        server.startAgain();
        server.program(
                "createdb",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(server.port),
                "-U",
                "todo",
                "todo");
        return server;
    }

    private static Optional<Path> programs() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/todo";
    }

    void startAgain() throws IOException {
        program(
                "pg_ctl",
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p " + port + " -h 127.0.0.1 -k " + folder,
                "start");
    }

    /// Ends it as a crash would: nothing is written down any more.
    void crash() throws IOException {
        program("pg_ctl", "-m", "immediate", "-w", "stop");
    }

    private void program(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(programs.resolve(name).toString());
        if (!name.equals("createdb")) {
            command.addAll(List.of("-D", folder.resolve("data").toString()));
        }
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("todo-postgres", ".log");
        Process process =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean isOver = isOver(process);
        String said = Files.readString(output);
        Files.delete(output);
        if (!isOver || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " failed: " + said);
        }
    }

    private static boolean isOver(Process process) {
        try {
            return process.waitFor(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(folder.resolve("data/postmaster.pid"))) {
            crash();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
