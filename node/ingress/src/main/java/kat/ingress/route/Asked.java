package kat.ingress.route;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What is asked of a request before it is passed on.
///
/// @param host without port, lower case
/// @param authority host and port as the client wrote them
/// @param path normalized, see [Paths]
/// @param uri as the client sent it: path and query
/// @param secure whether it came over TLS
/// @param address of the client
public record Asked(
        String method,
        String host,
        String authority,
        String path,
        String uri,
        boolean secure,
        InetAddress address,
        Headers headers) {

    /// Looks up a header of the request.
    @FunctionalInterface
    public interface Headers {
        @Nullable String get(String name);
    }

    /// The same request, of which headers are looked up in another way.
    public Asked with(Headers others) {
        return new Asked(method, host, authority, path, uri, secure, address, others);
    }

    String scheme() {
        return secure ? "https" : "http";
    }

    /// A header's value; empty when it was not sent.
    String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
