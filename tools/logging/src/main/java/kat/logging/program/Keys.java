package kat.logging.program;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The key and the certificate that the program serves with: made anew at each start by the
/// JDK's own `keytool`, and kept in memory alone.
final class Keys {

    private static final String ALIAS = "server";
    private static final int PASSWORD_BITS = 128;

    private final KeyStore store;
    private final String password;
    private final String certificate;

    private Keys(KeyStore store, String password, String certificate) {
        this.store = store;
        this.password = password;
        this.certificate = certificate;
    }

    /// In PEM, for the APIService.
    String certificate() {
        return certificate;
    }

    /// @param folder open to its owner alone
    /// @param name that the certificate is for
    /// @throws IOException when there is no `keytool`, or it fails
    static Keys make(Path folder, String name) throws IOException, InterruptedException {
        Path file = folder.resolve("server.p12");
        String password =
                new BigInteger(PASSWORD_BITS, new SecureRandom()).toString(36) + "-000000";
        Files.deleteIfExists(file);
        ProcessBuilder keytool =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass:env",
                        "STORE_PASSWORD");
        keytool.environment().put("STORE_PASSWORD", password);
        Process process = keytool.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said.strip());
        }
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return new Keys(store, password, pem(store.getCertificate(ALIAS)));
        } catch (GeneralSecurityException e) {
            throw new IOException("a key that keytool made cannot be read", e);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String pem(Certificate certificate) throws GeneralSecurityException {
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        return "-----BEGIN CERTIFICATE-----\n"
                + lines.encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /// What serves with the key, to those alone whose certificate an authority signed.
    ///
    /// @param authority certificates in PEM
    SSLContext tls(String authority) throws IOException {
        try {
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(store, password.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int index = 0;
            for (Certificate each : certificates(authority)) {
                trusted.setCertificateEntry("authority-" + index++, each);
            }
            TrustManagerFactory others =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            others.init(trusted);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(own.getKeyManagers(), others.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException("the authority of the API server's requests is no use", e);
        }
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        return List.copyOf(
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
    }
}
