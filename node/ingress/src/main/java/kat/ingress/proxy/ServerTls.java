package kat.ingress.proxy;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import kat.ingress.route.Certificate;
import kat.ingress.route.ClientTrust;

/// TLS towards clients: 1.3 and 1.2, HTTP/2 and HTTP/1.1. BoringSSL where its library can be
/// loaded, the JDK's own TLS elsewhere.
final class ServerTls {

    private ServerTls() {}

    /// @throws SSLException when key and certificate do not belong together
    static SslContext of(Certificate certificate) throws SSLException {
        return builder(certificate).build();
    }

    /// Asks clients for a certificate and takes any, or none.
    ///
    /// @throws SSLException when key and certificate do not belong together
    static SslContext asking(Certificate certificate, ClientTrust trust) throws SSLException {
        return builder(certificate)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyCertificate(trust))
                .build();
    }

    private static SslContextBuilder builder(Certificate certificate) {
        return SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
                .sslProvider(provider())
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                ApplicationProtocolNames.HTTP_2,
                                ApplicationProtocolNames.HTTP_1_1));
    }

    /// The fastest way to TLS that works here.
    static SslProvider provider() {
        return OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL)
                ? SslProvider.OPENSSL
                : SslProvider.JDK;
    }
}
