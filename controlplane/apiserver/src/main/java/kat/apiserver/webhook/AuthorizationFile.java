package kat.apiserver.webhook;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kat.api.cel.CelType;
import kat.api.cel.CompileException;
import kat.api.cel.Environment;
import kat.api.cel.Program;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.config.GoDuration;
import kat.apiserver.webhook.AuthorizationConfig.BuiltIn;
import kat.apiserver.webhook.AuthorizationConfig.Condition;
import kat.apiserver.webhook.AuthorizationConfig.Mode;
import kat.apiserver.webhook.AuthorizationConfig.Times;
import kat.apiserver.webhook.AuthorizationConfig.Webhook;

/// Reads an `AuthorizationConfiguration` of `apiserver.config.k8s.io`.
///
/// **Source:** `ValidateAuthorizationConfiguration` in
/// `apiserver/pkg/apis/apiserver/validation/validation.go`.
public final class AuthorizationFile {

    private static final int MOST_CONDITIONS = 64;
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration ALLOWED = Duration.ofMinutes(5);
    private static final Duration REFUSED = Duration.ofSeconds(30);
    private static final Map<String, BuiltIn> BUILT_IN =
            Map.of(
                    "AlwaysAllow",
                    BuiltIn.ALWAYS_ALLOW,
                    "AlwaysDeny",
                    BuiltIn.ALWAYS_DENY,
                    "Node",
                    BuiltIn.NODE,
                    "RBAC",
                    BuiltIn.RBAC);
    private static final Set<String> KEYS = keys("apiVersion", "authorizers", "kind");
    private static final Set<String> AUTHORIZER = keys("name", "type", "webhook");
    private static final Set<String> WEBHOOK =
            keys(
                    "authorizedTTL",
                    "cacheAuthorizedRequests",
                    "cacheUnauthorizedRequests",
                    "connectionInfo",
                    "failurePolicy",
                    "matchConditionSubjectAccessReviewVersion",
                    "matchConditions",
                    "subjectAccessReviewVersion",
                    "timeout",
                    "unauthorizedTTL");
    private static final Environment OF_REQUEST =
            new Environment(Map.of("request", AccessReview.TYPE));

    private AuthorizationFile() {}

    private static Set<String> keys(String... names) {
        return new TreeSet<>(List.of(names));
    }

    /// @throws ConfigFileException when it is no configuration that can be used
    public static AuthorizationConfig parse(JsonObject tree) {
        ConfigFile.requireType(
                tree,
                List.of("apiserver.config.k8s.io/v1", "apiserver.config.k8s.io/v1beta1"),
                "AuthorizationConfiguration");
        ConfigFile.requireKnown(tree, KEYS, "");
        List<JsonObject> told = tree.array("authorizers").objects();
        if (told.isEmpty()) {
            throw required("authorizers", "at least one authorization mode must be defined");
        }
        List<Mode> modes = new ArrayList<>();
        Set<String> types = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (JsonObject each : told) {
            String path = "authorizers[" + modes.size() + "]";
            ConfigFile.requireKnown(each, AUTHORIZER, path + ".");
            String type = each.string("type");
            boolean isWebhook = type.equals("Webhook");
            if (type.isEmpty()) {
                throw required(path + ".type", "");
            }
            if (!isWebhook && !BUILT_IN.containsKey(type)) {
                throw unsupported(
                        path + ".type",
                        type,
                        "\"AlwaysAllow\", \"AlwaysDeny\", \"Node\", \"RBAC\", \"Webhook\"");
            }
            if (!types.add(type) && !isWebhook) {
                throw duplicate(path + ".type", type);
            }
            requireName(each.string("name"), names, path + ".name");
            modes.add(isWebhook ? webhook(each, path) : builtIn(each, type, path));
        }
        return new AuthorizationConfig(modes);
    }

    private static void requireName(String name, Set<String> names, String path) {
        if (name.isEmpty()) {
            throw required(path, "");
        }
        if (!names.add(name)) {
            throw duplicate(path, name);
        }
        if (!name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")) {
            throw invalid(path, name, "authorizer name is invalid: it is no DNS subdomain");
        }
    }

    private static Mode builtIn(JsonObject authorizer, String type, String path) {
        if (authorizer.has("webhook")) {
            throw invalid(path + ".webhook", "non-null", "may only be specified when type=Webhook");
        }
        BuiltIn found = BUILT_IN.get(type);
        if (found == null) {
            throw invalid(path + ".type", type, "it is not known");
        }
        return found;
    }

