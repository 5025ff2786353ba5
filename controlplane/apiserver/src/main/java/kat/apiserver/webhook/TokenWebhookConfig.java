package kat.apiserver.webhook;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import kat.api.json.JsonObject;
import kat.apiserver.config.ConfigFile;
import kat.apiserver.config.ConfigFileException;

/// Which server judges tokens, as a kubeconfig tells.
///
/// @param version of `TokenReview`: `v1` or `v1beta1`
public record TokenWebhookConfig(WebhookTarget target, String version) {

    private static final List<String> VERSIONS = List.of("v1", "v1beta1");

    /// @param file a kubeconfig whose current context, or only cluster, is the server
    /// @throws ConfigFileException when it names no server, or credentials, which are not shown
    public static TokenWebhookConfig read(Path file, String version) {
        if (!VERSIONS.contains(version)) {
            throw new ConfigFileException(
                    "authentication-token-webhook-version must be v1 or v1beta1, but is \""
                            + version
                            + "\"");
        }
        return ConfigFile.read(file, tree -> new TokenWebhookConfig(target(tree), version));
    }

    /// The server that a kubeconfig names.
    ///
    /// @throws ConfigFileException as [#read]
    public static WebhookTarget server(Path file) {
        return ConfigFile.read(file, TokenWebhookConfig::target);
    }

    private static WebhookTarget target(JsonObject tree) {
        String current = tree.string("current-context");
        JsonObject context = named(tree, "contexts", current).object("context");
        JsonObject cluster = named(tree, "clusters", context.string("cluster")).object("cluster");
        String server = cluster.string("server");
        if (!server.startsWith("https://")) {
            throw new ConfigFileException(
                    "the current context must name a cluster whose server begins with https://");
        }
        JsonObject user = named(tree, "users", context.string("user")).object("user");
        if (!user.isEmpty()) {
            throw new ConfigFileException(
                    "users have credentials, which are not shown to a webhook here; leave \"user\""
                            + " out of the context");
        }
        return new WebhookTarget(server, "", "", 0, "", authority(cluster));
    }

    private static JsonObject named(JsonObject tree, String list, String name) {
        for (JsonObject each : tree.array(list).objects()) {
            if (each.string("name").equals(name)) {
                return each;
            }
        }
        return JsonObject.EMPTY;
    }

    private static String authority(JsonObject cluster) {
        String data = cluster.string("certificate-authority-data");
        String file = cluster.string("certificate-authority");
        try {
            return !data.isEmpty()
                    ? new String(Base64.getMimeDecoder().decode(data), StandardCharsets.US_ASCII)
                    : file.isEmpty() ? "" : Files.readString(Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigFileException("the certificate authority cannot be read: " + e, e);
        }
    }
}
