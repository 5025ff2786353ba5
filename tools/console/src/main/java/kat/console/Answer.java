package kat.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import kat.api.json.JsonString;

/// Answers of HTTP/1.1 as bytes.
final class Answer {

    private static final int CHUNK = 16 << 10;
    private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final int NO_CONTENT = 204;
    private static final int UNCHANGED = 304;

    /// What comes from the cluster is data, wherever a browser shows it.
    private static final List<Map.Entry<String, String>> DATA_ONLY =
            List.of(
                    Map.entry("content-security-policy", "default-src 'none'; sandbox"),
                    Map.entry("x-content-type-options", "nosniff"),
                    Map.entry("cache-control", "no-store"));

    private Answer() {}

    /// An answer ended early, so that its connection is of no further use.
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1L;

        Cut(IOException cause) {
            super(cause);
        }
    }

    /// An answer whose end is not known when it begins; each piece is sent at once.
    static final class Pieces {

        private final OutputStream out;

        /// Sends the head.
        Pieces(int code, List<Map.Entry<String, String>> headers, OutputStream out)
                throws IOException {
            this.out = out;
            List<Map.Entry<String, String>> all = new ArrayList<>(headers);
            all.addAll(DATA_ONLY);
            String head = head(code, all) + "transfer-encoding: chunked\r\n\r\n";
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void write(byte[] bytes, int length) throws IOException {
            if (length > 0) {
                piece(bytes, length, true, out);
            }
        }

        void end() throws IOException {
            out.write(LAST);
            out.flush();
        }
    }

    static void whole(
            int code, Collection<Map.Entry<String, String>> headers, byte[] body, OutputStream out)
            throws IOException {
        StringBuilder head = head(code, headers);
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(body);
        out.flush();
    }

    /// A sentence in the form of the API's own refusals, so that the page reads all alike.
    static void refusal(int code, String reason, String message, OutputStream out)
            throws IOException {
        String body =
                "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":"
                        + code
                        + ",\"reason\":\""
                        + reason
                        + "\",\"message\":"
                        + new JsonString(message)
                        + "}";
        List<Map.Entry<String, String>> headers = new ArrayList<>(DATA_ONLY);
        headers.add(Map.entry("content-type", "application/json"));
        whole(code, headers, body.getBytes(StandardCharsets.UTF_8), out);
    }

    /// Sends what another server answers, piece by piece.
    ///
    /// @param headers with the length, if it is known
    /// @throws Cut when it ends before its end
    static void pass(
            int code,
            List<Map.Entry<String, String>> headers,
            InputStream content,
            boolean headOnly,
            OutputStream out)
            throws IOException {
        StringBuilder head = head(code, headers);
        for (Map.Entry<String, String> header : DATA_ONLY) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        boolean empty = headOnly || code == NO_CONTENT || code == UNCHANGED;
        boolean sized = headers.stream().anyMatch(h -> h.getKey().equals("content-length"));
        boolean chunked = !empty && !sized;
        head.append(chunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        if (empty) {
            return;
        }
        try {
            byte[] chunk = new byte[CHUNK];
            for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
                if (n > 0) {
                    piece(chunk, n, chunked, out);
                }
            }
            if (chunked) {
                out.write(LAST);
                out.flush();
            }
        } catch (IOException e) {
            throw new Cut(e);
        }
    }

    private static void piece(byte[] chunk, int length, boolean chunked, OutputStream out)
            throws IOException {
        if (chunked) {
            String size = Integer.toHexString(length) + "\r\n";
            out.write(size.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(chunk, 0, length);
        if (chunked) {
            out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        out.flush();
    }

    private static StringBuilder head(int code, Collection<Map.Entry<String, String>> headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + code + " \r\n");
        for (Map.Entry<String, String> header : headers) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        return head;
    }
}
