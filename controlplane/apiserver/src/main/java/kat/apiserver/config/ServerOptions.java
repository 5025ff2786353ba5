package kat.apiserver.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// What was chosen of the options that kube-apiserver has too, under its names for them.
///
/// @param values by name, as they would stand on a command line; what is absent has its default
public record ServerOptions(SortedMap<String, String> values) {

    public static final ServerOptions NONE = new ServerOptions(new TreeMap<>());

    /// What an option takes.
    public enum Form {
        /// The absolute path of a file.
        FILE,
        /// A whole number from 0 on.
        NUMBER,
        /// `true` or `false`.
        TRUTH,
        TEXT
    }

    /// @param label names the value in a help page
    /// @param description one line for a help page
    public record Option(String name, Form form, String label, String description) {}

    /// In the order of a help page.
    public static final List<Option> ALL =
            List.of(
                    new Option(
                            "v",
                            Form.NUMBER,
                            "LEVEL",
                            "from 3 on the server's log tells each request with its id; default 0"),
                    new Option(
                            "feature-gates",
                            Form.TEXT,
                            "GATE=BOOL",
                            "features that are off by default: MaxUnavailableStatefulSet"),
                    new Option(
                            "audit-policy-file",
                            Form.FILE,
                            "FILE",
                            "what the audit log tells (audit.k8s.io/v1 Policy)"),
                    new Option(
                            "audit-log-path", Form.FILE, "FILE", "where the audit log is written"),
                    new Option(
                            "audit-log-maxsize",
                            Form.NUMBER,
                            "MB",
                            "size at which the audit log is put aside; default 100"),
                    new Option(
                            "audit-log-maxbackup",
                            Form.NUMBER,
                            "N",
                            "audit logs put aside that are kept; default 100, 0 for all"),
                    new Option(
                            "audit-log-maxage",
                            Form.NUMBER,
                            "DAYS",
                            "how long these are kept; default 366, 0 for ever"),
                    new Option(
                            "audit-log-mode",
                            Form.TEXT,
                            "MODE",
                            "blocking (default), blocking-strict or batch"),
                    new Option(
                            "audit-log-batch-buffer-size",
                            Form.NUMBER,
                            "N",
                            "events that wait at most in mode batch; default 10000"),
                    new Option(
                            "audit-log-truncate-enabled",
                            Form.TRUTH,
                            "BOOL",
                            "take the bodies out of large events; default false"),
                    new Option(
                            "audit-log-truncate-max-event-size",
                            Form.NUMBER,
                            "BYTES",
                            "what is large; default 102400"),
                    new Option(
                            "audit-webhook-config-file",
                            Form.FILE,
                            "FILE",
                            "a kubeconfig of a server that takes audit events"),
                    new Option(
                            "audit-webhook-batch-buffer-size",
                            Form.NUMBER,
                            "N",
                            "events that wait for it at most; default 10000"),
                    new Option(
                            "audit-webhook-batch-max-size",
                            Form.NUMBER,
                            "N",
                            "events in one request; default 400"),
                    new Option(
                            "audit-webhook-batch-max-wait",
                            Form.TEXT,
                            "TIME",
                            "after which fewer are sent; default 30s"),
                    new Option(
                            "audit-webhook-initial-backoff",
                            Form.TEXT,
                            "TIME",
                            "pause before they are sent again; default 10s"),
                    new Option(
                            "audit-webhook-batch-throttle-enable",
                            Form.TRUTH,
                            "BOOL",
                            "bound how many requests begin in a second; default true"),
                    new Option(
                            "audit-webhook-batch-throttle-qps",
                            Form.TEXT,
                            "NUMBER",
                            "how many do on average; default 10"),
                    new Option(
                            "audit-webhook-batch-throttle-burst",
                            Form.NUMBER,
                            "N",
                            "how many do at once after a silence; default 15"),
                    new Option(
                            "audit-webhook-truncate-enabled",
                            Form.TRUTH,
                            "BOOL",
                            "take the bodies out of large events; default false"),
                    new Option(
                            "audit-webhook-truncate-max-event-size",
                            Form.NUMBER,
                            "BYTES",
                            "what is large; default 102400"),
                    new Option(
                            "tracing-config-file",
                            Form.FILE,
                            "FILE",
                            "where traces of requests go (TracingConfiguration)"),
                    new Option(
                            "encryption-provider-config",
                            Form.FILE,
                            "FILE",
                            "how objects are encrypted on disk (EncryptionConfiguration)"),
                    new Option(
                            "encryption-provider-config-automatic-reload",
                            Form.TRUTH,
                            "BOOL",
                            "look every minute whether that file has changed; default false"),
                    new Option(
                            "token-auth-file",
                            Form.FILE,
                            "FILE",
                            "users by fixed tokens: token,user,uid,\"groups\""),
                    new Option(
                            "anonymous-auth",
                            Form.TRUTH,
                            "BOOL",
                            "whether who shows nothing may come at all; default true"),
                    new Option(
                            "authentication-config",
                            Form.FILE,
                            "FILE",
                            "issuers of tokens (AuthenticationConfiguration)"),
                    new Option("oidc-issuer-url", Form.TEXT, "URL", "issuer of tokens of users"),
                    new Option("oidc-client-id", Form.TEXT, "ID", "for whom these tokens must be"),
                    new Option(
                            "oidc-ca-file",
                            Form.FILE,
                            "FILE",
                            "authorities of the issuer; default those that Java trusts"),
                    new Option(
                            "oidc-username-claim",
                            Form.TEXT,
                            "CLAIM",
                            "claim with the user's name; default sub"),
                    new Option(
                            "oidc-username-prefix",
                            Form.TEXT,
                            "TEXT",
                            "stands before names; default the issuer and #, - for none"),
                    new Option("oidc-groups-claim", Form.TEXT, "CLAIM", "claim with the groups"),
                    new Option("oidc-groups-prefix", Form.TEXT, "TEXT", "stands before groups"),
                    new Option(
                            "oidc-required-claim",
                            Form.TEXT,
                            "CLAIM=VALUE",
                            "what a token must claim; several with commas"),
                    new Option(
                            "oidc-signing-algs",
                            Form.TEXT,
                            "ALGS",
                            "how tokens may be signed; default RS256"),
                    new Option(
                            "authorization-config",
                            Form.FILE,
                            "FILE",
                            "who decides what users may do (AuthorizationConfiguration)"),
                    new Option(
                            "authentication-token-webhook-config-file",
                            Form.FILE,
                            "FILE",
                            "a kubeconfig of a server that judges tokens"),
                    new Option(
                            "authentication-token-webhook-version",
                            Form.TEXT,
                            "VERSION",
                            "of its TokenReview: v1 or v1beta1 (default)"));

