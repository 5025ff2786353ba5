package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Base64;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;

/// The file that tells clients where a cluster is and who they are there. Written as JSON, which
/// every reader of YAML takes too.
public final class Kubeconfig {

    private Kubeconfig() {}

    /// @param name of cluster and context
    public record Cluster(String name, URI server, X509Certificate authority) {}

    /// How a client signs in.
    public sealed interface Credentials {}

    public record Token(String token) implements Credentials {}

    public record Certificate(Identity identity) implements Credentials {}

    public static String write(Cluster cluster, Credentials credentials) {
        String name = cluster.name();
        JsonObject server =
                JsonObject.of(
                        "certificate-authority-data",
                        Json.of(base64(Pem.write(cluster.authority()))),
                        "server",
                        Json.of(cluster.server().toString()));
        JsonObject user =
                switch (credentials) {
                    case Token(String token) -> JsonObject.of("token", Json.of(token));
                    case Certificate(Identity identity) ->
                            JsonObject.of(
                                    "client-certificate-data",
                                    Json.of(base64(Pem.write(identity.certificate()))),
                                    "client-key-data",
                                    Json.of(base64(Pem.writeNamed(identity))));
                };
        JsonObject context =
                JsonObject.of("cluster", Json.of(name), "user", Json.of(name + "-admin"));
        return JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Config")
                        .put("current-context", name)
                        .put("clusters", named(name, "cluster", server))
                        .put("contexts", named(name, "context", context))
                        .put("users", named(name + "-admin", "user", user))
                        .build()
                + "\n";
    }

    private static JsonArray named(String name, String what, JsonObject value) {
        return JsonArray.of(JsonObject.of("name", Json.of(name), what, value));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
