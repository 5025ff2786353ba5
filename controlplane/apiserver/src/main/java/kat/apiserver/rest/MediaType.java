package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What form of answer a client accepts.
///
/// @param form JSON or YAML
/// @param as the shape in the place of the object: `Table`, `PartialObjectMetadata`,
///     `PartialObjectMetadataList`, `APIGroupDiscoveryList`; empty for the object itself
/// @param version of that shape, for example `v1`
record MediaType(Form form, String as, String version) {

    static final MediaType JSON = new MediaType(Form.JSON, "", "");

    /// How values are written.
    enum Form {
        JSON("application/json"),
        YAML("application/yaml");

        private final String name;

        Form(String name) {
            this.name = name;
        }

        String mediaType() {
            return name;
        }
    }

    /// The first type of an Accept header that `supported` takes; null when there is none. An
    /// absent or empty header accepts JSON.
    ///
    /// @param shapes which values of `as` the place can serve
    static @Nullable MediaType negotiate(@Nullable String accept, List<String> shapes) {
        if (accept == null || accept.isEmpty() || accept.equals("application/json")) {
            return JSON;
        }
        for (Clause clause : clauses(accept)) {
            MediaType type = clause.type();
            if (type != null && (type.as().isEmpty() || shapes.contains(type.as()))) {
                return type;
            }
        }
        return null;
    }

    private record Clause(@Nullable MediaType type, double quality) {}

    private static List<Clause> clauses(String accept) {
        List<Clause> all = new ArrayList<>();
        for (String part : accept.split(",", -1)) {
            all.add(clause(part.strip()));
        }
        all.sort((a, b) -> Double.compare(b.quality(), a.quality()));
        return all;
    }

    private static Clause clause(String text) {
        String[] fields = text.split(";", -1);
        Form form =
                switch (fields[0].strip()) {
                    case "application/json", "*/*", "application/*" -> Form.JSON;
                    case "application/yaml" -> Form.YAML;
                    default -> null;
                };
        String as = "";
        String version = "";
        double quality = 1;
        for (int i = 1; i < fields.length; i++) {
            String field = fields[i].strip();
            if (field.startsWith("as=")) {
                as = field.substring(3);
            } else if (field.startsWith("v=")) {
                version = field.substring(2);
            } else if (field.startsWith("q=")) {
                quality = quality(field.substring(2));
            } else if (field.startsWith("stream=") && !field.equals("stream=watch")) {
                form = null;
            }
        }
        return new Clause(form == null ? null : new MediaType(form, as, version), quality);
    }

    private static double quality(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
