package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/// Certificates and keys as text (RFC 7468).
public final class Pem {

    private static final int LINE = 64;
    private static final String P256 = "1.2.840.10045.3.1.7";
    private static final int SCALAR_BYTES = 32;
    private static final byte UNCOMPRESSED = 4;

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

    /// The key of a P-256 certificate in the older form (RFC 5915), whose label names the
    /// algorithm: client libraries take a key under the plain label for an RSA key.
    ///
    /// @throws IllegalArgumentException when the key is none of an elliptic curve
    public static String writeNamed(Identity identity) {
        if (!(identity.key() instanceof ECPrivateKey key)
                || !(identity.certificate().getPublicKey() instanceof ECPublicKey open)) {
            throw new IllegalArgumentException("this form is for keys of elliptic curves");
        }
        byte[] number = fixed(key.getS());
        byte[] point =
                ByteBuffer.allocate(1 + 2 * SCALAR_BYTES)
                        .put(UNCOMPRESSED)
                        .put(fixed(open.getW().getAffineX()))
                        .put(fixed(open.getW().getAffineY()))
                        .array();
        return write(
                "EC PRIVATE KEY",
                Der.sequence(
                        Der.integer(BigInteger.ONE),
                        Der.octets(number),
                        Der.tagged(0, Der.oid(P256)),
                        Der.tagged(1, Der.bits(point, 0))));
    }

    /// The number in as many bytes as the curve has, without a sign.
    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[SCALAR_BYTES];
        int taken = Math.min(bytes.length, SCALAR_BYTES);
        System.arraycopy(bytes, bytes.length - taken, fixed, SCALAR_BYTES - taken, taken);
        return fixed;
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
