package kat.apiserver.auth;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// Whether what a client sent leads from its own certificate to one authority, and may be used
/// by clients.
///
/// Of certificates of one name the first is followed, and no others are tried: what a stranger
/// may make the server compute stays small.
///
/// **Threads:** any; never blocks.
///
/// **Source:** RFC 5280 §6; the words and the rule of usages, which hold for each certificate
/// on the way, are those of Go's `crypto/x509`.
final class CertificatePaths {

    static final String UNKNOWN_AUTHORITY = "x509: certificate signed by unknown authority";

    /// The longest way to the authority, itself aside.
    private static final int MAX_LENGTH = 5;

    private static final String CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final X509Certificate authority;
    private final X500Principal root;

    CertificatePaths(X509Certificate authority) {
        this.authority = authority;
        this.root = authority.getSubjectX500Principal();
    }

    /// What came of it.
    sealed interface Found {}

    /// @param end from when on it is refused
    /// @param isDirect whether the authority itself signed the certificate
    record Leads(Instant end, boolean isDirect) implements Found {}

    /// @param why in Kubernetes' words
    record Refused(String why) implements Found {}

    /// @param shown the client's own first; not empty
    Found find(List<X509Certificate> shown, Instant now) {
        List<X509Certificate> path = path(shown);
        if (path.isEmpty()) {
            return new Refused(UNKNOWN_AUTHORITY);
        }
        List<X509Certificate> all = new ArrayList<>(path);
        all.add(authority);
        try {
            validate(path, now);
            if (!areForClients(all)) {
                return new Refused("x509: certificate specifies an incompatible key usage");
            }
        } catch (CertPathValidatorException e) {
            return new Refused(why(e.getReason()));
        } catch (GeneralSecurityException unreadable) {
            return new Refused("x509: " + unreadable.getMessage());
        }
        Instant end = Instant.MAX;
        for (X509Certificate each : all) {
            Instant own = each.getNotAfter().toInstant();
            end = own.isBefore(end) ? own : end;
        }
        return end.isBefore(now)
                ? new Refused(why(BasicReason.EXPIRED))
                : new Leads(end, path.size() == 1);
    }

    /// From the client's certificate to the one that names the authority as its issuer; empty
    /// when none does.
    private List<X509Certificate> path(List<X509Certificate> shown) {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate last = shown.getFirst();
        path.add(last);
        while (!last.getIssuerX500Principal().equals(root)) {
            X509Certificate next = issuer(last, shown);
            if (next == null || path.contains(next) || path.size() == MAX_LENGTH) {
                return List.of();
            }
            path.add(next);
            last = next;
        }
        return path;
    }

    private static @Nullable X509Certificate issuer(
            X509Certificate of, List<X509Certificate> among) {
        for (X509Certificate each : among) {
            if (each.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
                return each;
            }
        }
        return null;
    }

    private void validate(List<X509Certificate> path, Instant now) throws GeneralSecurityException {
        CertPath whole = CertificateFactory.getInstance("X.509").generateCertPath(path);
        PKIXParameters rules = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        rules.setRevocationEnabled(false);
        rules.setDate(Date.from(now));
        var unused = CertPathValidator.getInstance("PKIX").validate(whole, rules);
    }

    private static boolean areForClients(List<X509Certificate> all)
            throws CertificateParsingException {
        for (X509Certificate each : all) {
            List<String> usages = each.getExtendedKeyUsage();
            if (usages != null && !usages.contains(CLIENTS) && !usages.contains(ANY_USAGE)) {
                return false;
            }
        }
        return true;
    }

    private static String why(CertPathValidatorException.Reason reason) {
        return reason == BasicReason.EXPIRED || reason == BasicReason.NOT_YET_VALID
                ? "x509: certificate has expired or is not yet valid"
                : UNKNOWN_AUTHORITY;
    }
}
