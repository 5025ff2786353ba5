package kat.apiserver.http;

import java.util.ArrayList;
import java.util.List;

/// A complete answer.
///
/// @param code the HTTP status
/// @param headers beside content type and length; names in lower case
/// @param body sent as it is, in order; never changed afterwards
public record Answer(int code, String contentType, List<Header> headers, List<byte[]> body) {

    public static final int OK = 200;
    public static final String JSON = "application/json";
    public static final String TEXT = "text/plain; charset=utf-8";

    /// @param name in lower case
    public record Header(String name, String value) {}

    public static Answer of(int code, String contentType, byte[] body) {
        return new Answer(code, contentType, List.of(), List.of(body));
    }

    public Answer with(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Answer(code, contentType, more, body);
    }

    public Answer with(List<Header> further) {
        if (further.isEmpty()) {
            return this;
        }
        List<Header> more = new ArrayList<>(headers);
        more.addAll(further);
        return new Answer(code, contentType, more, body);
    }

    public int length() {
        int sum = 0;
        for (byte[] part : body) {
            sum += part.length;
        }
        return sum;
    }

    /// The body in one piece.
    public byte[] joined() {
        if (body.size() == 1) {
            return body.getFirst();
        }
        byte[] all = new byte[length()];
        int at = 0;
        for (byte[] part : body) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
