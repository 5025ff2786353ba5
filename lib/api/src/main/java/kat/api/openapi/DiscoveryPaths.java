package kat.api.openapi;

import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Writes the paths at which a server tells what it serves, which version it has, and by which
/// keys its tokens are known. Each can only be got.
///
/// **Source:** `/openapi/v2` and `/openapi/v3` of Kubernetes 1.36.
final class DiscoveryPaths {

    /// Where each stands in the index of version 3, besides the groups.
    static final List<String> DOCUMENTS =
            List.of("api", "apis", "version", ".well-known/openid-configuration", "openid/v1/jwks");

    private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final List<String> JSON = List.of("application/json");
    private static final List<String> BODIES =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

    private final SchemaWriter.Version version;
    private final SchemaWriter schemas;
    private final JsonObject.Builder paths;

    /// @param paths gets what is written
    DiscoveryPaths(SchemaWriter.Version version, SchemaWriter schemas, JsonObject.Builder paths) {
        this.version = version;
        this.schemas = schemas;
        this.paths = paths;
    }

    /// What is got at a path.
    ///
    /// @param tag under which clients made of the document find it
    /// @param name for such clients
    /// @param what it is, in words
    /// @param reads the forms of what would be sent; none where a server says nothing of them
    /// @param answer the definition that is answered; empty for a text
    private record Got(
            String tag,
            String name,
            String what,
            List<String> reads,
            List<String> writes,
            String answer) {

        private static Got of(String tag, String name, String what, String answer) {
            return new Got(tag, name, what, BODIES, BODIES, META + answer);
        }
    }

    /// One of [#DOCUMENTS].
    void document(String path) {
        Got got =
                switch (path) {
                    case "api" ->
                            Got.of(
                                    "core",
                                    "getCoreAPIVersions",
                                    "get available API versions",
                                    "APIVersions");
                    case "apis" ->
                            Got.of(
                                    "apis",
                                    "getAPIVersions",
                                    "get available API versions",
                                    "APIGroupList");
                    case "version" ->
                            new Got(
                                    "version",
                                    "getCodeVersion",
                                    "get the version information for this server",
                                    JSON,
                                    JSON,
                                    "io.k8s.apimachinery.pkg.version.Info");
                    case "openid/v1/jwks" ->
                            new Got(
                                    "openid",
                                    "getServiceAccountIssuerOpenIDKeyset",
                                    "get service account issuer OpenID JSON Web Key Set (contains"
                                            + " public token verification keys)",
                                    List.of(),
                                    List.of("application/jwk-set+json"),
                                    "");
                    case ".well-known/openid-configuration" ->
                            new Got(
                                    "WellKnown",
                                    "getServiceAccountIssuerOpenIDConfiguration",
                                    "get service account issuer OpenID configuration, also known"
                                            + " as the 'OIDC discovery doc'",
                                    List.of(),
                                    JSON,
                                    "");
                    default -> throw new IllegalArgumentException("no document at " + path);
                };
        put("/" + path + "/", got);
    }

    /// @param tag of the group
    void group(String group, String tag) {
        String name = "get" + PathWriter.capital(tag) + "APIGroup";
        put("/apis/" + group + "/", Got.of(tag, name, "get information of a group", "APIGroup"));
    }

    /// @param path of the group version, without a slash before or behind it
    /// @param tag of the group version
    void resources(String path, String tag) {
        String name = "get" + PathWriter.words(tag) + "APIResources";
        put("/" + path + "/", Got.of(tag, name, "get available resources", "APIResourceList"));
    }

    private void put(String path, Got got) {
        JsonObject schema =
                got.answer().isEmpty()
                        ? JsonObject.of("type", Json.of("string"))
                        : schemas.reference(got.answer());
        JsonObject.Builder get =
                JsonObject.builder()
                        .put("description", got.what())
                        .put("operationId", got.name())
                        .put("tags", JsonArray.ofStrings(List.of(got.tag())));
        JsonObject answer;
        if (version == SchemaWriter.Version.V2) {
            if (!got.reads().isEmpty()) {
                get.put("consumes", JsonArray.ofStrings(got.reads()));
            }
            get.put("produces", JsonArray.ofStrings(got.writes()));
            get.put("schemes", JsonArray.ofStrings(List.of("https")));
            answer = JsonObject.of("schema", schema);
        } else {
            answer = OperationWriter.content(got.writes(), schema);
        }
        get.put("responses", OperationWriter.answers(List.of("200"), answer));
        paths.put(path, JsonObject.of("get", get.build()));
    }
}
