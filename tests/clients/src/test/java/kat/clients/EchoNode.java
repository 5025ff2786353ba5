package kat.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.Status;
import kat.client.node.Duplex;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;
import kat.client.node.ProcessStreams;

/// A node whose containers know three commands: `cat` gives back its input, `fail` tells so on
/// its error output and ends with 3, and any other prints itself. Who attaches to a container
/// joins a `cat`, and so does who connects to the port [#ECHO_PORT]; other ports are refused.
final class EchoNode implements NodeGateway {

    static final int FAILURE = 3;
    static final int ECHO_PORT = 7;

    private final AtomicInteger open = new AtomicInteger();

    /// How many `cat` run now.
    int open() {
        return open.get();
    }

    @Override
    public InputStream logs(PodTarget target, LogOptions options) {
        return new ByteArrayInputStream((target.container() + " says hello\n").getBytes(UTF_8));
    }

    @Override
    public ProcessStreams exec(PodTarget target, ExecOptions options) {
        String command = String.join(" ", options.command());
        return switch (command) {
            case "cat" -> new Cat();
            case "fail" -> new Printed("", "it failed\n", FAILURE);
            default -> new Printed(command + "\n", "", 0);
        };
    }

    @Override
    public ProcessStreams attach(PodTarget target, ExecOptions options) {
        return new Cat();
    }

    @Override
    public void requireForwarding(PodTarget target) {}

    @Override
    public Duplex connect(PodTarget target, int port) {
        if (port != ECHO_PORT) {
            throw Status.internalError("dial tcp4 127.0.0.1:" + port + ": connection refused")
                    .asException();
        }
        return new EchoPort();
    }

    @Override
    public NodeAnswer request(String node, String method, String path, byte[] body) {
        throw new UnsupportedOperationException("no agent here");
    }

    private static class Printed implements ProcessStreams {
        private final byte[] output;
        private final byte[] error;
        private final int code;

        Printed(String output, String error, int code) {
            this.output = output.getBytes(UTF_8);
            this.error = error.getBytes(UTF_8);
            this.code = code;
        }

        @Override
        public OutputStream stdin() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream stdout() {
            return new ByteArrayInputStream(output);
        }

        @Override
        public InputStream stderr() {
            return new ByteArrayInputStream(error);
        }

        @Override
        public void resize(int columns, int rows) {}

        @Override
        public Exit await() {
            return new Exit(code);
        }

        @Override
        public void close() {}
    }

    private class Cat implements ProcessStreams {
        private final PipedInputStream back = new PipedInputStream();
        private final PipedOutputStream in;
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicBoolean isClosed = new AtomicBoolean();

        Cat() {
            try {
                in = new PipedOutputStream(back);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            open.incrementAndGet();
        }

        @Override
        public OutputStream stdin() {
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    in.write(one);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    in.write(bytes, from, length);
                    in.flush();
                }

                @Override
                public void close() throws IOException {
                    in.close();
                    ended.countDown();
                }
            };
        }

        @Override
        public InputStream stdout() {
            return back;
        }

        @Override
        public InputStream stderr() {
            return new ByteArrayInputStream(new ByteArrayOutputStream().toByteArray());
        }

        @Override
        public void resize(int columns, int rows) {}

        @Override
        public Exit await() throws InterruptedException {
            ended.await();
            return new Exit(0);
        }

        /// Once by who goes and once by who has waited for the end.
        @Override
        public void close() {
            if (isClosed.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
            ended.countDown();
        }
    }
}
