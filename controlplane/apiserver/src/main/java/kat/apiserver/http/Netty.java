package kat.apiserver.http;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Small readings of Netty's channels.
final class Netty {

    private Netty() {}

    static Request.Peer peer(Channel channel) {
        String address = "";
        boolean local = false;
        if (channel.remoteAddress() instanceof InetSocketAddress remote) {
            address = remote.getAddress().getHostAddress();
            local = remote.getAddress().isLoopbackAddress();
        }
        return new Request.Peer(certificate(channel), local, address);
    }

    private static @Nullable X509Certificate certificate(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate first ? first : null;
        } catch (SSLPeerUnverifiedException noCertificate) {
            return null;
        }
    }
}
