package kat.apiserver.oidc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.cel.CelException;
import kat.api.cel.CelNull;
import kat.api.cel.CelType;
import kat.api.cel.Data;
import kat.api.cel.Environment;
import kat.api.cel.Evaluation;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.apiserver.auth.User;
import kat.apiserver.oidc.JwtConfig.Claim;
import kat.apiserver.oidc.JwtConfig.Expression;
import kat.apiserver.oidc.JwtConfig.Rule;

/// Makes a user of the claims of a token that was verified.
///
/// **Threads:** immutable.
///
/// **Source:** `apiserver/plugin/pkg/authenticator/token/oidc/oidc.go`.
record Claims(JsonObject tree) {

    static final CelType CLAIMS = CelType.map(CelType.STRING, CelType.DYN);
    static final CelType USER =
            CelType.object(
                    "kubernetes.UserInfo",
                    Map.of(
                            "extra",
                            CelType.map(CelType.STRING, CelType.list(CelType.STRING)),
                            "groups",
                            CelType.list(CelType.STRING),
                            "uid",
                            CelType.STRING,
                            "username",
                            CelType.STRING));

    private static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";
    private static final String TEXTS = "expression must return a string or a list of strings";

    User user(JwtConfig config) throws LoginFault {
        JwtConfig.Mapping mapping = config.mapping();
        String name = username(mapping.username());
        List<String> groups = mapping.groups() == null ? List.of() : groups(mapping.groups());
        String uid = mapping.uid() == null ? "" : uid(mapping.uid());
        TreeMap<String, List<String>> extra = new TreeMap<>();
        if (tree.get("jti") instanceof JsonString(String id) && !id.isEmpty()) {
            extra.put(CREDENTIAL, List.of("JTI=" + id));
        }
        for (Map.Entry<String, Expression> each : mapping.extra().entrySet()) {
            List<String> values = texts(each.getValue(), "extra");
            if (!values.isEmpty()) {
                extra.put(each.getKey(), values);
            }
        }
        requireValues(config.required());
        check(config.rules(), "claims", tree, CLAIMS, "claim validation expression");
        User user = new User(name, uid, groups, extra);
        check(
                config.userRules(),
                "user",
                user.toSender().toJson(),
                USER,
                "user info validation rule");
        return user;
    }

    private String username(JwtConfig.Source source) throws LoginFault {
        switch (source) {
            case Claim(String claim, String prefix) -> {
                String name = text(claim, "parse username claims " + new JsonString(claim));
                if (claim.equals("email") && tree.has("email_verified")) {
                    requireVerified();
                }
                return prefix + name;
            }
            case Expression expression -> {
                String name = text(expression, "username");
                if (name.isEmpty()) {
                    throw new LoginFault("oidc: empty username via CEL expression is not allowed");
                }
                return name;
            }
        }
    }

    private void requireVerified() throws LoginFault {
        if (!(tree.get("email_verified") instanceof JsonBoolean verified)) {
            throw new LoginFault("oidc: parse 'email_verified' claim: it is no boolean");
        }
        if (!verified.value()) {
            throw new LoginFault("oidc: email not verified");
        }
    }

    private List<String> groups(JwtConfig.Source source) throws LoginFault {
        return switch (source) {
            case Claim(String claim, String prefix) -> {
                List<String> values =
                        switch (tree.get(claim)) {
                            case null -> List.of();
                            case JsonString(String one) -> List.of(one);
                            case JsonArray list when list.strings().size() == list.size() ->
                                    list.strings();
                            default ->
                                    throw new LoginFault(
                                            "oidc: parse groups claim "
                                                    + new JsonString(claim)
                                                    + ": it is no list of texts");
                        };
                yield values.stream().map(prefix::concat).toList();
            }
            case Expression expression -> texts(expression, "group");
        };
    }

    private String uid(JwtConfig.Source source) throws LoginFault {
        return switch (source) {
            case Claim(String claim, String _) ->
                    text(claim, "parse uid claim " + new JsonString(claim));
            case Expression expression -> text(expression, "uid");
        };
    }

    private String text(String claim, String what) throws LoginFault {
        return switch (tree.get(claim)) {
            case JsonString(String value) -> value;
            case null -> throw new LoginFault("oidc: " + what + ": claim not present");
            case Json _ -> throw new LoginFault("oidc: " + what + ": it is no text");
        };
    }

    private String text(Expression expression, String what) throws LoginFault {
        Object value = run(expression, "claims", tree, CLAIMS, what + " claim expression");
        if (value instanceof String text) {
            return text;
        }
        throw new LoginFault(
                "oidc: error evaluating "
                        + what
                        + " claim expression: "
                        + what
                        + " claim expression must return a string");
    }

    private List<String> texts(Expression expression, String what) throws LoginFault {
        Object value = run(expression, "claims", tree, CLAIMS, what + " claim expression");
        List<String> texts = new ArrayList<>();
        List<?> all =
                value == CelNull.NULL ? List.of() : value instanceof List<?> l ? l : List.of(value);
        for (Object each : all) {
            if (!(each instanceof String text)) {
                throw new LoginFault(
                        "oidc: error evaluating " + what + " claim expression: " + TEXTS);
            }
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        return texts;
    }

    private void requireValues(Map<String, String> required) throws LoginFault {
        for (Map.Entry<String, String> each : required.entrySet()) {
            String claim = each.getKey();
            if (!tree.has(claim)) {
                throw new LoginFault("oidc: required claim " + claim + " not present in ID token");
            }
            String found = text(claim, "parse claim " + claim);
            if (!found.equals(each.getValue())) {
                throw new LoginFault(
                        "oidc: required claim "
                                + claim
                                + " value does not match. Got = "
                                + found
                                + ", want = "
                                + each.getValue());
            }
        }
    }

    private static void check(
            List<Rule> rules, String variable, JsonObject value, CelType type, String what)
            throws LoginFault {
        for (Rule rule : rules) {
            if (run(rule.expression(), variable, value, type, what) != Boolean.TRUE) {
                throw new LoginFault(
                        "oidc: error evaluating "
                                + what
                                + ": validation expression '"
                                + rule.expression().text()
                                + "' failed: "
                                + rule.message());
            }
        }
    }

    private static Object run(
            Expression expression, String variable, JsonObject value, CelType type, String what)
            throws LoginFault {
        try {
            return expression
                    .program()
                    .run(
                            new Evaluation(
                                    name -> name.equals(variable) ? Data.of(value, type) : null,
                                    Environment.CALL_LIMIT));
        } catch (CelException e) {
            throw new LoginFault(
                    "oidc: error evaluating "
                            + what
                            + ": expression '"
                            + expression.text()
                            + "' resulted in error: "
                            + e.getMessage());
        }
    }
}
