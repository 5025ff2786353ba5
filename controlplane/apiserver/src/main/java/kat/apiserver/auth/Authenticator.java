package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tells who makes a request: by front proxy, by client certificate, by bearer token, else nobody.
/// The first that knows decides; credentials of which none is valid are refused.
///
/// **Threads:** any; waits only when [#mayWait].
///
/// **Source:** `pkg/kubeapiserver/authenticator/config.go`.
public final class Authenticator {

    private static final Login INVALID = new Login.Refused("invalid bearer token");

    private final Map<String, User> fixedTokens;
    private final ServiceAccountTokens tokens;
    private final BootstrapTokens bootstrap;
    private final CertificateLogin certificates;
    private final Further further;

    /// Who else may sign in.
    ///
    /// @param logins asked in their order about tokens that nobody else knows
    public record Further(List<TokenLogin> logins, Anonymous anonymous) {

        public static final Further NONE = new Further(List.of(), Anonymous.ALLOWED);

        public Further {
            logins = List.copyOf(logins);
        }
    }

    /// @param fixedTokens users by token
    public Authenticator(
            Map<String, User> fixedTokens,
            ServiceAccountTokens tokens,
            BootstrapTokens bootstrap,
            CertificateLogin certificates,
            Further further) {
        this.fixedTokens = Map.copyOf(fixedTokens);
        this.tokens = tokens;
        this.bootstrap = bootstrap;
        this.certificates = certificates;
        this.further = further;
    }

    /// The same, where nobody speaks for others by headers: a node's own API.
    public Authenticator withoutProxy() {
        return new Authenticator(
                fixedTokens, tokens, bootstrap, certificates.withoutProxy(), further);
    }

    /// Absent only when nothing is shown where nobody may come without: elsewhere who shows
    /// nothing is nobody.
    public Login authenticate(Credentials credentials) {
        Login byCertificate = certificates.login(credentials);
        if (byCertificate instanceof Login.Accepted) {
            return byCertificate;
        }
        String token = BearerToken.of(credentials);
        Login byToken = token.isEmpty() ? Login.ABSENT : byToken(token, List.of());
        if (byToken instanceof Login.Accepted || byToken instanceof Login.Refused) {
            return byToken;
        }
        if (byCertificate instanceof Login.Refused) {
            return byCertificate;
        }
        return further.anonymous().admits(credentials.path())
                ? Login.Accepted.as(User.ANONYMOUS)
                : Login.ABSENT;
    }

    /// Whether finding out who sends a request may have to wait for something outside the process.
    public boolean mayWait(Credentials credentials) {
        if (further.logins().isEmpty()) {
            return false;
        }
        String token = BearerToken.of(credentials);
        return !token.isEmpty()
                && !fixedTokens.containsKey(token)
                && tokens.login(token, List.of(tokens.issuer())) instanceof Login.Absent
                && known(token) instanceof Login.Absent;
    }

    private Login known(String token) {
        for (TokenLogin login : further.logins()) {
            Login known = login.known(token);
            if (!(known instanceof Login.Absent)) {
                return known;
            }
        }
        return Login.ABSENT;
    }

    private Login elsewhere(String token) {
        Login refused = Login.ABSENT;
        for (TokenLogin login : further.logins()) {
            Login found = login.login(token);
            if (found instanceof Login.Accepted) {
                return found;
            }
            refused = found instanceof Login.Refused ? found : refused;
        }
        return refused;
    }

    /// @param audiences for which the token must be; empty for this server
    /// @return never absent
    public Login byToken(String token, List<String> audiences) {
        List<String> own = List.of(tokens.issuer());
        List<String> wanted = audiences.isEmpty() ? own : audiences;
        Login login = tokens.login(token, wanted);
        if (!(login instanceof Login.Absent)) {
            return login;
        }
        User fixed = fixedTokens.get(token);
        User user = fixed == null ? bootstrap.user(token) : fixed;
        List<String> fitting = new ArrayList<>(own);
        fitting.retainAll(wanted);
        if (user == null && !further.logins().isEmpty()) {
            switch (elsewhere(token)) {
                case Login.Accepted accepted -> user = accepted.user();
                case Login.Refused refused -> {
                    return refused;
                }
                case Login.Absent _ -> {}
            }
        }
        return user == null || fitting.isEmpty() ? INVALID : new Login.Accepted(user, fitting, "");
    }
}
