package kat.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Writes the paths of a kind with the operations that its verbs allow.
final class PathWriter {

    private static final List<String> BODIES =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");
    private static final List<String> PATCHES =
            List.of(
                    "application/apply-patch+yaml",
                    "application/json-patch+json",
                    "application/merge-patch+json",
                    "application/strategic-merge-patch+json");

    /// What custom resources understand: kubectl chooses the form of a patch by what stands here.
    private static final List<String> CUSTOM_BODIES = BODIES.subList(0, 2);
    private static final List<String> CUSTOM_PATCHES = PATCHES.subList(0, 3);

    private static final String PATCH = "io.k8s.apimachinery.pkg.apis.meta.v1.Patch";
    private static final String DELETE = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions";
    private static final String STATUS = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";

    private final SchemaWriter.Version version;
    private final UnaryOperator<String> definitionOfKind;
    private final SchemaWriter schemas;
    private final JsonObject.Builder paths;

    /// @param definitionOfKind the definition of `apiVersion kind`; empty for none
    /// @param paths gets what is written
    PathWriter(
            SchemaWriter.Version version,
            UnaryOperator<String> definitionOfKind,
            SchemaWriter schemas,
            JsonObject.Builder paths) {
        this.version = version;
        this.definitionOfKind = definitionOfKind;
        this.schemas = schemas;
        this.paths = paths;
    }

    /// What one operation is.
    ///
    /// @param method `get`, `post`, `put`, `patch` or `delete`
    /// @param action for example `list`
    /// @param answer the definition that is answered
    /// @param body the definition that is sent; empty for none
    private record Operation(
            String method, String action, String answer, String body, List<String> queries) {}

    private static final List<String> LIST_QUERIES =
            List.of(
                    "allowWatchBookmarks",
                    "continue",
                    "fieldSelector",
                    "labelSelector",
                    "limit",
                    "resourceVersion",
                    "resourceVersionMatch",
                    "sendInitialEvents",
                    "timeoutSeconds",
                    "watch");
    private static final List<String> WRITE_QUERIES =
            List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> PATCH_QUERIES =
            List.of("dryRun", "fieldManager", "fieldValidation", "force");
    private static final List<String> DELETE_QUERIES =
            List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy");

    void kind(Kind kind) {
        String root = kind.group().isEmpty() ? "/api/v1" : "/apis/" + kind.apiVersion();
        String scope = kind.namespaced() ? "/namespaces/{namespace}" : "";
        String collection = root + scope + "/" + kind.plural();
        String object = definition(kind.apiVersion(), kind.kind());
        String list = definition(kind.apiVersion(), kind.listKind());
        JsonObject about = SchemaWriter.kind(kind.group(), kind.version(), kind.kind());
        List<Operation> onAll = new ArrayList<>();
        List<Operation> onOne = new ArrayList<>();
        for (String verb : kind.verbs()) {
            operation(verb, object, list, onAll, onOne);
        }
        path(collection, onAll, about, kind, "");
        if (kind.namespaced() && kind.verbs().contains("list")) {
            Operation everywhere = new Operation("get", "list", list, "", LIST_QUERIES);
            path(root + "/" + kind.plural(), List.of(everywhere), about, kind, "ForAllNamespaces");
        }
        path(collection + "/{name}", onOne, about, kind, "");
        for (Kind.Subresource each : kind.subresources()) {
            subresource(collection + "/{name}/" + each.name(), kind, each);
        }
    }

    private void operation(
            String verb, String object, String list, List<Operation> all, List<Operation> one) {
        switch (verb) {
            case "list" -> all.add(new Operation("get", "list", list, "", LIST_QUERIES));
            case "create" -> all.add(new Operation("post", "post", object, object, WRITE_QUERIES));
            case "deletecollection" ->
                    all.add(
                            new Operation(
                                    "delete", "deletecollection", STATUS, DELETE, DELETE_QUERIES));
            case "get" -> one.add(new Operation("get", "get", object, "", List.of()));
            case "update" -> one.add(new Operation("put", "put", object, object, WRITE_QUERIES));
            case "patch" -> one.add(new Operation("patch", "patch", object, PATCH, PATCH_QUERIES));
            case "delete" ->
                    one.add(new Operation("delete", "delete", STATUS, DELETE, DELETE_QUERIES));
            default -> {}
        }
    }

    private void subresource(String path, Kind kind, Kind.Subresource each) {
        String apiVersion =
                each.group().isEmpty() ? each.version() : each.group() + "/" + each.version();
        String object = definition(apiVersion, each.kind());
        if (object.isEmpty()) {
            return;
        }
        List<Operation> ignored = new ArrayList<>();
        List<Operation> operations = new ArrayList<>();
        for (String verb : each.verbs()) {
            if (verb.equals("create")) {
                operations.add(new Operation("post", "post", object, object, WRITE_QUERIES));
            } else {
                operation(verb, object, object, ignored, operations);
            }
        }
        JsonObject about = SchemaWriter.kind(each.group(), each.version(), each.kind());
        String name = Character.toUpperCase(each.name().charAt(0)) + each.name().substring(1);
        path(path, operations, about, kind, name);
    }

