package kat.cri;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import kat.cri.ContainerRuntimeException.Code;

/// A session over the `v4.channel.k8s.io` protocol: one SPDY stream for each of input, output,
/// error and terminal size, and one on which the outcome arrives as a Kubernetes Status.
final class SpdyProcess implements ContainerProcess {

    private static final int MAX_STATUS_BYTES = 64 << 10;

    private final SpdyConnection connection;
    private final Streams streams;
    private final String what;
    private final boolean attached;

    record Streams(
            OutputStream stdin,
            InputStream stdout,
            InputStream stderr,
            OutputStream resize,
            InputStream status) {}

    /// @param attached whether the end of the streams without an outcome is no failure
    SpdyProcess(SpdyConnection connection, Streams streams, String what, boolean attached) {
        this.connection = connection;
        this.streams = streams;
        this.what = what;
        this.attached = attached;
    }

    @Override
    public OutputStream stdin() {
        return streams.stdin();
    }

    @Override
    public InputStream stdout() {
        return streams.stdout();
    }

    @Override
    public InputStream stderr() {
        return streams.stderr();
    }

    @Override
    public void resize(int width, int height) {
        if (!connection.isOpen()) {
            return;
        }
        String size = "{\"Width\":" + width + ",\"Height\":" + height + "}\n";
        try {
            streams.resize().write(size.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            System.getLogger(SpdyProcess.class.getName())
                    .log(System.Logger.Level.DEBUG, "terminal not resized, the session ended", e);
        }
    }

    @Override
    public int waitFor() throws InterruptedException {
        byte[] outcome;
        try {
            outcome = streams.status().readNBytes(MAX_STATUS_BYTES);
        } catch (InterruptedIOException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(e.getMessage());
                interrupted.initCause(e);
                throw interrupted;
            }
            throw failure(Code.UNAVAILABLE, "the session broke", e);
        } catch (IOException e) {
            throw failure(Code.UNAVAILABLE, "the session broke", e);
        }
        if (outcome.length == 0) {
            if (attached) {
                return 0;
            }
            throw new ContainerRuntimeException(
                    Code.UNAVAILABLE, what, "the session ended without an exit code", null);
        }
        return exitCode(new String(outcome, StandardCharsets.UTF_8));
    }

    private int exitCode(String outcome) {
        try {
            JsonObject status = Json.object(outcome);
            if (Json.string(status, "status").equals("Success")) {
                return 0;
            }
            if (Json.string(status, "reason").equals("NonZeroExitCode")) {
                for (JsonObject cause : Json.objects(Json.object(status, "details"), "causes")) {
                    if (Json.string(cause, "reason").equals("ExitCode")) {
                        return Integer.parseInt(Json.string(cause, "message"));
                    }
                }
            }
            throw new ContainerRuntimeException(
                    Code.UNKNOWN, what, Json.string(status, "message"), null);
        } catch (JsonParseException | NumberFormatException e) {
            throw failure(Code.INTERNAL, "the runtime's outcome is not readable", e);
        }
    }

    private ContainerRuntimeException failure(Code code, String words, Throwable cause) {
        return new ContainerRuntimeException(code, what, words, cause);
    }

    @Override
    public void close() {
        connection.close();
    }
}
