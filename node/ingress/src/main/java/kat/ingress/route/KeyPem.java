package kat.ingress.route;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads private keys from PEM: PKCS #8, and the older forms of RSA and EC that OpenSSL and Helm
/// write.
///
/// **Source:** RFC 5958, RFC 8017 appendix A.1.2, RFC 5915.
final class KeyPem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([^-]+)-----END");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int PARAMETERS = 0xa0;
    private static final byte[] VERSION = {2, 1, 0};
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private KeyPem() {}

    /// @throws GeneralSecurityException when there is no key that can be read
    static PrivateKey read(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new InvalidKeyException("tls.key holds no private key in PEM form");
        }
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        return switch (block.group(1)) {
            case "RSA " -> KeyFactory.getInstance("RSA").generatePrivate(wrapped(RSA, der));
            case "EC " ->
                    KeyFactory.getInstance("EC")
                            .generatePrivate(wrapped(value(SEQUENCE, EC, curve(der)), der));
            default -> generic(der);
        };
    }

    private static PrivateKey generic(byte[] der) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        GeneralSecurityException why = new InvalidKeyException("unknown algorithm");
        for (String algorithm : new String[] {"EdDSA", "EC", "RSA"}) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException otherAlgorithm) {
                why = otherAlgorithm;
            }
        }
        throw why;
    }

    private static PKCS8EncodedKeySpec wrapped(byte[] algorithm, byte[] key) {
        return new PKCS8EncodedKeySpec(value(SEQUENCE, VERSION, algorithm, value(OCTETS, key)));
    }

    /// The name of the curve inside an EC key, which comes after the key's own bytes.
    private static byte[] curve(byte[] der) throws InvalidKeyException {
        int at = bodyOf(der, 0);
        while (at < der.length) {
            int body = bodyOf(der, at);
            int end = body + lengthAt(der, at);
            if ((der[at] & 0xff) == PARAMETERS) {
                return java.util.Arrays.copyOfRange(der, body, end);
            }
            at = end;
        }
        throw new InvalidKeyException("the key does not name its curve");
    }

    private static int bodyOf(byte[] der, int at) throws InvalidKeyException {
        check(der, at + 1);
        int length = der[at + 1] & 0xff;
        return at + 2 + (length < 0x80 ? 0 : length - 0x80);
    }

    private static int lengthAt(byte[] der, int at) throws InvalidKeyException {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        check(der, at + 1 + first - 0x80);
        for (int i = 0; i < first - 0x80; i++) {
            length = length << 8 | (der[at + 2 + i] & 0xff);
        }
        check(der, at + 1 + length);
        return length;
    }

    private static void check(byte[] der, int at) throws InvalidKeyException {
        if (at < 0 || at >= der.length) {
            throw new InvalidKeyException("the key is cut off");
        }
    }

    private static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        to.write(tag);
        if (length < 0x80) {
            to.write(length);
        } else {
            to.write(0x82);
            to.write(length >> 8);
            to.write(length);
        }
        for (byte[] part : parts) {
            to.writeBytes(part);
        }
        return to.toByteArray();
    }
}
