package kat.api.validation;

import java.util.List;
import kat.api.x509.PemBlock;

/// What stands in a `caBundle`: PEM of which one block at least is a certificate.
///
/// **Source:** `ValidateCABundle` of the API server and what client-go says about such data.
public final class AuthorityBundle {

    private static final String FAULT = "unable to load root certificates: ";

    private AuthorityBundle() {}

    /// What keeps it from telling whom to trust; empty when nothing does, or when it is empty.
    ///
    /// @param base64 of the PEM
    public static String fault(String base64) {
        return base64.isEmpty() ? "" : textFault(PemBlock.decoded(base64));
    }

    private static String textFault(String pem) {
        List<PemBlock> blocks = PemBlock.all(pem);
        String malformed = "";
        for (PemBlock block : blocks) {
            if (!block.type().equals(IssuedCertificates.CERTIFICATE) || block.hasHeaders()) {
                continue;
            }
            String fault = IssuedCertificates.parseFault(block.content());
            if (fault.isEmpty()) {
                return "";
            }
            if (malformed.isEmpty()) {
                malformed = FAULT + "failed to parse certificate: " + fault;
            }
        }
        if (!malformed.isEmpty()) {
            return malformed;
        }
        boolean endsWithBlock = !blocks.isEmpty() && pem.stripTrailing().endsWith("-----");
        return FAULT
                + (endsWithBlock
                        ? "no valid certificate authority data seen"
                        : "unable to parse bytes as PEM block");
    }
}
