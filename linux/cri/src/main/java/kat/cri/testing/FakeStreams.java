package kat.cri.testing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import kat.cri.ContainerProcess;
import kat.cri.ContainerRuntimeException;
import kat.cri.ContainerRuntimeException.Code;
import kat.cri.ContainerStreams;
import kat.cri.PortStream;

/// Streams to a [FakeProgram], each session on a virtual thread of its own.
final class FakeStreams implements ContainerStreams {

    private static final int PIPE_BYTES = 64 << 10;

    private final Consumer<String> requireRunning;
    private final Consumer<String> requireSandbox;
    private final FakeProgram program;

    FakeStreams(
            Consumer<String> requireRunning, Consumer<String> requireSandbox, FakeProgram program) {
        this.requireRunning = requireRunning;
        this.requireSandbox = requireSandbox;
        this.program = program;
    }

    @Override
    public ContainerProcess exec(String containerId, List<String> command, StreamOptions options) {
        requireRunning.accept(containerId);
        try {
            return new Session(command);
        } catch (IOException e) {
            throw failure(containerId, e);
        }
    }

    /// Joins nothing: the session ends at once.
    @Override
    public ContainerProcess attach(String containerId, StreamOptions options) {
        return exec(containerId, List.of(), options);
    }

    @Override
    public PortStream portForward(String sandboxId, int port) {
        requireSandbox.accept(sandboxId);
        try {
            return new Connection(port);
        } catch (IOException e) {
            throw failure(sandboxId, e);
        }
    }

    private static ContainerRuntimeException failure(String id, IOException cause) {
        return new ContainerRuntimeException(
                Code.INTERNAL, "open a stream to " + id, "the pipe broke", cause);
    }

    private final class Session implements ContainerProcess {

        private final PipedOutputStream stdin = new PipedOutputStream();
        private final PipedInputStream stdout = new PipedInputStream(PIPE_BYTES);
        private final PipedInputStream stderr = new PipedInputStream(PIPE_BYTES);
        private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        private final Thread thread;

        Session(List<String> command) throws IOException {
            PipedInputStream in = new PipedInputStream(stdin, PIPE_BYTES);
            PipedOutputStream out = new PipedOutputStream(stdout);
            PipedOutputStream err = new PipedOutputStream(stderr);
            thread = Thread.ofVirtual().name("fake-exec").start(() -> run(command, in, out, err));
        }

        private void run(List<String> command, InputStream in, OutputStream out, OutputStream err) {
            try (in;
                    out;
                    err) {
                exitCode.complete(command.isEmpty() ? 0 : program.exec(command, in, out, err));
            } catch (IOException e) {
                exitCode.completeExceptionally(e);
            }
        }

        @Override
        public OutputStream stdin() {
            return stdin;
        }

        @Override
        public InputStream stdout() {
            return stdout;
        }

        @Override
        public InputStream stderr() {
            return stderr;
        }

        @Override
        public void resize(int width, int height) {}

        @Override
        public int waitFor() throws InterruptedException {
            try {
                return exitCode.get();
            } catch (ExecutionException e) {
                throw new ContainerRuntimeException(
                        Code.UNAVAILABLE, "run a command", "the session broke", e);
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private final class Connection implements PortStream {

        private final PipedOutputStream output = new PipedOutputStream();
        private final PipedInputStream input = new PipedInputStream(PIPE_BYTES);
        private final CompletableFuture<String> refusal = new CompletableFuture<>();
        private final Thread thread;

        Connection(int port) throws IOException {
            PipedInputStream from = new PipedInputStream(output, PIPE_BYTES);
            PipedOutputStream to = new PipedOutputStream(input);
            thread = Thread.ofVirtual().name("fake-port").start(() -> run(port, from, to));
        }

        private void run(int port, InputStream from, OutputStream to) {
            try (from;
                    to) {
                program.connect(port, from, to);
                refusal.complete("");
            } catch (IOException e) {
                refusal.complete(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public InputStream input() {
            return new FilterInputStream(input) {
                @Override
                public int read() throws IOException {
                    return orRefusal(super.read());
                }

                @Override
                public int read(byte[] into, int from, int length) throws IOException {
                    return orRefusal(super.read(into, from, length));
                }
            };
        }

        private int orRefusal(int read) throws IOException {
            String words = read < 0 ? refusal.join() : "";
            if (!words.isEmpty()) {
                throw new IOException(words);
            }
            return read;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
