package kat.etcd.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.base.Check;
import kat.base.Deadline;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// An etcd of one member in a directory of its own, on free ports of 127.0.0.1. It can be killed
/// and started again with what it had.
///
/// **Threads:** one owner.
public final class EtcdProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path program;
    private final Path directory;
    private final Ticker ticker;
    private final int clientPort;
    private final int peerPort;
    private final @Nullable Tls tls;
    private @Nullable Process process;

    /// PEM files: clients must show a certificate of `authority`.
    public record Tls(Path authority, Path certificate, Path key) {}

    private EtcdProcess(Path program, Path directory, @Nullable Tls tls, Ticker ticker)
            throws IOException {
        this.program = program;
        this.directory = directory;
        this.tls = tls;
        this.ticker = ticker;
        this.clientPort = freePort();
        this.peerPort = freePort();
    }

    /// The program: what `KAT_ETCD` names, else the first on the PATH; null when there is none.
    public static @Nullable Path program() {
        String named = System.getenv("KAT_ETCD");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, "etcd");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /// Starts one that keeps its data below `directory`, and waits until it listens.
    public static EtcdProcess start(Path directory, Ticker ticker) throws IOException {
        return start(directory, null, ticker);
    }

    /// As [#start(Path, Ticker)], with TLS.
    public static EtcdProcess start(Path directory, @Nullable Tls tls, Ticker ticker)
            throws IOException {
        Path program = Check.notNull(program(), "etcd is installed");
        EtcdProcess etcd = new EtcdProcess(program, directory, tls, ticker);
        etcd.start();
        return etcd;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Where clients find it.
    public URI endpoint() {
        return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + clientPort);
    }

    /// Starts it, also again, and waits until it listens.
    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--name=test"));
        String peer = "http://127.0.0.1:" + peerPort;
        command.add("--data-dir=" + directory.resolve("etcd"));
        command.add("--listen-client-urls=" + endpoint());
        command.add("--advertise-client-urls=" + endpoint());
        command.add("--listen-peer-urls=" + peer);
        command.add("--initial-advertise-peer-urls=" + peer);
        command.add("--initial-cluster=test=" + peer);
        if (tls != null) {
            command.add("--client-cert-auth");
            command.add("--trusted-ca-file=" + tls.authority());
            command.add("--cert-file=" + tls.certificate());
            command.add("--key-file=" + tls.key());
        }
        Files.createDirectories(directory);
        Process started =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        directory.resolve("etcd.log").toFile()))
                        .start();
        process = started;
        awaitListening(started);
    }

    private void awaitListening(Process started) throws IOException {
        Deadline deadline = Deadline.in(START, ticker);
        while (!isListening()) {
            if (!started.isAlive() || deadline.isOver(ticker)) {
                throw new IOException(
                        "etcd does not listen: " + Files.readString(directory.resolve("etcd.log")));
            }
            try {
                ticker.sleep(LOOK_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while etcd starts", e);
            }
        }
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// Stops it without warning; [#start] has it go on.
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            boolean isInterrupted = Thread.interrupted();
            try {
                running.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        process = null;
    }

    /// Halts it, as a machine that is frozen does, or lets it go on.
    ///
    /// @param name of a signal, such as `STOP` and `CONT`
    public void signal(String name) throws IOException, InterruptedException {
        Process running = Check.notNull(process, "etcd runs");
        new ProcessBuilder("kill", "-" + name, Long.toString(running.pid())).start().waitFor();
    }

    @Override
    public void close() {
        kill();
    }
}
