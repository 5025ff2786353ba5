package kat.apiserver.pki;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kat.base.Randomness;
import kat.base.Ticker;

/// Makes keys (P-256) and X.509 certificates signed with ECDSA and SHA-256.
///
/// **Source:** RFC 5280 §4.
public final class Certificates {

    private static final Duration BEFORE_NOW = Duration.ofMinutes(5);
    private static final int SERIAL_BYTES = 16;
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";
    private static final byte[] SERVER_AUTH = Der.oid("1.3.6.1.5.5.7.3.1");
    private static final byte[] CLIENT_AUTH = Der.oid("1.3.6.1.5.5.7.3.2");

    private final Ticker ticker;
    private final Randomness randomness;

    public Certificates(Ticker ticker, Randomness randomness) {
        this.ticker = ticker;
        this.randomness = randomness;
    }

    /// A fresh P-256 key.
    public KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no P-256 keys", e);
        }
    }

    /// An authority that signs itself.
    public Identity newAuthority(String name, Duration validity) {
        KeyPair pair = newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        name,
                        List.of(),
                        List.of(name),
                        List.of(),
                        CertificateSpec.Use.AUTHORITY,
                        validity,
                        pair.getPublic());
        byte[] subject = name(spec);
        return new Identity(
                sign(spec, subject, pair.getPublic(), pair.getPrivate()), pair.getPrivate());
    }

    /// A certificate for a new key.
    public Identity issue(Identity authority, CertificateSpec spec, PrivateKey key) {
        return new Identity(sign(authority, spec), key);
    }

    /// A certificate for a key that someone else holds.
    public X509Certificate sign(Identity authority, CertificateSpec spec) {
        X509Certificate issuer = authority.certificate();
        return sign(
                spec,
                issuer.getSubjectX500Principal().getEncoded(),
                issuer.getPublicKey(),
                authority.key());
    }

    private X509Certificate sign(
            CertificateSpec spec, byte[] issuer, PublicKey issuerKey, PrivateKey signer) {
        Instant from = ticker.now().minus(BEFORE_NOW);
        byte[] serial = new byte[SERIAL_BYTES];
        randomness.nextBytes(serial);
        byte[] body =
                Der.sequence(
                        Der.tagged(0, Der.integer(BigInteger.TWO)),
                        Der.integer(new BigInteger(1, serial)),
                        ECDSA_SHA256,
                        issuer,
                        Der.sequence(Der.time(from), Der.time(ticker.now().plus(spec.validity()))),
                        name(spec),
                        spec.key().getEncoded(),
                        Der.tagged(3, extensions(spec, issuerKey)));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(body);
            byte[] whole = Der.sequence(body, ECDSA_SHA256, Der.bits(signature.sign(), 0));
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(whole));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static byte[] name(CertificateSpec spec) {
        List<byte[]> parts = new ArrayList<>();
        for (String organization : spec.organizations()) {
            parts.add(Der.set(Der.sequence(Der.oid(ORGANIZATION), Der.utf8(organization))));
        }
        parts.add(Der.set(Der.sequence(Der.oid(COMMON_NAME), Der.utf8(spec.commonName()))));
        return Der.sequence(parts.toArray(new byte[0][]));
    }

    private static byte[] extensions(CertificateSpec spec, PublicKey issuerKey) {
        boolean authority = spec.use() == CertificateSpec.Use.AUTHORITY;
        List<byte[]> all = new ArrayList<>();
        byte[] usage =
                authority
                        ? Der.bits(new byte[] {(byte) 0b1010_0110}, 1)
                        : Der.bits(new byte[] {(byte) 0b1010_0000}, 5);
        all.add(extension("2.5.29.15", true, usage));
        if (!authority) {
            all.add(extension("2.5.29.37", false, extendedUsage(spec.use())));
        }
        byte[] constraints = authority ? Der.sequence(Der.bool(true)) : Der.sequence();
        all.add(extension("2.5.29.19", true, constraints));
        all.add(extension("2.5.29.14", false, Der.octets(keyId(spec.key()))));
        byte[] issuerId = Der.sequence(Der.value(0x80, keyId(issuerKey)));
        all.add(extension("2.5.29.35", false, issuerId));
        List<byte[]> names = alternativeNames(spec);
        if (!names.isEmpty()) {
            byte[] value = Der.sequence(names.toArray(new byte[0][]));
            all.add(extension("2.5.29.17", false, value));
        }
        return Der.sequence(all.toArray(new byte[0][]));
    }

    private static byte[] extendedUsage(CertificateSpec.Use use) {
        return switch (use) {
            case CLIENT -> Der.sequence(CLIENT_AUTH);
            case SERVER -> Der.sequence(SERVER_AUTH);
            case AUTHORITY, SERVER_AND_CLIENT -> Der.sequence(SERVER_AUTH, CLIENT_AUTH);
        };
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        return critical
                ? Der.sequence(Der.oid(oid), Der.bool(true), Der.octets(value))
                : Der.sequence(Der.oid(oid), Der.octets(value));
    }

    private static List<byte[]> alternativeNames(CertificateSpec spec) {
        List<byte[]> names = new ArrayList<>();
        for (String dns : spec.dnsNames()) {
            names.add(Der.value(0x82, dns.getBytes(US_ASCII)));
        }
        for (String email : spec.emails()) {
            names.add(Der.value(0x81, email.getBytes(US_ASCII)));
        }
        for (String address : spec.addresses()) {
            try {
                names.add(Der.value(0x87, InetAddress.ofLiteral(address).getAddress()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(address + " is no IP address", e);
            }
        }
        for (String uri : spec.uris()) {
            names.add(Der.value(0x86, uri.getBytes(US_ASCII)));
        }
        return names;
    }

    /// The first 20 bytes of a digest of the key: RFC 7093 §2 method 1.
    private static byte[] keyId(PublicKey key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Arrays.copyOf(digest, 20);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no SHA-256", e);
        }
    }
}
