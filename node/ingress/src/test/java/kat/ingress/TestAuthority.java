package kat.ingress;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// An authority made for a test, which makes certificates and lists of revoked ones (RFC 5280).
record TestAuthority(String name, KeyPair keys, X509Certificate certificate) {

    private static final AtomicInteger SERIAL = new AtomicInteger(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final byte[] ECDSA = der(0x30, hex("06082A8648CE3D040302"));

    static TestAuthority root(String name) throws Exception {
        KeyPair keys = keyPair();
        return new TestAuthority(
                name, keys, certificate(name, keys, name, keys, Duration.ofDays(1), true));
    }

    TestAuthority authority(String other) throws Exception {
        KeyPair made = keyPair();
        return new TestAuthority(
                other, made, certificate(other, made, name, keys, Duration.ofDays(1), true));
    }

    /// One of somebody who is no authority.
    ///
    /// @param lasts from now; negative for one that is over
    TestAuthority client(String other, Duration lasts) throws Exception {
        KeyPair made = keyPair();
        return new TestAuthority(other, made, certificate(other, made, name, keys, lasts, false));
    }

    String pem() throws Exception {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /// A list that names the certificates.
    String revoked(X509Certificate... certificates) throws Exception {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        Instant now = Instant.now();
        for (X509Certificate each : certificates) {
            byte[] serial = der(0x02, each.getSerialNumber().toByteArray());
            entries.writeBytes(der(0x30, serial, time(now.minusSeconds(60))));
        }
        byte[] list = certificates.length == 0 ? new byte[0] : der(0x30, entries.toByteArray());
        byte[] told =
                der(
                        0x30,
                        hex("020101"),
                        ECDSA,
                        name(name),
                        time(now.minusSeconds(3600)),
                        time(now.plusSeconds(36000)),
                        list);
        return pem("X509 CRL", signed(told, keys));
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(
            String name,
            KeyPair own,
            String by,
            KeyPair signer,
            Duration lasts,
            boolean isAuthority)
            throws Exception {
        Instant now = Instant.now();
        byte[] constraint = hex(isAuthority ? "30030101FF" : "3000");
        byte[] basic = der(0x30, hex("0603551D130101FF"), der(0x04, constraint));
        byte[] told =
                der(
                        0x30,
                        hex("A003020102"),
                        der(0x02, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
                        ECDSA,
                        name(by),
                        der(0x30, time(now.minus(Duration.ofDays(2))), time(now.plus(lasts))),
                        name(name),
                        own.getPublic().getEncoded(),
                        der(0xA3, der(0x30, basic)));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(signed(told, signer)));
    }

    private static byte[] signed(byte[] told, KeyPair by) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(by.getPrivate());
        signature.update(told);
        return der(0x30, told, ECDSA, der(0x03, new byte[1], signature.sign()));
    }

    private static byte[] name(String common) {
        byte[] text = der(0x0C, common.getBytes(UTF_8));
        return der(0x30, der(0x31, der(0x30, hex("0603550403"), text)));
    }

    private static byte[] time(Instant at) {
        return der(0x18, TIME.format(at).getBytes(US_ASCII));
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits);
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        int length = content.size();
        if (length > 255) {
            all.write(0x82);
            all.write(length >> 8);
        } else if (length > 127) {
            all.write(0x81);
        }
        all.write(length);
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what);
    }
}
