package kat.apiserver.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
/// groups. A certificate of the front proxy speaks for the user whom its headers name. Whatever
/// a client shows comes here; only what leads to an authority is somebody.
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
    private final @Nullable CertificatePaths users;
    private final @Nullable FrontProxy proxy;
    private final @Nullable CertificatePaths proxies;
    private final CredentialMetrics metrics;

    /// Those that an authority itself signed; never others, so that strangers fill nothing.
    private final Map<X509Certificate, Known> certificates = new ConcurrentHashMap<>();

    /// What a client shows.
    private sealed interface Seen {}

    /// @param ofProxy whether the proxies' authority signed it
    /// @param login of the user that it names
    /// @param end from when on it is looked at again
    private record Known(boolean ofProxy, String name, Login login, Instant end) implements Seen {}

    private record Unknown(String why) implements Seen {}

    private static final Seen UNKNOWN = new Unknown(CertificatePaths.UNKNOWN_AUTHORITY);

    /// @param users their authority; null when certificates name nobody
    /// @param proxy null when nobody speaks for others
    /// @param metrics told how long certificates of users are still valid
    public CertificateLogin(
            Ticker ticker,
            @Nullable X509Certificate users,
            @Nullable FrontProxy proxy,
            CredentialMetrics metrics) {
        this(ticker, users == null ? null : new CertificatePaths(users), proxy, metrics);
    }

    private CertificateLogin(
            Ticker ticker,
            @Nullable CertificatePaths users,
            @Nullable FrontProxy proxy,
            CredentialMetrics metrics) {
        this.ticker = ticker;
        this.users = users;
        this.proxy = proxy;
        this.proxies = proxy == null ? null : new CertificatePaths(proxy.authority());
        this.metrics = metrics;
    }

    /// For the same users, where nobody speaks for others.
    CertificateLogin withoutProxy() {
        return new CertificateLogin(ticker, users, null, metrics);
    }

    /// Refused unless the certificate leads to an authority; nobody has looked at that before.
    Login login(Credentials credentials) {
        List<X509Certificate> shown = credentials.certificates();
        if (shown.isEmpty()) {
            return Login.ABSENT;
        }
        Instant now = ticker.now();
        return switch (seen(shown, now)) {
            case Unknown(String why) -> new Login.Refused(why);
            case Known known when known.ofProxy() -> byHeaders(known.name(), credentials);
            case Known known -> {
                metrics.certificate(Duration.between(now, known.end()));
                yield known.login();
            }
        };
    }

    private Login byHeaders(String name, Credentials credentials) {
        List<String> names = proxy == null ? List.of() : proxy.names();
        if (!names.isEmpty() && !names.contains(name)) {
            return new Login.Refused(
                    "x509: subject with cn=" + name + " is not in the allowed list");
        }
        User user = RemoteHeaders.user(credentials);
        // A proxy is no user itself: users' authority did not sign it.
        return user == null
                ? new Login.Refused(CertificatePaths.UNKNOWN_AUTHORITY)
                : Login.Accepted.as(user);
    }

    private Seen seen(List<X509Certificate> shown, Instant now) {
        Known known = certificates.get(shown.getFirst());
        if (known != null && !known.end().isBefore(now)) {
            return known;
        }
        if (proxies != null && proxies.find(shown, now) instanceof CertificatePaths.Leads ofProxy) {
            return known(shown.getFirst(), true, ofProxy);
        }
        if (users == null) {
            return UNKNOWN;
        }
        return switch (users.find(shown, now)) {
            case CertificatePaths.Leads ofUser -> known(shown.getFirst(), false, ofUser);
            case CertificatePaths.Refused(String why) -> new Unknown(why);
        };
    }

    private Known known(X509Certificate certificate, boolean ofProxy, CertificatePaths.Leads way) {
        Known read = read(certificate, ofProxy, way.end());
        // What depends on certificates beside it is looked at each time.
        if (way.isDirect()) {
            if (certificates.size() >= MAX_CERTIFICATES) {
                certificates.clear();
            }
            certificates.put(certificate, read);
        }
        return read;
    }

    private static Known read(X509Certificate certificate, boolean ofProxy, Instant end) {
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
        return new Known(ofProxy, name, login, end);
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
}
