package kat.apiserver.oidc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Anonymous;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.oidc.JwtConfig.Claim;
import kat.apiserver.oidc.JwtConfig.Expression;
import kat.apiserver.oidc.JwtConfig.Rule;
import kat.apiserver.oidc.JwtConfig.Source;
import org.jspecify.annotations.Nullable;

/// Reads an `AuthenticationConfiguration` of `apiserver.config.k8s.io`.
///
/// **Source:** `apiserver/pkg/apis/apiserver/validation/validation.go`.
public final class AuthenticationFile {

    private static final int MOST_ISSUERS = 64;
    private static final Set<String> KEYS = keys("anonymous", "apiVersion", "jwt", "kind");
    private static final Set<String> JWT =
            keys("claimMappings", "claimValidationRules", "issuer", "userValidationRules");
    private static final Set<String> MAPPINGS = keys("extra", "groups", "uid", "username");
    private static final Set<String> SOURCE = keys("claim", "expression", "prefix");

    private AuthenticationFile() {}

    private static Set<String> keys(String... names) {
        return new TreeSet<>(List.of(names));
    }

    /// What a file says.
    ///
    /// @param anonymous null when it says nothing of those who show nothing
    public record Read(List<JwtConfig> issuers, @Nullable Anonymous anonymous) {

        public Read {
            issuers = List.copyOf(issuers);
        }
    }

    /// @throws ConfigFileException when it is no configuration that can be used
    public static Read parse(JsonObject tree) {
        ConfigFile.requireType(
                tree,
                List.of("apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1"),
                "AuthenticationConfiguration");
        ConfigFile.requireKnown(tree, KEYS, "");
        List<JwtConfig> issuers = new ArrayList<>();
        Set<String> urls = new HashSet<>();
        for (JsonObject each : tree.array("jwt").objects()) {
            String path = "jwt[" + issuers.size() + "]";
            JwtConfig config = jwt(each, path);
            issuers.add(config);
            if (!urls.add(config.issuer().url())) {
                throw new ConfigFileException(
                        path + ".issuer.url: Duplicate value: \"" + config.issuer().url() + "\"");
            }
        }
        if (issuers.size() > MOST_ISSUERS) {
            throw new ConfigFileException(
                    "jwt: Too many: " + issuers.size() + ": must have at most 64 items");
        }
        return new Read(issuers, tree.has("anonymous") ? anonymous(tree) : null);
    }

    private static Anonymous anonymous(JsonObject tree) {
        JsonObject said = tree.object("anonymous");
        ConfigFile.requireKnown(said, keys("conditions", "enabled"), "anonymous.");
        List<String> paths = new ArrayList<>();
        for (JsonObject condition : said.array("conditions").objects()) {
            ConfigFile.requireKnown(condition, keys("path"), "anonymous.conditions.");
            paths.add(condition.string("path"));
        }
        if (!said.bool("enabled") && !paths.isEmpty()) {
            throw new ConfigFileException(
                    "anonymous.conditions: Invalid value: enabled should be set to true when"
                            + " conditions are defined");
        }
        return new Anonymous(said.bool("enabled"), paths);
    }

    private static JwtConfig jwt(JsonObject jwt, String path) {
        ConfigFile.requireKnown(jwt, JWT, path + ".");
        TreeMap<String, String> required = new TreeMap<>();
        List<Rule> rules = claimRules(jwt, path + ".claimValidationRules", required);
        List<Rule> userRules = new ArrayList<>();
        for (JsonObject rule : jwt.array("userValidationRules").objects()) {
            String at = path + ".userValidationRules[" + userRules.size() + "]";
            ConfigFile.requireKnown(rule, keys("expression", "message"), at + ".");
            userRules.add(
                    new Rule(
                            ClaimExpressions.conditionOfUser(
                                    rule.string("expression"), at + ".expression"),
                            rule.string("message")));
        }
        JwtConfig.Mapping mapping = mapping(jwt.object("claimMappings"), path + ".claimMappings");
        EmailRule.require(mapping, rules, path + ".claimMappings");
        return new JwtConfig(
                IssuerSettings.parse(jwt.object("issuer"), path + ".issuer"),
                mapping,
                required,
                rules,
                userRules);
    }

