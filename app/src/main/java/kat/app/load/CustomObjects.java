package kat.app.load;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// A definition with thirty fields and three rules, one of which looks at the object before, and
/// objects of it that are as large as the ConfigMaps of [Objects].
final class CustomObjects {

    static final String GROUP = "bench.example.org";
    static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String DEFINITION = "shapes." + GROUP;

    /// More is refused for a number.
    static final int MOST = 1000;

    private static final int OF_EACH_TYPE = 10;
    private static final int LETTERS = 25; // of a text

    private CustomObjects() {}

    static String definition() {
        JsonObject version =
                JsonObject.builder()
                        .put("name", "v1")
                        .put("served", true)
                        .put("storage", true)
                        .put("schema", JsonObject.of("openAPIV3Schema", schema()))
                        .build();
        JsonObject names =
                JsonObject.builder()
                        .put("kind", "Shape")
                        .put("plural", "shapes")
                        .put("singular", "shape")
                        .build();
        JsonObject spec =
                JsonObject.builder()
                        .put("group", GROUP)
                        .put("scope", "Namespaced")
                        .put("names", names)
                        .put("versions", JsonArray.of(version))
                        .build();
        return JsonObject.builder()
                .put("apiVersion", "apiextensions.k8s.io/v1")
                .put("kind", "CustomResourceDefinition")
                .put("metadata", JsonObject.of("name", Json.of(DEFINITION)))
                .put("spec", spec)
                .build()
                .toString();
    }

    private static JsonObject schema() {
        JsonObject.Builder fields = JsonObject.builder();
        for (int i = 0; i < OF_EACH_TYPE; i++) {
            fields.put("text" + i, type("string").with("maxLength", 100));
            fields.put("number" + i, type("integer").with("minimum", 0).with("maximum", MOST));
            fields.put(
                    "list" + i,
                    type("array")
                            .with("maxItems", 10)
                            .with("items", type("string").with("maxLength", 50)));
        }
        JsonArray rules =
                JsonArray.of(
                        rule("self.number1 <= self.number2"),
                        rule("self.list0.all(each, each.startsWith('w'))"),
                        rule("self.text0 == oldSelf.text0"));
        JsonObject spec =
                type("object")
                        .with("properties", fields.build())
                        .with("x-kubernetes-validations", rules);
        return type("object").with("properties", JsonObject.of("spec", spec));
    }

    private static JsonObject type(String type) {
        return JsonObject.of("type", Json.of(type));
    }

    private static JsonObject rule(String rule) {
        return JsonObject.of("rule", Json.of(rule));
    }

    static String shape(String name, String letter) {
        JsonObject.Builder spec = JsonObject.builder();
        for (int i = 0; i < OF_EACH_TYPE; i++) {
            spec.put("text" + i, (i == 0 ? "x" : letter).repeat(LETTERS));
            spec.put("number" + i, i);
            spec.put("list" + i, JsonArray.of(Json.of("w" + letter), Json.of("what-else")));
        }
        return JsonObject.builder()
                .put("apiVersion", GROUP + "/v1")
                .put("kind", "Shape")
                .put("metadata", JsonObject.of("name", Json.of(name)))
                .put("spec", spec.build())
                .build()
                .toString();
    }
}
