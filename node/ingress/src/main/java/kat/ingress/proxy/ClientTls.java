package kat.ingress.proxy;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// TLS towards servers: whatever certificate they show is taken, as ingress-nginx does. Made when
/// the first server wants it.
///
/// **Threads:** any.
final class ClientTls {

    private @Nullable SslContext http1; // guarded by this
    private @Nullable SslContext http2; // guarded by this

    synchronized SslContext context(boolean forHttp2) {
        SslContext known = forHttp2 ? http2 : http1;
        if (known != null) {
            return known;
        }
        SslContext made = make(forHttp2);
        if (forHttp2) {
            http2 = made;
        } else {
            http1 = made;
        }
        return made;
    }

    private static SslContext make(boolean forHttp2) {
        String protocol =
                forHttp2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1;
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(ServerTls.provider())
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(
                            new ApplicationProtocolConfig(
                                    ApplicationProtocolConfig.Protocol.ALPN,
                                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                    ApplicationProtocolConfig.SelectedListenerFailureBehavior
                                            .ACCEPT,
                                    protocol))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("cannot prepare TLS towards servers", e);
        }
    }
}
