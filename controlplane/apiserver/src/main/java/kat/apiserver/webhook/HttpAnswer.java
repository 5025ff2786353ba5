package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/// An answer of HTTP/1.1, read whole.
///
/// **Source:** RFC 9112.
final class HttpAnswer {

    /// The largest body that is taken.
    private static final int MAX_BODY = 16 * 1024 * 1024;

    private static final int NO_CONTENT = 204;

    private static final int MAX_LINE = 16 * 1024;

    private final int code;
    private final byte[] body;
    private final String type;
    private final boolean isLast;

    private HttpAnswer(int code, String type, byte[] body, boolean isLast) {
        this.code = code;
        this.type = type;
        this.body = body;
        this.isLast = isLast;
    }

    /// Whether nothing can come on its connection after it.
    boolean isLast() {
        return isLast;
    }

    int code() {
        return code;
    }

    /// The content type; empty when none was told.
    String type() {
        return type;
    }

    byte[] body() {
        return body;
    }

    static HttpAnswer read(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("malformed HTTP response");
        }
        int length = -1;
        boolean chunked = false;
        String type = "";
        boolean isLast = !status[0].equals("HTTP/1.1");
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = number(lower.substring("content-length:".length()).strip(), 10);
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            } else if (lower.startsWith("content-type:")) {
                type = header.substring("content-type:".length()).strip();
            } else if (lower.startsWith("connection:")) {
                isLast |= lower.contains("close");
            }
        }
        int code = number(status[1], 10);
        if (code == NO_CONTENT) {
            return new HttpAnswer(code, type, new byte[0], isLast);
        }
        byte[] body = chunked ? chunks(in) : length < 0 ? rest(in) : exactly(in, length);
        boolean isBounded = chunked || length >= 0;
        return new HttpAnswer(code, type, body, isLast || !isBounded);
    }

    private static int number(String digits, int radix) throws IOException {
        try {
            int value = Integer.parseInt(digits, radix);
            if (value < 0 || value > MAX_BODY) {
                throw new IOException("the answer is too large");
            }
            return value;
        } catch (NumberFormatException e) {
            throw new IOException("malformed HTTP response", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.size() > MAX_LINE) {
                throw new IOException("EOF");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(ISO_8859_1);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("unexpected EOF");
        }
        return body;
    }

    private static byte[] rest(InputStream in) throws IOException {
        byte[] body = in.readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new IOException("the answer is too large");
        }
        return body;
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String head = line(in);
            int end = head.indexOf(';');
            int size = number((end < 0 ? head : head.substring(0, end)).strip(), 16);
            if (size == 0) {
                String trailer = line(in);
                while (!trailer.isEmpty()) {
                    trailer = line(in);
                }
                return body.toByteArray();
            }
            if (body.size() + size > MAX_BODY) {
                throw new IOException("the answer is too large");
            }
            body.writeBytes(exactly(in, size));
            line(in);
        }
    }
}
