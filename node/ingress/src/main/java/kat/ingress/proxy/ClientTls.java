package kat.ingress.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import kat.ingress.route.BackendTls;
import kat.ingress.route.Certificate;
import org.jspecify.annotations.Nullable;

/// TLS towards servers: whatever certificate they show is taken, as ingress-nginx does, unless
/// the Ingress asks for more. Each form is made when the first server wants it.
///
/// **Threads:** any.
final class ClientTls {

    private record Form(BackendTls tls, boolean isHttp2) {

        static Form of(Target target) {
            return new Form(target.tls(), target.protocol().isHttp2());
        }
    }

    private final Map<Form, SslContext> contexts = new ConcurrentHashMap<>();

    SslHandler handler(Target target, ByteBufAllocator buffers) {
        SslContext context = contexts.computeIfAbsent(Form.of(target), ClientTls::make);
        BackendTls tls = target.tls();
        return tls.name().isEmpty()
                ? context.newHandler(buffers)
                : context.newHandler(buffers, tls.name(), target.endpoint().port());
    }

    /// Forgets what only servers wanted that left.
    void keepOnly(Set<Target> targets) {
        Set<Form> used = new HashSet<>();
        targets.forEach(target -> used.add(Form.of(target)));
        contexts.keySet().retainAll(used);
    }

    private static SslContext make(Form form) {
        BackendTls tls = form.tls();
        BackendTls.@Nullable Identity identity = tls.identity();
        Certificate own = identity == null ? null : identity.own();
        SslContextBuilder builder =
                SslContextBuilder.forClient()
                        .sslProvider(ServerTls.provider())
                        .endpointIdentificationAlgorithm(tls.verifies() ? "HTTPS" : null)
                        .applicationProtocolConfig(protocols(form.isHttp2()));
        if (tls.verifies() && identity != null) {
            builder.trustManager(identity.authorities().toArray(new X509Certificate[0]));
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        if (own != null) {
            builder.keyManager(own.key(), own.chain().toArray(new X509Certificate[0]));
        }
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException("cannot prepare TLS towards servers", e);
        }
    }

    private static ApplicationProtocolConfig protocols(boolean isHttp2) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                isHttp2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1);
    }
}
