package kat.dev.inside;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The first process of a Java container of `kat dev`: starts its program, and starts it again
/// with changed classes and resources before its own when it is told to by a port of loopback.
///
/// It is compiled for Java 8 and put into the image, so it uses nothing newer and nothing else.
///
/// A request: [#GREETING], the count of files, and of each its name, length and bytes. The
/// answer: empty, or what failed.
///
/// **Threads:** one that waits for the program, one that listens.
public final class Supervisor {

    /// Begins each request.
    static final String GREETING = "kat-dev-1";

    private static final long PATIENCE_MILLIS = 300;
    private static final int SLOWEST_MILLIS = 30_000;
    private static final int MOST_FILES = 100_000;
    private static final long MOST_BYTES = 256L << 20;

    private final Path folder;
    private final List<String> command;
    private final Object lock = new Object();

    /// Guarded by the lock; a new one each time the program is started.
    private Process program;

    private Supervisor(Path folder, List<String> command) throws IOException {
        this.folder = folder;
        this.command = command;
        program = start();
    }

    /// @param args the port, an option for the program's Java, and the program's command line
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Arrays.asList(args).subList(2, args.length));
        command.add(1, args[1]);
        // It is ready sooner; what the command line itself says of it comes later and wins.
        command.add(1, "-XX:TieredStopAtLevel=1");
        Path folder = folder();
        putFirst(folder, command);
        Supervisor supervisor = new Supervisor(folder, command);
        Runtime.getRuntime().addShutdownHook(new Thread(supervisor::end));
        Thread listener = new Thread(() -> supervisor.listen(Integer.parseInt(args[0])));
        listener.setDaemon(true);
        listener.start();
        supervisor.await();
    }

    /// A folder that can be written to, also where the container's own files cannot be.
    private static Path folder() throws IOException {
        IOException last = new IOException("no folder for changed classes");
        for (String parent : Arrays.asList(System.getProperty("java.io.tmpdir"), "/dev/shm")) {
            try {
                return Files.createTempDirectory(Paths.get(parent), "kat-dev");
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    /// Puts a folder before the class path of a command line.
    private static void putFirst(Path folder, List<String> command) throws IOException {
        for (int i = 1; i < command.size() - 1; i++) {
            if (Arrays.asList("-cp", "-classpath", "--class-path").contains(command.get(i))) {
                String path = command.get(i + 1);
                if (path.startsWith("@")) {
                    byte[] said = Files.readAllBytes(Paths.get(path.substring(1)));
                    path = new String(said, StandardCharsets.UTF_8).trim().replace("\"", "");
                }
                command.set(i + 1, folder + ":" + path);
                return;
            }
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(command).inheritIO().start();
    }

    /// Ends with the program, unless it was started again.
    private void await() throws InterruptedException {
        while (true) {
            Process now;
            synchronized (lock) {
                now = program;
            }
            int code = now.waitFor();
            synchronized (lock) {
                if (program == now) {
                    Runtime.getRuntime().halt(code);
                }
            }
        }
    }

    private void end() {
        synchronized (lock) {
            program.destroy();
            try {
                Runtime.getRuntime().halt(program.waitFor());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void listen(int port) {
        try (ServerSocket server = new ServerSocket(port, 8, InetAddress.getByName("127.0.0.1"))) {
            while (true) {
                try (Socket client = server.accept()) {
                    client.setSoTimeout(SLOWEST_MILLIS);
                    serve(client);
                } catch (IOException e) {
                    System.err.println("kat dev: " + e);
                }
            }
        } catch (IOException e) {
            System.err.println("kat dev: this program cannot be started again in place: " + e);
        }
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        String answer = "";
        try {
            restart(read(in));
        } catch (IOException e) {
            answer = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = "interrupted";
        }
        out.writeUTF(answer);
        out.flush();
    }

    private Map<Path, byte[]> read(DataInputStream in) throws IOException {
        if (!in.readUTF().equals(GREETING)) {
            throw new IOException("not a request of kat dev");
        }
        int count = in.readInt();
        long left = MOST_BYTES;
        Map<Path, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Path file = folder.resolve(in.readUTF()).normalize();
            int length = in.readInt();
            left -= length;
            if (!file.startsWith(folder) || length < 0 || left < 0 || i > MOST_FILES) {
                throw new IOException("a request for other files, or for too many");
            }
            byte[] content = new byte[length];
            in.readFully(content);
            files.put(file, content);
        }
        return files;
    }

    private void restart(Map<Path, byte[]> files) throws IOException, InterruptedException {
        synchronized (lock) {
            program.destroy();
            if (!program.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                program.destroyForcibly().waitFor();
            }
            for (Map.Entry<Path, byte[]> file : files.entrySet()) {
                Files.createDirectories(file.getKey().getParent());
                Files.write(file.getKey(), file.getValue());
            }
            program = start();
        }
    }
}
