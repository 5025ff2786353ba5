package kat.api.custom;

import kat.api.json.JsonObject;

/// Paths such as `.spec.color` or `.labels['a.b']` along a schema.
///
/// **Source:** `ValidFieldPath` in `pkg/apiserver/schema/cel/validation.go`.
final class FieldPath {

    private final String text;
    private final boolean brackets;
    private JsonObject schema;
    private String path = "";
    private int at;

    private FieldPath(String text, JsonObject schema, boolean brackets) {
        this.text = text;
        this.schema = schema;
        this.brackets = brackets;
    }

    /// Where a path leads.
    ///
    /// @param path as messages show it
    /// @param problem why there is no such place; empty when there is
    record Found(String path, JsonObject schema, String problem) {
        boolean isValid() {
            return problem.isEmpty();
        }
    }

    /// @param brackets whether `['name']` may be written
    static Found find(String text, JsonObject schema, boolean brackets) {
        FieldPath walk = new FieldPath(text, schema, brackets);
        String problem = walk.run();
        return new Found(walk.path, walk.schema, problem);
    }

    private String run() {
        while (at < text.length()) {
            String problem =
                    switch (text.charAt(at)) {
                        case '[' -> brackets ? bracket() : "array notation is not allowed";
                        case '.' -> dot();
                        default -> "expected [ or . but got: " + token();
                    };
            if (!problem.isEmpty()) {
                return problem;
            }
        }
        return "";
    }

    /// The text up to the next delimiter.
    private String token() {
        int start = at;
        while (at < text.length() && ".[]".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private String dot() {
        at++;
        return step(token());
    }

    private String bracket() {
        at++;
        if (at >= text.length()) {
            return "unexpected end of JSON path";
        }
        int end = text.charAt(at) == '\'' ? text.indexOf('\'', at + 1) : -1;
        if (end < 0) {
            return "expected single quoted string but got " + token();
        }
        String name = text.substring(at + 1, end);
        at = end + 1;
        String problem = step(name);
        if (!problem.isEmpty()) {
            return problem;
        }
        if (at >= text.length()) {
            return "unexpected end of JSON path";
        }
        if (text.charAt(at) != ']') {
            return "expected ] but got " + text.charAt(at);
        }
        at++;
        return "";
    }

    private String step(String name) {
        if (schema.has("properties")) {
            path = Faults.child(path, name);
            if (!(schema.object("properties").get(name) instanceof JsonObject property)) {
                return "does not refer to a valid field";
            }
            schema = property;
            return "";
        }
        if (schema.get("additionalProperties") instanceof JsonObject values) {
            path = Faults.key(path, name);
            schema = values;
            return "";
        }
        return "does not refer to a valid field";
    }
}