    private String definition(String apiVersion, String kind) {
        return definitionOfKind.apply(apiVersion + " " + kind);
    }

    private void path(
            String path, List<Operation> operations, JsonObject about, Kind kind, String suffix) {
        if (operations.isEmpty()) {
            return;
        }
        JsonObject.Builder item = JsonObject.builder();
        for (Operation operation : operations) {
            item.put(operation.method(), operation(operation, about, kind, suffix));
        }
        List<Json> parameters = new ArrayList<>();
        for (String name : new String[] {"name", "namespace"}) {
            if (path.contains("{" + name + "}")) {
                parameters.add(parameter(name, "path", "string"));
            }
        }
        parameters.add(parameter("pretty", "query", "string"));
        paths.put(path, item.put("parameters", new JsonArray(parameters)).build());
    }

    private JsonObject operation(Operation operation, JsonObject about, Kind kind, String suffix) {
        List<Json> parameters = new ArrayList<>();
        for (String query : operation.queries()) {
            parameters.add(parameter(query, "query", typeOf(query)));
        }
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("operationId", name(operation, kind, suffix))
                        .put("tags", JsonArray.of(Json.of(tag(kind))))
                        .put("x-kubernetes-action", operation.action())
                        .put("x-kubernetes-group-version-kind", about);
        boolean custom = kind.schema().isEmpty();
        List<String> bodies = custom ? CUSTOM_BODIES : BODIES;
        List<String> patches = custom ? CUSTOM_PATCHES : PATCHES;
        List<String> types = operation.method().equals("patch") ? patches : bodies;
        if (version == SchemaWriter.Version.V3) {
            if (!operation.body().isEmpty()) {
                json.put("requestBody", content(types, operation.body()));
            }
            JsonObject answer =
                    content(bodies, operation.answer()).with("description", Json.of("OK"));
            json.put("responses", JsonObject.of("200", answer));
        } else {
            if (!operation.body().isEmpty()) {
                parameters.add(body(operation.body()));
            }
            json.put("consumes", JsonArray.ofStrings(types));
            json.put("produces", JsonArray.ofStrings(bodies));
            json.put("responses", JsonObject.of("200", answerV2(operation.answer())));
        }
        // Kubernetes' own reader of such pages takes an empty array for another page than none.
        return (parameters.isEmpty() ? json : json.put("parameters", new JsonArray(parameters)))
                .build();
    }

    private JsonObject answerV2(String definition) {
        JsonObject answer = JsonObject.of("description", Json.of("OK"));
        return definition.isEmpty() ? answer : answer.with("schema", schemas.reference(definition));
    }

    private JsonObject body(String definition) {
        return JsonObject.builder()
                .put("name", "body")
                .put("in", "body")
                .put("required", true)
                .put("schema", schemas.reference(definition))
                .build();
    }

    private JsonObject content(List<String> types, String definition) {
        JsonObject.Builder content = JsonObject.builder();
        JsonObject schema = definition.isEmpty() ? JsonObject.EMPTY : schemas.reference(definition);
        types.forEach(type -> content.put(type, JsonObject.of("schema", schema)));
        return JsonObject.of("content", content.build());
    }

    private JsonObject parameter(String name, String where, String type) {
        JsonObject.Builder json = JsonObject.builder().put("name", name).put("in", where);
        if (where.equals("path")) {
            json.put("required", true);
        }
        JsonObject schema = JsonObject.of("type", Json.of(type), "uniqueItems", Json.of(true));
        if (version == SchemaWriter.Version.V2) {
            schema.forEach(json::put);
        } else {
            json.put("schema", schema);
        }
        return json.build();
    }

    private static String typeOf(String query) {
        return switch (query) {
            case "limit", "timeoutSeconds", "gracePeriodSeconds" -> "integer";
            case "allowWatchBookmarks", "force", "orphanDependents", "sendInitialEvents", "watch" ->
                    "boolean";
            default -> "string";
        };
    }

    private static String tag(Kind kind) {
        String group = kind.group().isEmpty() ? "core" : kind.group().replace(".k8s.io", "");
        return group.replaceAll("[^A-Za-z0-9]", "") + "_" + kind.version();
    }

    private static String name(Operation operation, Kind kind, String suffix) {
        String verb =
                switch (operation.action()) {
                    case "get" -> "read";
                    case "post" -> "create";
                    case "put" -> "replace";
                    case "deletecollection" -> "deleteCollection";
                    default -> operation.action();
                };
        StringBuilder name = new StringBuilder(verb);
        for (String word : tag(kind).split("_", -1)) {
            name.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        boolean everywhere = suffix.equals("ForAllNamespaces");
        name.append(kind.namespaced() && !everywhere ? "Namespaced" : "");
        return name.append(kind.kind()).append(suffix).toString();
    }
}
