package kat.api.x509;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;

/// Judges PKCS #10 requests for certificates: whether they are some, and whether who made one
/// has the key that is in it.
///
/// | key | signature |
/// |---|---|
/// | RSA of 1024 bits and more | PKCS #1 with SHA-1 and SHA-2, PSS with SHA-2 |
/// | EC on P-224, P-256, P-384, P-521 | ECDSA with SHA-1 and SHA-2 |
/// | Ed25519 | its own |
///
/// **Threads:** any.
///
/// **Source:** RFC 2986; `CheckSignature` of Go's `crypto/x509`, whose words faults have.
public final class SignedRequest {

    private static final int LEAST_RSA_BITS = 1024;
    private static final String P224 = "1.3.132.0.33";
    private static final List<String> CURVES =
            List.of("1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35", P224);
    private static final int CONTEXT = 0xA0;

    private SignedRequest() {}

    /// What is read of a request.
    ///
    /// @param signed what the signature is of
    private record Parts(Der signed, Der algorithm, Der signature, Key key) {}

    /// What keeps bytes from being a request, whoever signed it; empty when nothing does.
    ///
    /// @param der its bytes
    public static String formFault(byte[] der) {
        return faultOf(() -> read(Der.sequence(der, "certificateRequest")));
    }

    /// What is wrong with a request; empty when nothing is.
    ///
    /// @param der its bytes
    public static String fault(byte[] der) {
        return faultOf(() -> verify(read(Der.sequence(der, "certificateRequest"))));
    }

    private interface Step {
        void run() throws Der.Malformed, GeneralSecurityException;
    }

    private static String faultOf(Step step) {
        try {
            step.run();
            return "";
        } catch (Der.Malformed e) {
            return e.why();
        } catch (GeneralSecurityException e) {
            return "x509: " + e.getMessage();
        }
    }

    private static Parts read(Der request) throws Der.Malformed, GeneralSecurityException {
        List<Der> outer = request.parts(1);
        List<Der> body = outer.getFirst().require(Der.SEQUENCE, "tbsCertificateRequest").parts(3);
        if (outer.size() < 3) {
            throw new Der.Malformed("asn1: syntax error: sequence truncated");
        }
        body.getFirst().require(Der.INTEGER, "int");
        body.get(1).require(Der.SEQUENCE, "RawValue");
        if (body.size() > 3) {
            body.get(3).require(CONTEXT, "RawValue");
        }
        byte[] _ = outer.get(2).bits();
        Key key = key(body.get(2).require(Der.SEQUENCE, "publicKeyInfo"));
        return new Parts(outer.getFirst(), outer.get(1), outer.get(2), key);
    }

    private static void verify(Parts request) throws Der.Malformed, GeneralSecurityException {
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(request.algorithm());
        if (algorithm.name().isEmpty()) {
            throw new Der.Malformed(
                    "x509: cannot verify signature: insecure algorithm "
                            + algorithm.hash()
                            + "-"
                            + algorithm.family());
        }
        Key key = request.key();
        if (key instanceof Foreign) {
            throw SignatureAlgorithm.unknown();
        }
        requireFit(algorithm, key);
        if (!key.verifies(algorithm, request.signed().whole(), request.signature().bits())) {
            throw new Der.Malformed(key.refusal());
        }
    }

    /// A key that can say whether a signature is its own.
    private sealed interface Key {

        boolean verifies(SignatureAlgorithm algorithm, byte[] signed, byte[] signature)
                throws GeneralSecurityException, Der.Malformed;

        /// As algorithms name it.
        String family();

        /// As Go's types name it.
        String type();

        String refusal();
    }

    /// @param key of a kind that Java knows
    private record Known(PublicKey key, String family, String type) implements Key {

        @Override
        public String refusal() {
            return family.equals("RSA")
                    ? "crypto/rsa: verification error"
                    : "x509: " + family + " verification failure";
        }