    private static Webhook webhook(JsonObject authorizer, String path) {
        if (!authorizer.has("webhook")) {
            throw required(path + ".webhook", "required when type=Webhook");
        }
        JsonObject hook = authorizer.object("webhook");
        ConfigFile.requireKnown(hook, WEBHOOK, path + ".webhook.");
        Duration timeout = time(hook, "timeout", Duration.ZERO, path);
        if (!hook.has("timeout")) {
            throw required(path + ".timeout", "");
        }
        if (timeout.compareTo(LONGEST) > 0) {
            throw invalid(path + ".timeout", hook.string("timeout"), "must be > 0s and <= 30s");
        }
        Times times =
                new Times(
                        timeout,
                        hook.bool("cacheAuthorizedRequests", true)
                                ? time(hook, "authorizedTTL", ALLOWED, path)
                                : Duration.ZERO,
                        hook.bool("cacheUnauthorizedRequests", true)
                                ? time(hook, "unauthorizedTTL", REFUSED, path)
                                : Duration.ZERO);
        String version = word(hook, "subjectAccessReviewVersion", List.of("v1", "v1beta1"), path);
        boolean denies =
                word(hook, "failurePolicy", List.of("NoOpinion", "Deny"), path).equals("Deny");
        return new Webhook(
                authorizer.string("name"),
                target(hook.object("connectionInfo"), path + ".connectionInfo"),
                version,
                times,
                denies,
                conditions(hook, path));
    }

    private static Duration time(JsonObject hook, String key, Duration absent, String path) {
        String text = hook.string(key);
        if (text.isEmpty()) {
            return absent;
        }
        GoDuration time = GoDuration.parse(text);
        if (!time.fault().isEmpty()) {
            throw invalid(path + "." + key, text, time.fault());
        }
        if (time.value().isPositive()) {
            return time.value();
        }
        throw invalid(path + "." + key, text, "must be > 0s");
    }

    private static String word(JsonObject hook, String key, List<String> words, String path) {
        String word = hook.string(key);
        if (word.isEmpty()) {
            throw required(path + "." + key, "");
        }
        if (!words.contains(word)) {
            throw unsupported(path + "." + key, word, "\"" + String.join("\", \"", words) + "\"");
        }
        return word;
    }

    private static WebhookTarget target(JsonObject connection, String path) {
        ConfigFile.requireKnown(connection, keys("kubeConfigFile", "type"), path + ".");
        String type = connection.string("type");
        if (type.isEmpty()) {
            throw required(path + ".type", "");
        }
        if (!type.equals("KubeConfigFile")) {
            throw unsupported(path + ".type", type, "\"KubeConfigFile\"");
        }
        String file = connection.string("kubeConfigFile");
        if (file.isEmpty()) {
            throw required(path + ".kubeConfigFile", "");
        }
        if (!Path.of(file).isAbsolute()) {
            throw invalid(path + ".kubeConfigFile", file, "must be an absolute path");
        }
        if (!Files.isRegularFile(Path.of(file))) {
            throw invalid(path + ".kubeConfigFile", file, "must be a regular file");
        }
        return TokenWebhookConfig.server(Path.of(file));
    }

    private static List<Condition> conditions(JsonObject hook, String path) {
        List<JsonObject> told = hook.array("matchConditions").objects();
        String version = hook.string("matchConditionSubjectAccessReviewVersion");
        if (!told.isEmpty() && version.isEmpty()) {
            throw required(
                    path + ".matchConditionSubjectAccessReviewVersion",
                    "required if match conditions are specified");
        }
        if (!version.isEmpty() && !version.equals("v1")) {
            throw unsupported(
                    path + ".matchConditionSubjectAccessReviewVersion", version, "\"v1\"");
        }
        if (told.size() > MOST_CONDITIONS) {
            throw new ConfigFileException(
                    path
                            + ".matchConditions: Too many: "
                            + told.size()
                            + ": must have at most 64 items");
        }
        List<Condition> conditions = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        for (JsonObject each : told) {
            String at = path + ".matchConditions[" + conditions.size() + "].expression";
            ConfigFile.requireKnown(each, keys("expression"), at + ".");
            String text = each.string("expression");
            if (text.isBlank()) {
                throw required(at, "");
            }
            if (!texts.add(text)) {
                throw duplicate(at, text);
            }
            conditions.add(new Condition(text, compiled(text, at)));
        }
        return conditions;
    }

    private static Program compiled(String text, String path) {
        try {
            Program program = OF_REQUEST.compile(text);
            if (program.type().form() != CelType.Form.BOOL) {
                throw invalid(path, text, "must evaluate to bool but got " + program.type());
            }
            return program;
        } catch (CompileException e) {
            throw invalid(path, text, "compilation failed: " + e.getMessage());
        }
    }

    private static ConfigFileException required(String path, String why) {
        return new ConfigFileException(
                path + ": Required value" + (why.isEmpty() ? "" : ": " + why));
    }

    private static ConfigFileException duplicate(String path, String value) {
        return new ConfigFileException(path + ": Duplicate value: " + new JsonString(value));
    }

    private static ConfigFileException unsupported(String path, String value, String words) {
        return new ConfigFileException(
                path
                        + ": Unsupported value: "
                        + new JsonString(value)
                        + ": supported values: "
                        + words);
    }

    private static ConfigFileException invalid(String path, String value, String why) {
        return new ConfigFileException(
                path + ": Invalid value: " + new JsonString(value) + ": " + why);
    }
}
