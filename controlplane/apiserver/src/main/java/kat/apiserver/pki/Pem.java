package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Certificates and keys as text (RFC 7468).
public final class Pem {

    private static final int LINE = 64;

    private Pem() {}

    public static String write(X509Certificate certificate) {
        try {
            return write("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("cannot encode a certificate", e);
        }
    }

    public static String write(PrivateKey key) {
        return write("PRIVATE KEY", key.getEncoded());
    }

    public static String write(PublicKey key) {
        return write("PUBLIC KEY", key.getEncoded());
    }

    static String write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /// @throws GeneralSecurityException when `pem` holds no such certificate
    public static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der(pem, "CERTIFICATE")));
    }

    /// A P-256 key in PKCS #8.
    ///
    /// @throws GeneralSecurityException when `pem` holds no such key
    public static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(der(pem, "PRIVATE KEY")));
    }

    /// @throws GeneralSecurityException when `pem` holds no such key
    public static PublicKey publicKey(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(der(pem, "PUBLIC KEY")));
    }

    private static byte[] der(String pem, String label) throws CertificateException {
        String begin = "-----BEGIN " + label + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + label + "-----");
        if (from < 0 || to < from) {
            throw new CertificateException("no " + label + " in this text");
        }
        return Base64.getMimeDecoder()
                .decode(pem.substring(from + begin.length(), to).getBytes(US_ASCII));
    }
}
