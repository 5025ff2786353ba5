package kat.apiserver.auth;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/// Tells who makes a request: by client certificate, by bearer token, else nobody.
///
/// **Threads:** any; never blocks.
public final class Authenticator {

    private static final String BEARER = "bearer ";

    /// Connections keep their certificate, so few are seen often.
    private static final int MAX_CERTIFICATES = 1024;

    private final Map<String, User> fixedTokens;
    private final @Nullable TokenReviewer tokens;
    private final Map<X509Certificate, User> certificates = new ConcurrentHashMap<>();

    /// Checks tokens that this server signed.
    public interface TokenReviewer {
        /// Null when the token is not valid, for whatever reason.
        @Nullable User review(String token);
    }

    /// @param fixedTokens users by token
    public Authenticator(Map<String, User> fixedTokens, @Nullable TokenReviewer tokens) {
        this.fixedTokens = Map.copyOf(fixedTokens);
        this.tokens = tokens;
    }

    /// Null when the request carries credentials that are not valid.
    ///
    /// @param authorization the header of that name; null when absent
    public @Nullable User authenticate(
            @Nullable X509Certificate certificate, @Nullable String authorization) {
        if (authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return byToken(authorization.substring(BEARER.length()).strip());
        }
        if (certificate != null) {
            return byCertificate(certificate);
        }
        return User.ANONYMOUS;
    }

    public @Nullable User byToken(String token) {
        User fixed = fixedTokens.get(token);
        if (fixed != null) {
            return fixed;
        }
        return tokens == null ? null : tokens.review(token);
    }

    private User byCertificate(X509Certificate certificate) {
        User known = certificates.get(certificate);
        if (known != null) {
            return known;
        }
        if (certificates.size() >= MAX_CERTIFICATES) {
            certificates.clear();
        }
        User user = read(certificate);
        certificates.put(certificate, user);
        return user;
    }

    /// The common name is the user, the organizations are the groups.
    private static User read(X509Certificate certificate) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            String subject = certificate.getSubjectX500Principal().getName();
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    name = String.valueOf(part.getValue());
                } else if (part.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            return User.ANONYMOUS;
        }
        return User.of(name, groups);
    }
}