        @Override
        public boolean verifies(SignatureAlgorithm algorithm, byte[] signed, byte[] signature)
                throws GeneralSecurityException, Der.Malformed {
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                throw new Der.Malformed(
                        "crypto/rsa: "
                                + rsa.getModulus().bitLength()
                                + "-bit keys are insecure (see"
                                + " https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)");
            }
            Signature check = Signature.getInstance(algorithm.name());
            if (algorithm.isPss()) {
                check.setParameter(
                        new PSSParameterSpec(
                                algorithm.hash(),
                                "MGF1",
                                new MGF1ParameterSpec(algorithm.hash()),
                                algorithm.saltLength(),
                                PSSParameterSpec.TRAILER_FIELD_BC));
            }
            check.initVerify(key);
            check.update(signed);
            try {
                return check.verify(signature);
            } catch (java.security.SignatureException malformed) {
                return false;
            }
        }
    }

    private record OnP224(NistP224 key) implements Key {

        @Override
        public String family() {
            return "ECDSA";
        }

        @Override
        public String type() {
            return "*ecdsa.PublicKey";
        }

        @Override
        public String refusal() {
            return "x509: ECDSA verification failure";
        }

        @Override
        public boolean verifies(SignatureAlgorithm algorithm, byte[] signed, byte[] signature)
                throws GeneralSecurityException {
            byte[] hash = MessageDigest.getInstance(algorithm.hash()).digest(signed);
            try {
                List<Der> numbers = Der.sequence(signature, "").parts(2);
                BigInteger r = new BigInteger(numbers.get(0).require(Der.INTEGER, "").content());
                BigInteger s = new BigInteger(numbers.get(1).require(Der.INTEGER, "").content());
                return numbers.size() == 2 && key.verifies(hash, r, s);
            } catch (Der.Malformed | NumberFormatException malformed) {
                return false;
            }
        }
    }

    /// A key of a kind that nobody can check signatures of.
    private record Foreign() implements Key {

        @Override
        public String family() {
            return "";
        }

        @Override
        public String type() {
            return "<nil>";
        }

        @Override
        public String refusal() {
            return "";
        }

        @Override
        public boolean verifies(SignatureAlgorithm algorithm, byte[] signed, byte[] signature) {
            return false;
        }
    }

    private static Key key(Der info) throws Der.Malformed, GeneralSecurityException {
        List<Der> parts = info.parts(2);
        List<Der> algorithm =
                parts.getFirst().require(Der.SEQUENCE, "AlgorithmIdentifier").parts(1);
        X509EncodedKeySpec spec = new X509EncodedKeySpec(info.whole());
        switch (algorithm.getFirst().oid()) {
            case "1.2.840.113549.1.1.1" -> {
                PublicKey rsa = KeyFactory.getInstance("RSA").generatePublic(spec);
                return new Known(rsa, "RSA", "*rsa.PublicKey");
            }
            case "1.2.840.10045.2.1" -> {
                String curve = algorithm.size() < 2 ? "" : algorithm.get(1).oid();
                if (!CURVES.contains(curve)) {
                    throw new Der.Malformed("x509: unsupported elliptic curve");
                }
                if (curve.equals(P224)) {
                    return new OnP224(NistP224.of(parts.get(1).bits()));
                }
                PublicKey ec = KeyFactory.getInstance("EC").generatePublic(spec);
                return new Known(ec, "ECDSA", "*ecdsa.PublicKey");
            }
            case "1.3.101.112" -> {
                PublicKey ed = KeyFactory.getInstance("Ed25519").generatePublic(spec);
                return new Known(ed, "Ed25519", "ed25519.PublicKey");
            }
            default -> {
                return new Foreign();
            }
        }
    }

    private static void requireFit(SignatureAlgorithm algorithm, Key key) throws Der.Malformed {
        if (!algorithm.family().equals(key.family())) {
            String why =
                    "x509: signature algorithm specifies an %s public key, but have public key of type %s";
            throw new Der.Malformed(why.formatted(algorithm.family(), key.type()));
        }
    }
}
