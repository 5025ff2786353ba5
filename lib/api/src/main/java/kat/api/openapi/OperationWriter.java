package kat.api.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// Writes the operations of a path in OpenAPI's form.
final class OperationWriter {

    private static final Map<String, String> CODES =
            Map.of("200", "OK", "201", "Created", "202", "Accepted");

    private final SchemaWriter.Version version;
    private final SchemaWriter schemas;
    private final String tag;

    /// @param tag under which clients made of the document find the operations
    OperationWriter(SchemaWriter.Version version, SchemaWriter schemas, String tag) {
        this.version = version;
        this.schemas = schemas;
        this.tag = tag;
    }

    /// All operations of a path. Parameters that all of them have stand beside them.
    ///
    /// @param isPretty whether answers may be asked for in a readable form
    JsonObject path(String path, List<Operation> operations, boolean isPretty) {
        List<String> common = new ArrayList<>(operations.getFirst().queries());
        operations.forEach(operation -> common.retainAll(operation.queries()));
        JsonObject.Builder item = JsonObject.builder();
        for (Operation operation : operations) {
            item.put(operation.method(), operation(operation, common));
        }
        List<Json> parameters = new ArrayList<>();
        for (String name : new String[] {"name", "namespace", "path"}) {
            if (path.contains("{" + name + "}")) {
                parameters.add(parameter(name, "path"));
            }
        }
        common.forEach(name -> parameters.add(parameter(name, "query")));
        if (isPretty) {
            parameters.add(parameter("pretty", "query"));
        }
        // Kubernetes' own reader of such pages takes an empty array for another page than none.
        return (parameters.isEmpty() ? item : item.put("parameters", new JsonArray(parameters)))
                .build();
    }

    private JsonObject operation(Operation operation, List<String> common) {
        List<Json> parameters = new ArrayList<>();
        for (String query : operation.queries()) {
            if (!common.contains(query)) {
                parameters.add(parameter(query, "query"));
            }
        }
        JsonObject.Builder json =
                JsonObject.builder()
                        .put("description", operation.description())
                        .put("operationId", operation.name())
                        .put("tags", JsonArray.of(Json.of(tag)))
                        .put("x-kubernetes-action", operation.action())
                        .put("x-kubernetes-group-version-kind", operation.about());
        boolean isSecond = version == SchemaWriter.Version.V2;
        boolean isNeeded = !operation.method().equals("delete");
        if (isSecond) {
            json.put("consumes", JsonArray.ofStrings(operation.reads()));
            json.put("produces", JsonArray.ofStrings(operation.writes()));
            json.put("schemes", JsonArray.of(Json.of("https")));
        }
        if (!operation.body().isEmpty() && isSecond) {
            parameters.addFirst(body(operation.body(), isNeeded));
        } else if (!operation.body().isEmpty()) {
            JsonObject content = content(operation.reads(), schemas.reference(operation.body()));
            json.put("requestBody", isNeeded ? content.with("required", Json.of(true)) : content);
        }
        json.put("responses", answers(operation));
        return (parameters.isEmpty() ? json : json.put("parameters", new JsonArray(parameters)))
                .build();
    }

    private JsonObject answers(Operation operation) {
        JsonObject schema =
                operation.answer().isEmpty()
                        ? JsonObject.of("type", Json.of("string"))
                        : schemas.reference(operation.answer());
        return answers(
                operation.codes(),
                version == SchemaWriter.Version.V2
                        ? JsonObject.of("schema", schema)
                        : content(operation.writes(), schema));
    }

    /// What is answered, by code.
    ///
    /// @param codes of the answers that hold `answer`
    static JsonObject answers(List<String> codes, JsonObject answer) {
        JsonObject.Builder answers = JsonObject.builder();
        for (String code : codes) {
            answers.put(code, answer.with("description", Json.of(CODES.getOrDefault(code, code))));
        }
        return answers.put("401", JsonObject.of("description", Json.of("Unauthorized"))).build();
    }

    private JsonObject body(String definition, boolean isNeeded) {
        JsonObject.Builder body = JsonObject.builder().put("name", "body").put("in", "body");
        if (isNeeded) {
            body.put("required", true);
        }
        return body.put("schema", schemas.reference(definition)).build();
    }

    static JsonObject content(List<String> types, JsonObject schema) {
        JsonObject.Builder content = JsonObject.builder();
        types.forEach(type -> content.put(type, JsonObject.of("schema", schema)));
        return JsonObject.of("content", content.build());
    }

    private JsonObject parameter(String name, String where) {
        JsonObject.Builder json = JsonObject.builder().put("name", name).put("in", where);
        if (where.equals("path")) {
            json.put("required", true);
        }
        JsonObject schema =
                JsonObject.of("type", Json.of(typeOf(name)), "uniqueItems", Json.of(true));
        if (version == SchemaWriter.Version.V2) {
            schema.forEach(json::put);
        } else {
            json.put("schema", schema);
        }
        return json.build();
    }

    private static String typeOf(String parameter) {
        return switch (parameter) {
            case "limit",
                    "timeoutSeconds",
                    "gracePeriodSeconds",
                    "limitBytes",
                    "ports",
                    "sinceSeconds",
                    "tailLines" ->
                    "integer";
            case "allowWatchBookmarks",
                    "follow",
                    "force",
                    "insecureSkipTLSVerifyBackend",
                    "orphanDependents",
                    "previous",
                    "sendInitialEvents",
                    "stderr",
                    "stdin",
                    "stdout",
                    "timestamps",
                    "tty",
                    "watch" ->
                    "boolean";
            default -> "string";
        };
    }
}
