package kat.apiserver.pki;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Lets clients show any certificate whose key they have: whose user it is, and whether it is
/// anybody's, is found out with the request, which may carry a token as well. Names authorities
/// to clients, so that they choose among theirs.
///
/// **Threads:** any; never blocks.
///
/// **Source:** Kubernetes asks for certificates in the same way: `RequestClientCert` in
/// `apiserver/pkg/server/secure_serving.go`.
final class AnyClient extends X509ExtendedTrustManager {

    /// What a client may show, in bytes as encoded: it is kept as long as the connection, whoever
    /// comes, and takes a multiple of that once it is read.
    static final int MAX_BYTES = 16 << 10;

    /// How many certificates a client may show.
    static final int MAX_LENGTH = 10;

    private final List<X509Certificate> authorities;

    AnyClient(List<X509Certificate> authorities) {
        this.authorities = List.copyOf(authorities);
    }

    /// @throws CertificateException when one is no certificate at all, or when they are too many or
    ///     too large
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType)
            throws CertificateException {
        requireSmall(chain);
        for (X509Certificate each : chain) {
            try {
                // Netty's are read at their first use.
                var unused = each.getSubjectX500Principal();
            } catch (IllegalStateException unreadable) {
                throw new CertificateException("cannot be read", unreadable);
            }
        }
    }

    private static void requireSmall(X509Certificate[] chain) throws CertificateException {
        if (chain.length > MAX_LENGTH) {
            throw new CertificateException("more than " + MAX_LENGTH + " certificates");
        }
        int bytes = 0;
        for (X509Certificate each : chain) {
            bytes += each.getEncoded().length;
        }
        if (bytes > MAX_BYTES) {
            throw new CertificateException("certificates of more than " + MAX_BYTES + " bytes");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, keyType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, keyType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType)
            throws CertificateException {
        throw new CertificateException("servers are not judged here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, keyType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, keyType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(new X509Certificate[0]);
    }
}
