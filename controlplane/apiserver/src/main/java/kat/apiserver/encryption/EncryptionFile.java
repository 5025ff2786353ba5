package kat.apiserver.encryption;

import static java.util.stream.Collectors.joining;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.spec.SecretKeySpec;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;
import kat.apiserver.encryption.EncryptionRules.Rule;

/// Reads an `EncryptionConfiguration` of `apiserver.config.k8s.io/v1`. Secrets never appear in a
/// message.
///
/// **Source:** `apiserver/pkg/apis/apiserver/validation/validation_encryption.go`.
public final class EncryptionFile {

    private static final Set<String> KEYS =
            new TreeSet<>(List.of("apiVersion", "kind", "metadata", "resources"));
    private static final Set<String> RULE_KEYS = new TreeSet<>(List.of("providers", "resources"));
    private static final Set<String> PROVIDERS =
            new TreeSet<>(List.of("aescbc", "aesgcm", "identity", "kms", "secretbox"));
    private static final Set<Integer> KEY_LENGTHS = new TreeSet<>(List.of(16, 24, 32));

    private EncryptionFile() {}

    /// @throws ConfigFileException when it is no configuration that can be used
    public static EncryptionRules parse(JsonObject tree) {
        ConfigFile.requireType(
                tree, List.of("apiserver.config.k8s.io/v1"), "EncryptionConfiguration");
        ConfigFile.requireKnown(tree, KEYS, "");
        List<Rule> rules = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonObject rule : tree.array("resources").objects()) {
            rules.add(rule(rule, "resources[" + rules.size() + "]"));
            for (String resource : rules.getLast().resources()) {
                if (!seen.add(resource)) {
                    throw invalid(
                            "resources[" + (rules.size() - 1) + "].resources",
                            resource,
                            "it is masked by an earlier rule");
                }
            }
        }
        if (rules.isEmpty()) {
            throw required("resources", "at least one resources is required");
        }
        return new EncryptionRules(rules);
    }

    private static Rule rule(JsonObject rule, String path) {
        ConfigFile.requireKnown(rule, RULE_KEYS, path + ".");
        List<String> resources = ConfigFile.texts(rule, "resources", path);
        if (resources.isEmpty()) {
            throw required(path + ".resources", "at least one " + path + ".resources is required");
        }
        for (int i = 0; i < resources.size(); i++) {
            requireResource(resources.get(i), path + ".resources[" + i + "]");
        }
        requireApart(resources, path + ".resources");
        List<Provider> providers = new ArrayList<>();
        int index = 0;
        for (JsonObject provider : rule.array("providers").objects()) {
            providers.addAll(providers(provider, path + ".providers[" + index + "]"));
            index++;
        }
        if (providers.isEmpty()) {
            throw required(path + ".providers", "at least one " + path + ".providers is required");
        }
        return new Rule(resources, providers);
    }

    private static void requireResource(String resource, String path) {
        if (!resource.equals(resource.toLowerCase(Locale.ROOT))) {
            throw invalid(path, resource, "resource name should not contain capital letters");
        }
        if (resource.equals("*")) {
            throw invalid(
                    path,
                    resource,
                    "use '*.' to encrypt all the resources from core API group or *.* to encrypt"
                            + " all resources");
        }
        if (resource.endsWith(".events.k8s.io")) {
            throw invalid(
                    path,
                    resource,
                    "'*.events.k8s.io' objects are stored using the 'events' API group in etcd."
                            + " Use 'events' instead in the config file");
        }
        if (resource.endsWith(".extensions")) {
            throw invalid(
                    path,
                    resource,
                    "'extensions' group has been removed and cannot be used for encryption");
        }
    }

    /// A resource must not be named twice in one list, by itself and by a wildcard.
    private static void requireApart(List<String> resources, String path) {
        boolean many = resources.size() > 1;
        for (String resource : resources) {
            int dot = resource.indexOf('.');
            String all = dot < 0 ? "*." : "*" + resource.substring(dot);
            boolean masked = !resource.startsWith("*") && resources.contains(all);
            if (many && (masked || resource.equals("*.*"))) {
                throw invalid(
                        path,
                        String.join(", ", resources),
                        "using overlapping resources such as 'secrets' and '*.' in the same"
                                + " resource list is not allowed as they will be masked");
            }
        }
    }

    private static List<Provider> providers(JsonObject provider, String path) {
        ConfigFile.requireKnown(provider, PROVIDERS, path + ".");
        if (provider.size() != 1) {
            throw new ConfigFileException(
                    path
                            + (provider.isEmpty()
                                    ? ": provider does not contain any of the expected providers:"
                                            + " KMS, AESGCM, AESCBC, Secretbox, Identity"
                                    : ": more than one provider specified in a single element,"
                                            + " should split into different list elements"));
        }
        String name = provider.names().getFirst();
        return switch (name) {
            case "identity" -> List.of(Identity.PLAIN);
            case "aescbc", "aesgcm", "secretbox" ->
                    keys(name, provider.object(name), path + "." + name);
            default ->
                    throw new ConfigFileException(
                            path
                                    + "."
                                    + name
                                    + ": this provider is not supported here; use aesgcm or secretbox");
        };
    }

    private static List<Provider> keys(String provider, JsonObject settings, String path) {
        List<Provider> all = new ArrayList<>();
        for (JsonObject key : settings.array("keys").objects()) {
            String at = path + ".keys[" + all.size() + "]";
            String name = key.string("name");
            if (name.isEmpty()) {
                throw required(at + ".name", "name is a mandatory field for a key");
            }
            String prefix = "k8s:enc:" + provider + ":v1:" + name + ":";
            byte[] secret = secret(key, provider, at + ".secret");
            all.add(
                    switch (provider) {
                        case "secretbox" -> new SecretBox(prefix, secret);
                        case "aesgcm" -> new AesGcm(prefix, new SecretKeySpec(secret, "AES"));
                        default -> new AesCbc(prefix, new SecretKeySpec(secret, "AES"));
                    });
        }
        if (all.isEmpty()) {
            throw required(path + ".keys", "at least one keys is required");
        }
        return all;
    }

    private static byte[] secret(JsonObject key, String provider, String path) {
        String text = key.string("secret");
        if (text.isEmpty()) {
            throw required(path, "secret is a mandatory field for a key");
        }
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(text.strip().getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw invalid(path, "REDACTED", "secrets must be base64 encoded");
        }
        Set<Integer> lengths = provider.equals("secretbox") ? Set.of(SecretBox.KEY) : KEY_LENGTHS;
        if (!lengths.contains(secret.length)) {
            throw invalid(
                    path,
                    "REDACTED",
                    "secret is not of the expected length, got "
                            + secret.length
                            + ", expected one of ["
                            + lengths.stream().map(String::valueOf).collect(joining(" "))
                            + "]");
        }
        return secret;
    }

    private static ConfigFileException required(String path, String why) {
        return new ConfigFileException(path + ": Required value: " + why);
    }

    private static ConfigFileException invalid(String path, String value, String why) {
        return new ConfigFileException(path + ": Invalid value: " + Json.of(value) + ": " + why);
    }
}
