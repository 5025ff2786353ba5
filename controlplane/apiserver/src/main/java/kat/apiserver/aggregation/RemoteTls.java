package kat.apiserver.aggregation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.pki.Identity;
import kat.client.kubeconfig.TrustAll;

/// TLS towards extension servers: this server shows the certificate that stands for users, and
/// checks theirs unless it is told not to.
///
/// **Threads:** any.
final class RemoteTls {

    /// Remembered contexts; all are dropped when there are more.
    private static final int MAX_CONTEXTS = 64;

    private static final String INSECURE = "insecure";

    private final Identity client;
    private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

    RemoteTls(Identity client) {
        this.client = client;
    }

    /// Speaks TLS over a connection.
    SSLSocket over(Socket plain, Route route) throws IOException, GeneralSecurityException {
        String host = route.service().host();
        SSLSocket socket =
                (SSLSocket)
                        context(route)
                                .getSocketFactory()
                                .createSocket(plain, host, route.service().port(), true);
        if (!route.insecure()) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        return socket;
    }

    private SSLContext context(Route route) throws IOException, GeneralSecurityException {
        String key = route.insecure() ? INSECURE : route.caBundle();
        SSLContext known = contexts.get(key);
        if (known != null) {
            return known;
        }
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(
                keys().getKeyManagers(),
                route.insecure() ? new TrustManager[] {new TrustAll()} : trust(route.caBundle()),
                null);
        if (contexts.size() >= MAX_CONTEXTS) {
            contexts.clear();
        }
        contexts.put(key, made);
        return made;
    }

    private KeyManagerFactory keys() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry(
                "client", client.key(), new char[0], new X509Certificate[] {client.certificate()});
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        return managers;
    }

    private static TrustManager[] trust(String bundle)
            throws IOException, GeneralSecurityException {
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (bundle.isEmpty()) {
            managers.init((KeyStore) null);
            return managers.getTrustManagers();
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        byte[] pem = Base64.getDecoder().decode(bundle.getBytes(US_ASCII));
        int next = 0;
        for (Certificate each :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(pem))) {
            trusted.setCertificateEntry("ca" + next++, each);
        }
        managers.init(trusted);
        return managers.getTrustManagers();
    }
}
