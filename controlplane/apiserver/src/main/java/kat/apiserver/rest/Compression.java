package kat.apiserver.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Request;
import org.jspecify.annotations.Nullable;

/// Makes large answers smaller for clients that can take them so. Clients on this machine get them
/// as they are: a list of 1,000 pods takes three times as long to compress as to send through the
/// loopback.
///
/// **Source:** `apiserver/pkg/endpoints/handlers/responsewriters/writers.go`.
final class Compression {

    /// What is not larger goes as it is.
    static final int THRESHOLD_BYTES = 128 * 1024;

    private static final int BUFFER_BYTES = 16 * 1024;

    private Compression() {}

    static Answer of(Answer answer, Request request) {
        boolean wanted =
                answer.length() > THRESHOLD_BYTES
                        && !request.peer().local()
                        && accepts(request.header("accept-encoding"));
        if (!wanted) {
            return answer;
        }
        ByteArrayOutputStream small = new ByteArrayOutputStream(answer.length() / 4);
        try (OutputStream gzip = new Fast(small)) {
            for (byte[] part : answer.body()) {
                gzip.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot compress an answer in memory", e);
        }
        return new Answer(
                        answer.code(),
                        answer.contentType(),
                        answer.headers(),
                        List.of(small.toByteArray()))
                .with("content-encoding", "gzip")
                .with("vary", "Accept-Encoding");
    }

    private static boolean accepts(@Nullable String encodings) {
        if (encodings != null) {
            for (String encoding : encodings.split(",", -1)) {
                if (encoding.strip().equals("gzip")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The quickest level: the others cost several times as much for little.
    private static final class Fast extends GZIPOutputStream {

        Fast(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
