package kat.apiserver.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Tells who makes a request: by front proxy, by client certificate, by bearer token, else nobody.
/// The first that knows decides; credentials of which none is valid are refused.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `pkg/kubeapiserver/authenticator/config.go`.
public final class Authenticator {

    private static final Login INVALID = new Login.Refused("invalid bearer token");

    private final Map<String, User> fixedTokens;
    private final ServiceAccountTokens tokens;
    private final BootstrapTokens bootstrap;
    private final CertificateLogin certificates;

    /// @param fixedTokens users by token
    /// @param proxy who may speak for others; null for nobody
    public Authenticator(
            Map<String, User> fixedTokens,
            ServiceAccountTokens tokens,
            BootstrapTokens bootstrap,
            Ticker ticker,
            @Nullable FrontProxy proxy) {
        this.fixedTokens = Map.copyOf(fixedTokens);
        this.tokens = tokens;
        this.bootstrap = bootstrap;
        this.certificates = new CertificateLogin(ticker, proxy);
    }

    /// Never absent: who shows nothing is nobody.
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
        return byCertificate instanceof Login.Refused
                ? byCertificate
                : Login.Accepted.as(User.ANONYMOUS);
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
        return user == null || fitting.isEmpty() ? INVALID : new Login.Accepted(user, fitting, "");
    }
}
