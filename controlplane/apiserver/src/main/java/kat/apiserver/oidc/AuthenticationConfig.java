package kat.apiserver.oidc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.apiserver.auth.Anonymous;
import kat.apiserver.auth.User;

/// Who may sign in beside those whom the cluster itself knows.
///
/// @param tokens users by fixed tokens
public record AuthenticationConfig(
        Map<String, User> tokens, List<JwtConfig> issuers, Anonymous anonymous) {

    public static final AuthenticationConfig NONE =
            new AuthenticationConfig(Map.of(), List.of(), Anonymous.ALLOWED);

    public AuthenticationConfig {
        tokens = Map.copyOf(tokens);
        issuers = List.copyOf(issuers);
    }

    /// The tokens with further ones.
    public Map<String, User> tokensWith(Map<String, User> more) {
        Map<String, User> all = new LinkedHashMap<>(tokens);
        all.putAll(more);
        return all;
    }

    /// Never shows a token.
    @Override
    public String toString() {
        return "AuthenticationConfig[tokens=" + tokens.size() + ", issuers=" + issuers.size() + "]";
    }
}