    private static List<Rule> claimRules(
            JsonObject jwt, String path, Map<String, String> required) {
        List<Rule> rules = new ArrayList<>();
        int index = 0;
        for (JsonObject rule : jwt.array("claimValidationRules").objects()) {
            String at = path + "[" + index + "]";
            ConfigFile.requireKnown(
                    rule, keys("claim", "expression", "message", "requiredValue"), at + ".");
            String claim = rule.string("claim");
            String expression = rule.string("expression");
            if (claim.isEmpty() && expression.isEmpty()) {
                throw new ConfigFileException(
                        at + ": Required value: claim or expression is required");
            }
            if (!claim.isEmpty() && !expression.isEmpty()) {
                throw ClaimExpressions.invalid(at, claim, "claim and expression can't both be set");
            }
            if (claim.isEmpty()) {
                rules.add(
                        new Rule(
                                ClaimExpressions.conditionOfClaims(expression, at + ".expression"),
                                rule.string("message")));
            } else if (required.put(claim, rule.string("requiredValue")) != null) {
                throw new ConfigFileException(at + ".claim: Duplicate value: \"" + claim + "\"");
            }
            index++;
        }
        return rules;
    }

    private static JwtConfig.Mapping mapping(JsonObject mappings, String path) {
        ConfigFile.requireKnown(mappings, MAPPINGS, path + ".");
        Source username = source(mappings.object("username"), path + ".username", true);
        if (username == null) {
            throw new ConfigFileException(
                    path + ".username: Required value: claim or expression is required");
        }
        TreeMap<String, Expression> extra = new TreeMap<>();
        int index = 0;
        for (JsonObject each : mappings.array("extra").objects()) {
            String at = path + ".extra[" + index + "]";
            ConfigFile.requireKnown(each, keys("key", "valueExpression"), at + ".");
            String key = extraKey(each.string("key"), at + ".key");
            Expression value =
                    ClaimExpressions.ofClaims(
                            each.string("valueExpression"), at + ".valueExpression");
            if (extra.put(key, value) != null) {
                throw new ConfigFileException(at + ".key: Duplicate value: \"" + key + "\"");
            }
            index++;
        }
        return new JwtConfig.Mapping(
                username,
                source(mappings.object("groups"), path + ".groups", true),
                source(mappings.object("uid"), path + ".uid", false),
                extra);
    }

    private static String extraKey(String key, String path) {
        int slash = key.indexOf('/');
        if (slash <= 0) {
            throw ClaimExpressions.invalid(path, key, "must be a domain-prefixed path");
        }
        if (!key.equals(key.toLowerCase(Locale.ROOT))) {
            throw ClaimExpressions.invalid(path, key, "must be lowercase");
        }
        String domain = "." + key.substring(0, slash);
        if (domain.endsWith(".k8s.io") || domain.endsWith(".kubernetes.io")) {
            throw ClaimExpressions.invalid(
                    path,
                    key,
                    "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
        }
        return key;
    }

    /// Null when nothing is said.
    ///
    /// @param prefixed whether a claim must say what stands before its values
    private static @Nullable Source source(JsonObject said, String path, boolean prefixed) {
        ConfigFile.requireKnown(said, SOURCE, path + ".");
        String claim = said.string("claim");
        String expression = said.string("expression");
        if (!claim.isEmpty() && !expression.isEmpty()) {
            throw ClaimExpressions.invalid(path, "", "claim and expression can't both be set");
        }
        if (!expression.isEmpty()) {
            if (said.has("prefix")) {
                throw ClaimExpressions.invalid(
                        path + ".prefix",
                        said.string("prefix"),
                        "prefix can't be set when expression is set");
            }
            return ClaimExpressions.ofClaims(expression, path + ".expression");
        }
        if (claim.isEmpty()) {
            return null;
        }
        if (prefixed && !said.has("prefix")) {
            throw new ConfigFileException(
                    path
                            + ".prefix: Required value: prefix is required when claim is set. It"
                            + " can be set to an empty string to disable prefixing");
        }
        return new Claim(claim, said.string("prefix"));
    }
}
