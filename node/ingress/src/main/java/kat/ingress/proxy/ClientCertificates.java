package kat.ingress.proxy;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import kat.ingress.route.ClientAuth;
import kat.ingress.route.ClientTrust;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import kat.ingress.route.Verdict;
import org.jspecify.annotations.Nullable;

/// Holds requests against the certificate of their connection. The handshake takes any
/// certificate whose key the client has; each request is judged by what its host wants now. So
/// nothing that was judged is resumed with a session, and a changed Secret counts at once.
///
/// **Threads:** the event loop of the client.
final class ClientCertificates {

    private static final AttributeKey<String> NAME = AttributeKey.valueOf("kat.ingress.name");
    private static final AttributeKey<Judged> JUDGED = AttributeKey.valueOf("kat.ingress.judged");
    private static final int MISDIRECTED = 421;
    // Certificates and lists end while connections last.
    private static final long JUDGED_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String PREFIX = "ssl-client-";
    private static final List<String> HEADERS =
            List.of(
                    "ssl-client-cert",
                    "ssl-client-verify",
                    "ssl-client-subject-dn",
                    "ssl-client-issuer-dn");
    private static final Verdict.Refuse OTHER_CONNECTION =
            new Verdict.Refuse(MISDIRECTED, "another connection is needed for this host", "");

    private ClientCertificates() {}

    private record Judged(String source, int depth, long nanos, ClientAuth.Shown shown) {}

    /// Keeps the name that a client asked for when its connection began.
    static void keepName(Channel connection, @Nullable String name) {
        connection.attr(NAME).set(name == null ? "" : name.toLowerCase(Locale.ROOT));
    }

    /// Takes off what only Ingress says, in all ways of writing it that servers take for it.
    static void removeForged(HttpHeaders headers) {
        List<String> forged = null;
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            if (name.regionMatches(true, 0, PREFIX, 0, "ssl".length())
                    && HEADERS.contains(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                forged = forged == null ? new ArrayList<>() : forged;
                forged.add(name);
            }
        }
        if (forged != null) {
            forged.forEach(headers::remove);
        }
    }

    /// Refuses the request or leads it elsewhere; null lets it pass, with the headers on it that
    /// servers and authenticators get.
    static @Nullable Verdict decide(
            RouteTable table, Route route, String host, ClientHandler client, HttpRequest request) {
        ClientAuth auth = table.clientAuth(host, route);
        if (auth == null || leavesHttp(route, client)) {
            return null;
        }
        ClientTrust trust = auth.trust();
        ClientAuth.Shown shown = ClientAuth.Shown.NOTHING;
        if (trust != null && client.isSecure()) {
            Channel connection = client.connection();
            String name = connection.attr(NAME).get();
            SSLEngine engine = connection.pipeline().get(SslHandler.class).engine();
            boolean isAsked = engine.getWantClientAuth();
            if (!isAsked || !auth.equals(table.clientAuthOfName(name))) {
                client.closeAfterAnswer();
                return OTHER_CONNECTION;
            }
            shown = shown(connection, engine, trust, auth.rule().depth(), client.worker());
        }
        Verdict verdict = auth.decide(shown);
        if (verdict == null) {
            tell(request.headers(), auth, shown);
        }
        return verdict;
    }

    private static boolean leavesHttp(Route route, ClientHandler client) {
        var redirects = route.settings().redirects();
        return !client.isSecure()
                && (redirects.forceSsl() || (redirects.ssl() && route.secured()))
                && redirects.location().isEmpty();
    }

    private static void tell(HttpHeaders headers, ClientAuth auth, ClientAuth.Shown shown) {
        headers.set("ssl-client-verify", shown.verify());
        if (shown.result() == ClientAuth.Result.NONE) {
            return;
        }
        headers.set("ssl-client-subject-dn", shown.subject());
        headers.set("ssl-client-issuer-dn", shown.issuer());
        if (auth.rule().passes()) {
            headers.set("ssl-client-cert", shown.pem());
        }
    }

    private static ClientAuth.Shown shown(
            Channel connection, SSLEngine engine, ClientTrust trust, int depth, Worker worker) {
        Judged known = connection.attr(JUDGED).get();
        long nanos = worker.nanos();
        if (known != null
                && known.source().equals(trust.source())
                && known.depth() == depth
                && nanos - known.nanos() < JUDGED_NANOS) {
            return known.shown();
        }
        ClientAuth.Shown shown = trust.judge(chain(engine), depth, worker.now());
        connection.attr(JUDGED).set(new Judged(trust.source(), depth, nanos, shown));
        return shown;
    }

    private static List<X509Certificate> chain(SSLEngine engine) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : engine.getSession().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (SSLPeerUnverifiedException nothingWasShown) {
            return List.of();
        }
    }
}
