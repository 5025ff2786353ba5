package kat.apiserver.pki;

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
import java.util.List;
import javax.net.ssl.SSLException;

/// The server's side of TLS: TLS 1.3 and 1.2, HTTP/2 and HTTP/1.1, client certificates taken when
/// sent, whoever signed them.
///
/// BoringSSL where its library can be loaded (Linux on x86-64 and ARM with glibc, a folder for
/// temporary files that programs may run from), the JDK's own TLS elsewhere: the same protocols and
/// ciphers, but slow until the JIT compiler knows it.
public final class TlsContexts {

    private TlsContexts() {}

    public static SslContext server(Identity serving, Identity authority) throws SSLException {
        return server(serving, List.of(authority.certificate()));
    }

    /// @param authorities named to clients as those whose certificates are asked for
    public static SslContext server(Identity serving, List<X509Certificate> authorities)
            throws SSLException {
        return server(serving, authorities, provider());
    }

    static SslContext server(
            Identity serving, List<X509Certificate> authorities, SslProvider provider)
            throws SSLException {
        return SslContextBuilder.forServer(serving.key(), serving.certificate())
                .sslProvider(provider)
                .trustManager(new AnyClient(authorities))
                .clientAuth(ClientAuth.OPTIONAL)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                ApplicationProtocolNames.HTTP_2,
                                ApplicationProtocolNames.HTTP_1_1))
                .build();
    }

    /// The fastest way to TLS that works here.
    private static SslProvider provider() {
        return OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL)
                ? SslProvider.OPENSSL
                : SslProvider.JDK;
    }
}
