package kat.api.validation;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether the certificate and the key of a TLS Secret are such, and belong together.
///
/// **Source:** Go's `crypto/tls.X509KeyPair`, whose words clients see.
final class TlsSecrets {

    private static final String TYPE = "kubernetes.io/tls";
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private TlsSecrets() {}

    /// @param text in Base64
    private record Block(String type, String text) {
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }
    }

    static void tell(Node secret, List<String> warnings) {
        if (!secret.child("type").text().equals(TYPE)) {
            return;
        }
        String fault =
                fault(
                        text(secret.child("data").key("tls.crt")),
                        text(secret.child("data").key("tls.key")));
        if (!fault.isEmpty()) {
            warnings.add(fault);
        }
    }

    private static String text(Node entry) {
        try {
            return new String(
                    Base64.getDecoder().decode(entry.text()), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(text);
        while (found.find()) {
            blocks.add(new Block(found.group(1), found.group(2)));
        }
        return blocks;
    }

    private static String fault(String certificate, String key) {
        List<Block> certificates = blocks(certificate);
        List<String> skipped = new ArrayList<>();
        Block leaf = null;
        for (Block block : certificates) {
            if (block.type().equals("CERTIFICATE")) {
                leaf = leaf == null ? block : leaf;
            } else {
                skipped.add(block.type());
            }
        }
        if (leaf == null) {
            return missing(
                    skipped,
                    "\"CERTIFICATE\" PEM block in certificate",
                    "certificate",
                    "PRIVATE KEY");
        }
        List<String> others = new ArrayList<>();
        for (Block block : blocks(key)) {
            if (block.type().equals("PRIVATE KEY") || block.type().endsWith(" PRIVATE KEY")) {
                return matches(leaf, block) ? "" : "tls: private key does not match public key";
            }
            others.add(block.type());
        }
        return missing(
                others,
                "PEM block with type ending in \"PRIVATE KEY\" in key",
                "key",
                "CERTIFICATE");
    }

    private static String missing(List<String> skipped, String what, String input, String other) {
        if (skipped.isEmpty()) {
            return "tls: failed to find any PEM data in " + input + " input";
        }
        boolean swapped = skipped.size() == 1 && skipped.getFirst().endsWith(other);
        if (swapped && input.equals("certificate")) {
            return "tls: failed to find certificate PEM data in certificate input, but did find a"
                    + " private key; PEM inputs may have been switched";
        }
        if (swapped) {
            return "tls: found a certificate rather than a key in the PEM for the private key";
        }
        return "tls: failed to find "
                + what
                + " input after skipping PEM blocks of the following types: ["
                + String.join(" ", skipped)
                + "]";
    }

    /// Compares the modulus of RSA keys; other kinds of keys are taken to match.
    private static boolean matches(Block certificate, Block key) {
        try {
            PublicKey open =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(certificate.bytes()))
                            .getPublicKey();
            if (!(open instanceof RSAPublicKey rsa) || !key.type().equals("PRIVATE KEY")) {
                return true;
            }
            return KeyFactory.getInstance("RSA")
                                    .generatePrivate(new PKCS8EncodedKeySpec(key.bytes()))
                            instanceof RSAPrivateCrtKey own
                    && own.getModulus().equals(rsa.getModulus());
        } catch (GeneralSecurityException | IllegalArgumentException notComparable) {
            return true;
        }
    }
}
