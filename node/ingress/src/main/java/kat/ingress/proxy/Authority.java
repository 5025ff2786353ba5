package kat.ingress.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whom a request is for.
///
/// @param text host and port as the client wrote them
/// @param host lower case, without port
/// @param uri path and query
record Authority(String text, String host, String uri) {

    private static final String SCHEME_END = "://";

    /// Null when the request does not say it clearly.
    ///
    /// **Source:** RFC 9112 §3.2.
    static @Nullable Authority of(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean needed = !request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        if (hosts.size() > 1 || (hosts.isEmpty() && needed)) {
            return null;
        }
        String text = hosts.isEmpty() ? "" : hosts.getFirst();
        String uri = request.uri();
        if (!uri.startsWith("/")) {
            int start = uri.indexOf(SCHEME_END);
            if (start <= 0) {
                return null;
            }
            int slash = uri.indexOf('/', start + SCHEME_END.length());
            text = uri.substring(start + SCHEME_END.length(), slash < 0 ? uri.length() : slash);
            uri = slash < 0 ? "/" : uri.substring(slash);
        }
        return isClean(text) ? new Authority(text, withoutPort(text), uri) : null;
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._:[]~%".indexOf(c) >= 0;
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    private static String withoutPort(String text) {
        int colon = text.lastIndexOf(':');
        boolean isPort = colon >= 0 && colon > text.lastIndexOf(']');
        String host = isPort ? text.substring(0, colon) : text;
        String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return plain.toLowerCase(Locale.ROOT);
    }
}
