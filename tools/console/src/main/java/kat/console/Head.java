package kat.console;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The head of a request of HTTP/1.1 (RFC 9112).
///
/// @param target path and query as they were sent
/// @param headers names in lower case
record Head(String method, String target, List<Map.Entry<String, String>> headers) {

    private static final int MOST_BYTES = 64 << 10;
    private static final int MOST_BODY = 4 << 20;

    Head {
        headers = List.copyOf(headers);
    }

    /// What came is no request, or none that is taken.
    static final class BadRequest extends IOException {
        private static final long serialVersionUID = 1L;

        BadRequest(String message) {
            super(message);
        }
    }

    /// Reads up to the empty line and nothing behind it.
    ///
    /// @throws EOFException when the other side has closed before it asked for anything
    /// @throws BadRequest when it is no head, or one of more than 64 KiB
    static Head read(InputStream in) throws IOException {
        String first = line(in, MOST_BYTES, true);
        String[] parts = first.split(" ", -1);
        boolean isRequest =
                parts.length == 3 && parts[1].startsWith("/") && parts[2].equals("HTTP/1.1");
        if (!isRequest) {
            throw new BadRequest("not a request of HTTP/1.1");
        }
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        int left = MOST_BYTES - first.length();
        String line = line(in, left, false);
        while (!line.isEmpty()) {
            int colon = line.indexOf(':');
            if (colon < 1 || line.charAt(colon - 1) <= ' ' || line.charAt(0) <= ' ') {
                throw new BadRequest("not a header");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            headers.add(Map.entry(name, line.substring(colon + 1).strip()));
            left -= line.length() + 2;
            line = line(in, left, false);
        }
        return new Head(parts[0], parts[1], headers);
    }

    private static String line(InputStream in, int most, boolean first) throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                if (first && text.isEmpty()) {
                    throw new EOFException();
                }
                throw new BadRequest("the head ends early");
            }
            if (next == '\n') {
                int end = text.length();
                boolean isWhole = end > 0 && text.charAt(end - 1) == '\r';
                if (!isWhole) {
                    throw new BadRequest("a line ends without a carriage return");
                }
                return text.substring(0, end - 1);
            }
            if (text.length() >= most) {
                throw new BadRequest("the head is too large");
            }
            text.append((char) next);
        }
    }

    /// The one value of a header; empty when it is absent or there are several.
    String header(String name) {
        List<String> values =
                headers.stream()
                        .filter(header -> header.getKey().equals(name))
                        .map(Map.Entry::getValue)
                        .toList();
        return values.size() == 1 ? values.getFirst() : "";
    }

    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    boolean isRead() {
        return method.equals("GET") || method.equals("HEAD");
    }

    boolean wantsSocket() {
        return header("upgrade").equalsIgnoreCase("websocket");
    }

    /// The body, which must say how long it is.
    ///
    /// @throws BadRequest when it does not, or is of more than 4 MiB
    byte[] body(InputStream in) throws IOException {
        if (headers.stream().anyMatch(header -> header.getKey().equals("transfer-encoding"))) {
            throw new BadRequest("the length of the body is not told");
        }
        long named =
                headers.stream().filter(header -> header.getKey().equals("content-length")).count();
        String length = header("content-length");
        if (named == 0) {
            return new byte[0];
        }
        if (!length.matches("[0-9]{1,7}") || Integer.parseInt(length) > MOST_BODY) {
            throw new BadRequest("the body is too large");
        }
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (body.length < Integer.parseInt(length)) {
            throw new BadRequest("the body ends early");
        }
        return body;
    }

    /// The value of a cookie; empty without it.
    String cookie(String name) {
        for (String cookie : header("cookie").split(";", -1)) {
            String[] parts = cookie.strip().split("=", 2);
            if (parts.length == 2 && parts[0].equals(name)) {
                return parts[1];
            }
        }
        return "";
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        headers.forEach(header -> text.append(header.getKey() + ": " + header.getValue() + "\r\n"));
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
