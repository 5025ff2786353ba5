package kat.apiserver.oidc;

import java.net.URI;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.oidc.JwtConfig.Claim;
import kat.apiserver.oidc.JwtConfig.Issuer;
import org.jspecify.annotations.Nullable;

/// Reads what is said of an issuer, in a file or by the older `oidc-…` options.
///
/// **Source:** `pkg/kubeapiserver/options/authentication.go`.
public final class IssuerSettings {

    private static final List<String> DEFAULT_ALGORITHMS = List.of("RS256");
    private static final Set<String> KEYS =
            new TreeSet<>(
                    List.of(
                            "audienceMatchPolicy",
                            "audiences",
                            "certificateAuthority",
                            "discoveryURL",
                            "url"));

    private IssuerSettings() {}

    static Issuer parse(JsonObject issuer, String path) {
        ConfigFile.requireKnown(issuer, KEYS, path + ".");
        String url = issuer.string("url");
        requireUrl(url, path + ".url");
        String discovery = issuer.string("discoveryURL");
        if (!discovery.isEmpty()) {
            requireUrl(discovery, path + ".discoveryURL");
            if (stripped(discovery).equals(stripped(url))) {
                throw ClaimExpressions.invalid(
                        path + ".discoveryURL",
                        discovery,
                        "discoveryURL must be different from URL");
            }
        }
        List<String> audiences = ConfigFile.texts(issuer, "audiences", path);
        if (audiences.isEmpty() || audiences.contains("")) {
            throw new ConfigFileException(
                    path + ".audiences: Required value: at least one audience is required");
        }
        String policy = issuer.string("audienceMatchPolicy");
        if (!policy.equals("MatchAny") && (audiences.size() > 1 || !policy.isEmpty())) {
            throw ClaimExpressions.invalid(
                    path + ".audienceMatchPolicy",
                    policy,
                    audiences.size() > 1
                            ? "audienceMatchPolicy must be MatchAny for multiple audiences"
                            : "audienceMatchPolicy must be empty or MatchAny for single audience");
        }
        return new Issuer(
                url,
                discovery,
                issuer.string("certificateAuthority"),
                audiences,
                // A file has no such setting: all that are safe are allowed.
                JsonWebKey.ALGORITHMS);
    }

    private static String stripped(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static void requireUrl(String url, String path) {
        if (url.isEmpty()) {
            throw new ConfigFileException(path + ": Required value: URL is required");
        }
        URI parsed;
        try {
            parsed = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw ClaimExpressions.invalid(path, url, String.valueOf(e.getMessage()));
        }
        String why =
                !"https".equals(parsed.getScheme())
                        ? "URL scheme must be https"
                        : parsed.getUserInfo() != null
                                ? "URL must not contain a username or password"
                                : parsed.getQuery() != null
                                        ? "URL must not contain a query"
                                        : parsed.getFragment() != null
                                                ? "URL must not contain a fragment"
                                                : "";
        if (!why.isEmpty()) {
            throw ClaimExpressions.invalid(path, url, why);
        }
    }

    /// What the `oidc-…` options say; null when they name no issuer.
    ///
    /// @param authorities what the file of authorities holds; empty for none
    /// @throws ConfigFileException when they do not fit together
    public static @Nullable JwtConfig ofOptions(ServerOptions options, String authorities) {
        String url = options.text("oidc-issuer-url");
        String client = options.text("oidc-client-id");
        if (url.isEmpty() != client.isEmpty()) {
            throw new ConfigFileException(
                    "oidc-issuer-url and oidc-client-id must be specified together when any oidc-*"
                            + " flags are set");
        }
        if (url.isEmpty()) {
            return null;
        }
        requireUrl(url, "oidc-issuer-url");
        String claim =
                options.has("oidc-username-claim") ? options.text("oidc-username-claim") : "sub";
        String groups = options.text("oidc-groups-claim");
        return new JwtConfig(
                new Issuer(url, "", authorities, List.of(client), algorithms(options)),
                new JwtConfig.Mapping(
                        new Claim(claim, prefix(options, claim, url)),
                        groups.isEmpty()
                                ? null
                                : new Claim(groups, options.text("oidc-groups-prefix")),
                        null,
                        new TreeMap<>()),
                required(options),
                List.of(),
                List.of());
    }

    /// Users are kept apart from those of others unless they have mail addresses, or `-` is said.
    private static String prefix(ServerOptions options, String claim, String url) {
        return switch (options.text("oidc-username-prefix")) {
            case "-" -> "";
            case "" -> claim.equals("email") ? "" : url + "#";
            case String said -> said;
        };
    }

    private static List<String> algorithms(ServerOptions options) {
        List<String> named =
                options.has("oidc-signing-algs")
                        ? List.of(options.text("oidc-signing-algs").split(",", -1))
                        : DEFAULT_ALGORITHMS;
        for (String algorithm : named) {
            if (!JsonWebKey.ALGORITHMS.contains(algorithm)) {
                throw new ConfigFileException(
                        "oidc: unsupported signing alg: \"" + algorithm + "\"");
            }
        }
        return named;
    }

    private static SequencedMap<String, String> required(ServerOptions options) {
        TreeMap<String, String> required = new TreeMap<>();
        for (String pair : options.text("oidc-required-claim").split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                required.put(pair.substring(0, equals), pair.substring(equals + 1));
            } else if (!pair.isEmpty()) {
                throw new ConfigFileException(
                        "oidc-required-claim must be pairs such as claim=value, but is \""
                                + pair
                                + "\"");
            }
        }
        return required;
    }
}
