package kat.ingress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import kat.api.KubeObject;
import kat.ingress.route.Certificate;

/// Certificates made for these tests: `fallback`, `one` with an RSA key in OpenSSL's old form, and
/// `two` with an EC key in its old form.
public final class TestCertificates {

    private TestCertificates() {}

    /// One whose key is in PKCS #8.
    public static Certificate of(String name) throws Exception {
        String key = new String(file(name + ".key.pem"), UTF_8);
        byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[^-]+-----", ""));
        X509Certificate certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(file(name + ".crt.pem")));
        return new Certificate(
                "default",
                List.of(certificate),
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    /// A Secret of namespace `default`.
    public static KubeObject secret(String secret, String name) throws IOException {
        return IngressObjects.yaml(
                """
                apiVersion: v1
                kind: Secret
                type: kubernetes.io/tls
                metadata: {name: %s, namespace: default}
                data: {tls.crt: %s, tls.key: %s}
                """
                        .formatted(
                                secret,
                                Base64.getEncoder().encodeToString(file(name + ".crt.pem")),
                                Base64.getEncoder().encodeToString(file(name + ".key.pem"))));
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream in = TestCertificates.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
