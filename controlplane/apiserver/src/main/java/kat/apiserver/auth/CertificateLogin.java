package kat.apiserver.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import kat.apiserver.measure.CredentialMetrics;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Users by their client certificate: the common name is the user, the organizations are the
/// groups. A certificate of the front proxy speaks for the user whom its headers name.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `apiserver/pkg/authentication/request/x509`, `…/headerrequest`.
public final class CertificateLogin {

    /// Connections keep their certificate, so few are seen often.
    private static final int MAX_CERTIFICATES = 1024;

    private static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";

    /// The part of a subject that holds a user's uid, and a name for it: the JDK tells values of
    /// unnamed parts in hexadecimal.
    private static final String UID = "1.3.6.1.4.1.57683.2";

    private static final String UID_NAME = "UID";

    private static final Map<String, String> NAMES = Map.of(UID, UID_NAME);

    private final Ticker ticker;
    private final @Nullable FrontProxy proxy;
    private final CredentialMetrics metrics;
    private final Map<X509Certificate, Seen> certificates = new ConcurrentHashMap<>();

    /// @param ofProxy whether the proxies' authority signed it
    private record Seen(boolean ofProxy, String name, Login login, Instant end) {}

    /// @param proxy null when nobody speaks for others
    /// @param metrics told how long certificates of users are still valid
    public CertificateLogin(Ticker ticker, @Nullable FrontProxy proxy, CredentialMetrics metrics) {
        this.ticker = ticker;
        this.proxy = proxy;
        this.metrics = metrics;
    }

    Login login(Credentials credentials) {
        X509Certificate certificate = credentials.certificate();
        if (certificate == null) {
            return Login.ABSENT;
        }
        Seen seen = seen(certificate);
        Instant now = ticker.now();
        if (seen.end().isBefore(now)) {
            return new Login.Refused("x509: certificate has expired or is not yet valid");
        }
        if (seen.ofProxy()) {
            return byHeaders(seen, credentials);
        }
        metrics.certificate(Duration.between(now, seen.end()));
        return seen.login();
    }

    private Login byHeaders(Seen seen, Credentials credentials) {
        List<String> names = proxy == null ? List.of() : proxy.names();
        if (!names.isEmpty() && !names.contains(seen.name())) {
            return new Login.Refused(
                    "x509: subject with cn=" + seen.name() + " is not in the allowed list");
        }
        User user = RemoteHeaders.user(credentials);
        // A proxy is no user itself: users' authority did not sign it.
        return user == null
                ? new Login.Refused("x509: certificate signed by unknown authority")
                : Login.Accepted.as(user);
    }

    private Seen seen(X509Certificate certificate) {
        Seen known = certificates.get(certificate);
        if (known != null) {
            return known;
        }
        if (certificates.size() >= MAX_CERTIFICATES) {
            certificates.clear();
        }
        Seen read = read(certificate);
        certificates.put(certificate, read);
        return read;
    }

    private Seen read(X509Certificate certificate) {
        String name = "";
        List<String> groups = new ArrayList<>();
        List<String> uids = new ArrayList<>();
        Login login = Login.ABSENT;
        try {
            String subject = certificate.getSubjectX500Principal().getName("RFC2253", NAMES);
            for (Rdn part : new LdapName(subject).getRdns()) {
                String value = String.valueOf(part.getValue());
                switch (part.getType().toUpperCase(java.util.Locale.ROOT)) {
                    case "CN" -> name = value;
                    case "O" -> groups.add(value);
                    case UID_NAME -> uids.add(value);
                    default -> {}
                }
            }
            login = login(certificate, name, groups, uids);
        } catch (InvalidNameException | GeneralSecurityException e) {
            login = new Login.Refused(String.valueOf(e.getMessage()));
        }
        return new Seen(isOfProxy(certificate), name, login, certificate.getNotAfter().toInstant());
    }

    private static Login login(
            X509Certificate certificate, String name, List<String> groups, List<String> uids)
            throws GeneralSecurityException {
        if (name.isEmpty()) {
            return Login.ABSENT;
        }
        if (uids.size() > 1) {
            return new Login.Refused(
                    "expected 1 UID, but found multiple: [" + String.join(" ", uids) + "]");
        }
        if (uids.size() == 1 && uids.getFirst().isEmpty()) {
            return new Login.Refused("UID cannot be an empty string");
        }
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        String id = "X509SHA256=" + HexFormat.of().formatHex(hash);
        User user = User.of(name, groups);
        String uid = uids.isEmpty() ? "" : uids.getFirst();
        return Login.Accepted.as(
                new User(name, uid, user.groups(), new TreeMap<>(Map.of(CREDENTIAL, List.of(id)))));
    }

    private boolean isOfProxy(X509Certificate certificate) {
        if (proxy == null) {
            return false;
        }
        PublicKey key = proxy.authority().getPublicKey();
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException signedByAnother) {
            return false;
        }
    }
}
