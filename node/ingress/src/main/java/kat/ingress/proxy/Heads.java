package kat.ingress.proxy;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kat.base.Check;
import kat.ingress.route.Asked;
import kat.ingress.route.Authenticator;
import kat.ingress.route.ExternalAuth;
import kat.ingress.route.Gate;
import kat.ingress.route.Paths;
import kat.ingress.route.Route;
import kat.ingress.route.Settings;
import org.jspecify.annotations.Nullable;

/// The heads of requests and answers on their way through: what belongs to one connection only is
/// taken off, and what servers are told of the client is put on.
///
/// **Source:** RFC 9110 §7.6.1; ingress-nginx, `nginx.tmpl` (`proxy_set_header`).
final class Heads {

    static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final AsciiString FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString ORIGINAL_FOR = AsciiString.cached("x-original-forwarded-for");
    private static final AsciiString FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    private static final AsciiString FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString FORWARDED_SCHEME = AsciiString.cached("x-forwarded-scheme");
    private static final AsciiString FORWARDED_PREFIX = AsciiString.cached("x-forwarded-prefix");
    private static final AsciiString SCHEME = AsciiString.cached("x-scheme");
    private static final AsciiString REAL_IP = AsciiString.cached("x-real-ip");
    private static final AsciiString ORIGINAL_URL = AsciiString.cached("x-original-url");
    private static final AsciiString ORIGINAL_URI = AsciiString.cached("x-original-uri");
    private static final AsciiString ORIGINAL_METHOD = AsciiString.cached("x-original-method");
    private static final AsciiString SENT_FROM = AsciiString.cached("x-sent-from");
    private static final AsciiString AUTH_REDIRECT = AsciiString.cached("x-auth-request-redirect");
    private static final List<AsciiString> OF_BODY =
            List.of(
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.TRAILER,
                    HttpHeaderNames.EXPECT);
    private static final String H2C = "h2c";

    private Heads() {}

    /// What servers are told of a client.
    ///
    /// @param address in text form
    /// @param port that it connected to
    record Client(String address, String port, boolean secure) {}

    /// Whether a request wants to leave HTTP on this connection, and may.
    static boolean isUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        String protocol = headers.get(HttpHeaderNames.UPGRADE);
        return protocol != null
                && !protocol.equalsIgnoreCase(H2C)
                && headers.containsValue(
                        HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }

