package kat.apiserver.oidc;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.cel.Program;
import org.jspecify.annotations.Nullable;

/// What is configured of one issuer of tokens.
///
/// @param required values that claims must have, by claim
/// @param rules expressions of claims that must be true
/// @param userRules expressions of the user that must be true
public record JwtConfig(
        Issuer issuer,
        Mapping mapping,
        SequencedMap<String, String> required,
        List<Rule> rules,
        List<Rule> userRules) {

    public JwtConfig {
        required = Collections.unmodifiableSequencedMap(new TreeMap<>(required));
        rules = List.copyOf(rules);
        userRules = List.copyOf(userRules);
    }

    /// @param url as tokens name it
    /// @param discoveryUrl where its document lies; empty for the usual place
    /// @param authorities certificates in PEM to trust; empty for those that the JDK trusts
    /// @param audiences of which a token must name one
    /// @param algorithms that may have signed a token
    public record Issuer(
            String url,
            String discoveryUrl,
            String authorities,
            List<String> audiences,
            List<String> algorithms) {

        public Issuer {
            audiences = List.copyOf(audiences);
            algorithms = List.copyOf(algorithms);
        }
    }

    /// What a user is made of.
    ///
    /// @param groups null for none
    /// @param uid null for none
    /// @param extra expressions by key
    public record Mapping(
            Source username,
            @Nullable Source groups,
            @Nullable Source uid,
            Map<String, Expression> extra) {}

    /// Where a value comes from.
    public sealed interface Source {}

    /// @param prefix stands before each value
    public record Claim(String name, String prefix) implements Source {}

    /// @param text as it was written
    public record Expression(String text, Program program) implements Source {}

    /// @param message for the log when it does not hold
    public record Rule(Expression expression, String message) {}
}
