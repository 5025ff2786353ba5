package kat.apiserver.streaming;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The head of an answer of HTTP/1.1, and its body as it comes.
///
/// @param headers names in lower case
/// @param body ends where the answer ends
///
/// **Source:** RFC 9112.
public record HttpAnswer(int code, List<Map.Entry<String, String>> headers, InputStream body) {

    /// The connection is taken over.
    public static final int SWITCHING = 101;

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_HEADERS = 256;

    /// @param hasBody whether an answer to this request may have one
    public static HttpAnswer read(InputStream in, boolean hasBody) throws IOException {
        int code;
        List<Map.Entry<String, String>> headers;
        do {
            code = code(line(in));
            headers = headers(in);
        } while (code < OK && code != SWITCHING); // such as 103, before the answer itself
        if (code == SWITCHING) {
            return new HttpAnswer(code, headers, in);
        }
        boolean empty = !hasBody || code == NO_CONTENT || code == NOT_MODIFIED;
        return new HttpAnswer(
                code, headers, empty ? InputStream.nullInputStream() : body(in, headers));
    }

    private static int code(String line) throws IOException {
        String[] status = line.split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("malformed HTTP response");
        }
        return (int) number(status[1], 10);
    }

    private static List<Map.Entry<String, String>> headers(InputStream in) throws IOException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MAX_HEADERS) {
                throw new IOException("malformed HTTP response");
            }
            headers.add(
                    Map.entry(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip()));
        }
        return headers;
    }

    private static InputStream body(InputStream in, List<Map.Entry<String, String>> headers)
            throws IOException {
        long length = -1;
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().equals("transfer-encoding")) {
                return new Part(in, 0, true);
            }
            if (header.getKey().equals("content-length")) {
                length = number(header.getValue(), 10);
            }
        }
        return length < 0 ? in : new Part(in, length, false);
    }

    private static long number(String digits, int radix) throws IOException {
        try {
            long value = Long.parseLong(digits, radix);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IOException("malformed HTTP response", e);
        }
        throw new IOException("malformed HTTP response");
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.size() > MAX_LINE) {
                throw new EOFException("EOF");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(ISO_8859_1);
    }

    /// A body of known length, or in chunks.
    private static final class Part extends InputStream {

        private final InputStream in;
        private final boolean isChunked;
        private long left;
        private boolean isFirst = true;
        private boolean isOver;

        Part(InputStream in, long left, boolean isChunked) {
            this.in = in;
            this.left = left;
            this.isChunked = isChunked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0 && !isOver) {
                nextChunk();
            }
            if (isOver) {
                return -1;
            }
            int read = in.read(into, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("unexpected EOF");
            }
            left -= read;
            return read;
        }

        private void nextChunk() throws IOException {
            if (!isChunked) {
                isOver = true;
                return;
            }
            if (!isFirst) {
                line(in);
            }
            isFirst = false;
            left = number(line(in).split(";", 2)[0].strip(), 16);
            if (left == 0) {
                isOver = true;
                String trailer = line(in);
                while (!trailer.isEmpty()) {
                    trailer = line(in);
                }
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