    /// The head that servers get. The client's own is changed and used up.
    ///
    /// @param path normalized
    /// @param host as the client wrote it
    static HttpRequest toServer(
            HttpRequest request, Route route, Client client, String path, String host) {
        HttpHeaders headers = request.headers();
        boolean upgrade = isUpgrade(request);
        @Nullable String protocol = upgrade ? headers.get(HttpHeaderNames.UPGRADE) : null;
        boolean trailers = isHttp2(route) && wantsTrailers(headers);
        removeConnection(headers);
        if (protocol != null) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            headers.set(HttpHeaderNames.UPGRADE, protocol);
        }
        if (trailers) {
            headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        headers.remove(HttpHeaderNames.EXPECT);
        tellOfClient(headers, client, host);
        Settings.Outgoing outgoing = route.settings().outgoing();
        headers.set(HttpHeaderNames.HOST, outgoing.host().isEmpty() ? host : outgoing.host());
        if (!outgoing.prefix().isEmpty()) {
            headers.set(FORWARDED_PREFIX, outgoing.prefix());
        }
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                Gate.target(route, path, request.uri()),
                headers);
    }

    /// The head of a question to an authenticator: all that the client said but for the body,
    /// and of where the request came from only what is known.
    static HttpRequest toAuthenticator(
            HttpRequest request, Authenticator authenticator, Asked asked, Client client) {
        ExternalAuth rule = authenticator.rule();
        HttpHeaders headers = request.headers().copy();
        removeConnection(headers);
        for (CharSequence name : OF_BODY) {
            headers.remove(name);
        }
        for (String name : Set.copyOf(request.headers().names())) {
            String lower = name.toLowerCase(Locale.ROOT).replace('_', '-');
            if (lower.startsWith("x-forwarded-") || lower.startsWith("x-original-")) {
                headers.remove(name);
            }
        }
        headers.set(
                HttpHeaderNames.HOST,
                rule.url().isOwnHost() ? asked.host() : rule.url().hostHeader());
        String scheme = client.secure() ? "https" : "http";
        headers.set(ORIGINAL_URL, scheme + "://" + asked.authority() + asked.uri());
        headers.set(ORIGINAL_METHOD, asked.method());
        headers.set(SENT_FROM, "nginx-ingress-controller");
        headers.set(REAL_IP, client.address());
        headers.set(FORWARDED_FOR, client.address());
        headers.set(AUTH_REDIRECT, rule.redirect(asked));
        headers.remove(SCHEME);
        if (!rule.method().isEmpty()) {
            headers.set(ORIGINAL_URI, asked.uri());
            headers.set(SCHEME, scheme);
        }
        authenticator.headers(asked).forEach(headers::set);
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                rule.method().isEmpty() ? HttpMethod.GET : HttpMethod.valueOf(rule.method()),
                rule.target(asked),
                headers);
    }

    /// The head of a question that passes a route on its way.
    static HttpRequest through(Route route, HttpRequest question, Client client, Asked asked) {
        HttpHeaders headers = question.headers();
        headers.remove(FORWARDED_FOR);
        tellOfClient(headers, client, asked.authority());
        Settings.Outgoing outgoing = route.settings().outgoing();
        if (!outgoing.host().isEmpty()) {
            headers.set(HttpHeaderNames.HOST, outgoing.host());
        }
        if (!outgoing.prefix().isEmpty()) {
            headers.set(FORWARDED_PREFIX, outgoing.prefix());
        }
        String path = Check.notNull(Paths.normalize(question.uri()), "a route was found by it");
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                question.method(),
                Gate.target(route, path, question.uri()),
                headers);
    }

    /// The head of a question for the page of an error: what the client said but for the body,
    /// and what became of its request.
    ///
    /// @param code status of the answer that the page takes the place of
    static HttpRequest toErrorPage(
            HttpRequest request, Route route, Client client, String host, int code) {
        HttpHeaders headers = request.headers().copy();
        removeConnection(headers);
        for (CharSequence name : OF_BODY) {
            headers.remove(name);
        }
        headers.remove(FORWARDED_FOR);
        tellOfClient(headers, client, host);
        headers.set(HttpHeaderNames.HOST, host);
        headers.set("x-code", code);
        String accepted = headers.get(HttpHeaderNames.ACCEPT);
        headers.set("x-format", accepted == null ? "" : accepted);
        headers.set(ORIGINAL_URI, request.uri());
        headers.set("x-namespace", route.ingress().namespace());
        headers.set("x-ingress-name", route.ingress().name());
        headers.set("x-service-name", route.upstream().service());
        headers.set("x-service-port", route.upstream().port());
        boolean isHead = request.method().equals(HttpMethod.HEAD);
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, isHead ? HttpMethod.HEAD : HttpMethod.GET, "/", headers);
    }

    private static boolean isHttp2(Route route) {
        return route.settings().outgoing().protocol().isHttp2();
    }

    private static boolean wantsTrailers(HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
    }

    private static void tellOfClient(HttpHeaders headers, Client client, String host) {
        String forwarded = headers.get(FORWARDED_FOR);
        if (forwarded != null) {
            headers.set(ORIGINAL_FOR, forwarded);
        }
        String scheme = client.secure() ? "https" : "http";
        headers.set(REAL_IP, client.address());
        headers.set(FORWARDED_FOR, client.address());
        headers.set(FORWARDED_HOST, host);
        headers.set(FORWARDED_PORT, client.port());
        headers.set(FORWARDED_PROTO, scheme);
        headers.set(FORWARDED_SCHEME, scheme);
        headers.set(SCHEME, scheme);
    }

    /// Takes off what is meant for one connection only.
    static void removeConnection(HttpHeaders headers) {
        if (headers.contains(HttpHeaderNames.CONNECTION)) {
            for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
                removeNamed(headers, value);
            }
            headers.remove(HttpHeaderNames.CONNECTION);
        }
        headers.remove(KEEP_ALIVE);
        headers.remove(PROXY_CONNECTION);
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.UPGRADE);
        headers.remove(HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text());
        headers.remove(HttpConversionUtil.ExtensionHeaderNames.SCHEME.text());
    }

    /// What `Connection` names, but for what decides how long the message is.
    private static void removeNamed(HttpHeaders headers, String value) {
        if (value.equalsIgnoreCase("keep-alive") || value.equalsIgnoreCase("close")) {
            return;
        }
        for (String name : value.split(",", -1)) {
            String stripped = name.strip();
            boolean framing =
                    HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(stripped)
                            || HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(stripped)
                            || HttpHeaderNames.HOST.contentEqualsIgnoreCase(stripped);
            if (!stripped.isEmpty() && !framing) {
                headers.remove(stripped);
            }
        }
    }

    /// Makes an answer fit for the client.
    ///
    /// @param added headers of the route's answers
    static void toClient(
            HttpResponse response, boolean http2, boolean http10, Map<String, String> added) {
        HttpHeaders headers = response.headers();
        removeConnection(headers);
        for (Map.Entry<String, String> header : added.entrySet()) {
            headers.set(header.getKey(), header.getValue());
        }
        boolean framed = hasLength(response) || HttpUtil.isTransferEncodingChunked(response);
        if (http10) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        } else if (!framed && !http2 && mayHaveContent(response)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }

    static boolean hasLength(HttpMessage message) {
        return message.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    static boolean mayHaveContent(HttpResponse response) {
        int code = response.status().code();
        return code >= 200 && code != 204 && code != 304;
    }

    /// Whether a request's framing could be read in two ways.
    static boolean isAmbiguous(HttpRequest request, boolean http2) {
        HttpHeaders headers = request.headers();
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return false;
        }
        return !http2
                && (encodings.size() != 1
                        || !encodings.getFirst().equalsIgnoreCase("chunked")
                        || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        || headers.contains(HttpHeaderNames.CONTENT_LENGTH));
    }
}