    public ServerOptions {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        values.forEach(ServerOptions::require);
    }

    private static Option option(String name) {
        for (Option option : ALL) {
            if (option.name().equals(name)) {
                return option;
            }
        }
        List<String> names = new ArrayList<>(ALL.stream().map(Option::name).sorted().toList());
        throw new ConfigFileException(
                "unknown option \"" + name + "\"; known are " + String.join(", ", names));
    }

    private static void require(String name, String value) {
        boolean holds =
                switch (option(name).form()) {
                    case FILE -> value.startsWith("/");
                    case NUMBER -> value.matches("[0-9]{1,9}");
                    case TRUTH -> value.equals("true") || value.equals("false");
                    case TEXT -> true;
                };
        if (!holds) {
            String wanted =
                    switch (option(name).form()) {
                        case FILE -> "an absolute path";
                        case NUMBER -> "a whole number from 0 on";
                        case TRUTH -> "true or false";
                        case TEXT -> "a text";
                    };
            throw new ConfigFileException(
                    name + " must be " + wanted + ", but is \"" + value + "\"");
        }
    }

    /// Reads options as they stand in a file; those that are not named stay as they are, and those
    /// that are named with an empty value have their default again.
    ///
    /// @throws ConfigFileException on an unknown option or a value that it cannot have
    public ServerOptions with(JsonObject tree) {
        SortedMap<String, String> all = new TreeMap<>(values);
        tree.forEach(
                (name, value) -> {
                    String text = text(name, value);
                    if (text.isEmpty()) {
                        String unused = option(name).name();
                        all.remove(name);
                    } else {
                        all.put(name, text);
                    }
                });
        return new ServerOptions(all);
    }

    private static String text(String name, Json value) {
        return switch (value) {
            case JsonString(String text) -> text;
            case JsonNumber number when number.isInteger() -> Long.toString(number.longValue());
            case JsonBoolean truth -> Boolean.toString(truth.value());
            case JsonArray list when list.strings().size() == list.size() ->
                    String.join(",", list.strings());
            default ->
                    throw new ConfigFileException(
                            name + " must be a text, a number or a list of texts, but is " + value);
        };
    }

    public JsonObject toJson() {
        return JsonObject.ofStrings(values);
    }

    /// Empty when it was not chosen.
    public String text(String name) {
        return values.getOrDefault(option(name).name(), "");
    }

    public boolean has(String name) {
        return !text(name).isEmpty();
    }

    public int number(String name, int absent) {
        return has(name) ? Integer.parseInt(text(name)) : absent;
    }

    /// @throws ConfigFileException when it is no number
    public double decimal(String name, double absent) {
        try {
            return has(name) ? Double.parseDouble(text(name)) : absent;
        } catch (NumberFormatException e) {
            throw new ConfigFileException(
                    name + " must be a number, but is \"" + text(name) + "\"", e);
        }
    }

    public boolean truth(String name, boolean absent) {
        return has(name) ? Boolean.parseBoolean(text(name)) : absent;
    }

    public Path file(String name) {
        return Path.of(text(name));
    }

    /// A time as Go writes it: `30s`, `1m30s`, `500ms`.
    ///
    /// @throws ConfigFileException when it is none, or below zero
    public Duration time(String name, Duration absent) {
        if (!has(name)) {
            return absent;
        }
        GoDuration time = GoDuration.parse(text(name));
        if (!time.fault().isEmpty() || time.value().isNegative()) {
            throw new ConfigFileException(
                    name + " must be a time such as 30s, but is \"" + text(name) + "\"");
        }
        return time.value();
    }

    public Duration days(String name, Duration absent) {
        return has(name) ? Duration.ofDays(number(name, 0)) : absent;
    }

    /// What is to be chosen among a few words.
    ///
    /// @throws ConfigFileException when it is none of them
    public <T> T word(String name, Map<String, T> words, T absent) {
        if (!has(name)) {
            return absent;
        }
        T found = words.get(text(name));
        if (found == null) {
            throw new ConfigFileException(
                    name
                            + " must be one of "
                            + String.join(", ", new TreeMap<>(words).keySet())
                            + ", but is \""
                            + text(name)
                            + "\"");
        }
        return found;
    }
}
