package kat.api.validation;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import kat.api.x509.PemBlock;

/// What a signer may hand out: PEM with blocks of certificates and nothing else in them.
///
/// **Source:** `pkg/apis/certificates/validation`; RFC 7468.
final class IssuedCertificates {

    static final String CERTIFICATE = "CERTIFICATE";

    private IssuedCertificates() {}

    /// What is wrong with it; empty when nothing is, or nothing was issued.
    ///
    /// @param base64 of the PEM
    static String fault(String base64) {
        if (base64.isEmpty()) {
            return "";
        }
        List<PemBlock> blocks = PemBlock.all(PemBlock.decoded(base64));
        for (PemBlock block : blocks) {
            if (!block.type().equals(CERTIFICATE)) {
                return "only CERTIFICATE PEM blocks are allowed, found \"" + block.type() + "\"";
            }
            if (block.hasHeaders()) {
                return "no PEM block headers are permitted";
            }
            String fault = contentFault(block.content());
            if (!fault.isEmpty()) {
                return fault;
            }
        }
        return blocks.isEmpty() ? "must contain at least one CERTIFICATE PEM block" : "";
    }

    private static String contentFault(byte[] der) {
        if (der.length == 0) {
            return "found CERTIFICATE PEM block containing 0 certificates";
        }
        return parseFault(der);
    }

    /// What keeps these bytes from being a certificate; empty when they are one.
    static String parseFault(byte[] der) {
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
            return "";
        } catch (CertificateException malformed) {
            return "x509: malformed certificate";
        }
    }
}
