package kat.ingress.route;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// A certificate chain with its key, from a Secret of type `kubernetes.io/tls`.
///
/// @param source what it was read from, for messages and for telling versions apart
public record Certificate(String source, List<X509Certificate> chain, PrivateKey key) {

    public Certificate {
        chain = List.copyOf(chain);
    }

    /// What was read of a Secret.
    ///
    /// @param certificate null when it cannot be used
    /// @param fault why
    record Reading(@Nullable Certificate certificate, String fault) {}

    static Reading of(KubeObject secret) {
        return secret.view(Reading.class, Certificate::read);
    }

    private static Reading read(KubeObject secret) {
        try {
            String source = secret.key() + "@" + secret.resourceVersion();
            byte[] chain = decoded(secret, "tls.crt");
            String key = new String(decoded(secret, "tls.key"), US_ASCII);
            List<X509Certificate> certificates = new ArrayList<>();
            for (var each :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(chain))) {
                certificates.add((X509Certificate) each);
            }
            if (certificates.isEmpty()) {
                return new Reading(null, "tls.crt holds no certificate");
            }
            return new Reading(new Certificate(source, certificates, KeyPem.read(key)), "");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return new Reading(null, "the certificate or key cannot be read: " + e.getMessage());
        }
    }

    private static byte[] decoded(KubeObject secret, String name) {
        return Base64.getDecoder().decode(secret.tree().object("data").string(name));
    }
}
