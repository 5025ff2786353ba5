package kat.apiserver.oidc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.config.ConfigFileException;
import org.jspecify.annotations.Nullable;

/// Fetches over HTTPS; documents of more than a megabyte are refused.
///
/// **Threads:** any. The client is made when it is first needed: few servers have an issuer.
public final class HttpsFetch implements HttpFetch {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LARGEST = 1 << 20; // bytes

    private final @Nullable SSLContext trust;
    private final Object lock = new Object();
    private @Nullable HttpClient client; // guarded by lock

    /// @param authorities certificates in PEM to trust; empty for those that the JDK trusts
    /// @throws ConfigFileException when these are no certificates
    public HttpsFetch(String authorities) {
        this.trust = authorities.isEmpty() ? null : trusting(authorities);
    }

    private static SSLContext trusting(String authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            byte[] pem = authorities.getBytes(StandardCharsets.US_ASCII);
            int count = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca" + count++, each);
            }
            if (count == 0) {
                throw new ConfigFileException(
                        "data does not contain any valid RSA or ECDSA certificates");
            }
            TrustManagerFactory managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigFileException("these are no certificates: " + e.getMessage(), e);
        }
    }

    private HttpClient client() {
        synchronized (lock) {
            HttpClient known = client;
            if (known == null) {
                HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
                known = (trust == null ? builder : builder.sslContext(trust)).build();
                client = known;
            }
            return known;
        }
    }

    @Override
    public byte[] get(URI address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(TIMEOUT).build();
        HttpResponse<InputStream> answer =
                client().send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            byte[] read = body.readNBytes(LARGEST + 1);
            if (answer.statusCode() != 200) {
                throw new IOException(address + " answers " + answer.statusCode());
            }
            if (read.length > LARGEST) {
                throw new IOException(address + " answers more than a megabyte");
            }
            return read;
        }
    }
}
