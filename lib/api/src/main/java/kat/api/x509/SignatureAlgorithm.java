package kat.api.x509;

import java.util.List;

/// How requests are signed.
///
/// @param oid that names it; for PSS, that of the hash within its parameters
/// @param family the keys that it takes: `RSA`, `ECDSA`, `Ed25519`
/// @param name as Java calls it; empty for what nobody may sign with
/// @param hash as Java calls it; empty where it is part of the algorithm
///
/// **Source:** `signatureAlgorithmDetails` in Go's `crypto/x509`; RFC 4055, RFC 5758, RFC 8410.
record SignatureAlgorithm(String oid, String family, String name, String hash) {

    static final String PSS = "1.2.840.113549.1.1.10";

    private static final List<SignatureAlgorithm> ALL =
            List.of(
                    new SignatureAlgorithm("1.2.840.113549.1.1.4", "RSA", "", "MD5"),
                    new SignatureAlgorithm("1.2.840.113549.1.1.5", "RSA", "SHA1withRSA", "SHA-1"),
                    new SignatureAlgorithm(
                            "1.2.840.113549.1.1.11", "RSA", "SHA256withRSA", "SHA-256"),
                    new SignatureAlgorithm(
                            "1.2.840.113549.1.1.12", "RSA", "SHA384withRSA", "SHA-384"),
                    new SignatureAlgorithm(
                            "1.2.840.113549.1.1.13", "RSA", "SHA512withRSA", "SHA-512"),
                    new SignatureAlgorithm("1.2.840.10045.4.1", "ECDSA", "SHA1withECDSA", "SHA-1"),
                    new SignatureAlgorithm(
                            "1.2.840.10045.4.3.2", "ECDSA", "SHA256withECDSA", "SHA-256"),
                    new SignatureAlgorithm(
                            "1.2.840.10045.4.3.3", "ECDSA", "SHA384withECDSA", "SHA-384"),
                    new SignatureAlgorithm(
                            "1.2.840.10045.4.3.4", "ECDSA", "SHA512withECDSA", "SHA-512"),
                    new SignatureAlgorithm("1.3.101.112", "Ed25519", "Ed25519", ""));

    private static final List<SignatureAlgorithm> PSS_HASHES =
            List.of(
                    new SignatureAlgorithm(
                            "2.16.840.1.101.3.4.2.1", "RSA", "RSASSA-PSS", "SHA-256"),
                    new SignatureAlgorithm(
                            "2.16.840.1.101.3.4.2.2", "RSA", "RSASSA-PSS", "SHA-384"),
                    new SignatureAlgorithm(
                            "2.16.840.1.101.3.4.2.3", "RSA", "RSASSA-PSS", "SHA-512"));

    private static final String MASK = "1.2.840.113549.1.1.8";

    /// @param identifier an AlgorithmIdentifier
    /// @throws Der.Malformed when nothing is known by it
    static SignatureAlgorithm of(Der identifier) throws Der.Malformed {
        List<Der> parts = identifier.require(Der.SEQUENCE, "AlgorithmIdentifier").parts(1);
        String oid = parts.getFirst().oid();
        if (oid.equals(PSS)) {
            return pss(parts);
        }
        for (SignatureAlgorithm each : ALL) {
            if (each.oid().equals(oid)) {
                return each;
            }
        }
        throw unknown();
    }

    static Der.Malformed unknown() {
        return new Der.Malformed("x509: cannot verify signature: algorithm unimplemented");
    }

    boolean isPss() {
        return name.equals("RSASSA-PSS");
    }

    /// As long as the hash, the only length that is taken.
    int saltLength() {
        return Integer.parseInt(hash.substring("SHA-".length())) / 8;
    }

    /// One hash for the message and the mask, and a salt of its length.
    private static SignatureAlgorithm pss(List<Der> identifier) throws Der.Malformed {
        if (identifier.size() < 2) {
            throw unknown();
        }
        String hash = "";
        String mask = "";
        int salt = 0;
        for (Der parameter : identifier.get(1).parts(0)) {
            Der value = parameter.parts(1).getFirst();
            switch (parameter.tag()) {
                case 0xA0 -> hash = value.parts(1).getFirst().oid();
                case 0xA1 -> mask = maskHash(value.parts(2));
                case 0xA2 -> salt = value.content().length == 1 ? value.content()[0] : 0;
                default -> {}
            }
        }
        for (SignatureAlgorithm each : PSS_HASHES) {
            if (each.oid().equals(hash) && mask.equals(hash) && salt == each.saltLength()) {
                return each;
            }
        }
        throw unknown();
    }

    private static String maskHash(List<Der> generator) throws Der.Malformed {
        boolean isKnown = generator.getFirst().oid().equals(MASK);
        return isKnown ? generator.get(1).parts(1).getFirst().oid() : "";
    }
}
