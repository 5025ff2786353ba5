package kat.ingress.proxy;

import io.netty.handler.ssl.SslContext;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import kat.ingress.route.Certificate;
import kat.ingress.route.ClientTrust;

/// TLS that asks clients for certificates, made when the first one comes: a context for each pair
/// of what is shown and who is trusted, so that no session of one counts at another.
///
/// **Threads:** any.
final class AskingTls {

    private record Pair(String certificate, String trust) {}

    private final Map<Pair, SslContext> contexts = new ConcurrentHashMap<>();

    SslContext of(Certificate certificate, ClientTrust trust) {
        return contexts.computeIfAbsent(
                new Pair(certificate.source(), trust.source()),
                _ -> {
                    try {
                        return ServerTls.asking(certificate, trust);
                    } catch (SSLException e) {
                        throw new IllegalStateException("cannot ask for certificates", e);
                    }
                });
    }

    /// Forgets what no host shows, or whom none trusts, any more.
    void keepOnly(Set<String> certificates, Set<ClientTrust> trusts) {
        Set<String> sources = trusts.stream().map(ClientTrust::source).collect(Collectors.toSet());
        contexts.keySet()
                .removeIf(
                        pair ->
                                !certificates.contains(pair.certificate())
                                        || !sources.contains(pair.trust()));
    }
}
