package kat.api.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a signer may hand out: PEM with blocks of certificates and nothing else in them.
///
/// **Source:** `pkg/apis/certificates/validation`; RFC 7468.
final class IssuedCertificates {

    private static final String CERTIFICATE = "CERTIFICATE";

    /// Text outside of blocks is skipped, as are blocks whose content is not Base64.
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN ([^\\n-]*)-----\\s*\\n((?:[^\\n:]+:[^\\n]*\\n)*)"
                            + "([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private IssuedCertificates() {}

    /// What is wrong with it; empty when nothing is, or nothing was issued.
    ///
    /// @param base64 of the PEM
    static String fault(String base64) {
        if (base64.isEmpty()) {
            return "";
        }
        Matcher blocks = BLOCK.matcher(decoded(base64));
        boolean any = false;
        while (blocks.find()) {
            any = true;
            if (!blocks.group(1).equals(CERTIFICATE)) {
                return "only CERTIFICATE PEM blocks are allowed, found \"" + blocks.group(1) + "\"";
            }
            if (!blocks.group(2).isEmpty()) {
                return "no PEM block headers are permitted";
            }
            String fault = contentFault(Base64.getMimeDecoder().decode(blocks.group(3)));
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return any ? "" : "must contain at least one CERTIFICATE PEM block";
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), ISO_8859_1);
        } catch (IllegalArgumentException noBase64) {
            return "";
        }
    }

    private static String contentFault(byte[] der) {
        if (der.length == 0) {
            return "found CERTIFICATE PEM block containing 0 certificates";
        }
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            return "";
        } catch (CertificateException malformed) {
            return "x509: malformed certificate";
        }
    }
}
