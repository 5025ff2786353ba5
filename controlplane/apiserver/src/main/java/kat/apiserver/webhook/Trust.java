package kat.apiserver.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// TLS that trusts the authorities of a webhook; kept, since to set it up is slow.
///
/// **Threads:** any.
final class Trust {

    /// Remembered bundles; all are dropped when there are more.
    private static final int MAX_BUNDLES = 200;

    private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

    /// @param bundle certificates in PEM; blank for those that the machine trusts
    SSLContext in(String bundle) throws GeneralSecurityException, IOException {
        SSLContext known = contexts.get(bundle);
        if (known != null) {
            return known;
        }
        SSLContext made = trusting(bundle);
        if (contexts.size() >= MAX_BUNDLES) {
            contexts.clear();
        }
        contexts.put(bundle, made);
        return made;
    }

    private static SSLContext trusting(String bundle) throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        if (bundle.isBlank()) {
            context.init(null, null, null);
            return context;
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int next = 0;
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Certificate each :
                factory.generateCertificates(new ByteArrayInputStream(bundle.getBytes(US_ASCII)))) {
            trusted.setCertificateEntry("ca" + next++, each);
        }
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
