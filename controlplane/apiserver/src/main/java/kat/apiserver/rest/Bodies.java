package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.api.json.JsonPlaces;
import kat.api.json.JsonReader;
import kat.api.patch.JsonPatch;
import kat.api.protobuf.Envelope;
import kat.api.schema.FieldValidation;
import kat.api.schema.RequestBody;
import kat.api.schema.TypeMeta;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import kat.apiserver.http.Request;
import kat.apiserver.registry.Intake;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.client.Patch;
import org.jspecify.annotations.Nullable;

/// Reads request bodies into objects of the kind that is expected.
final class Bodies {

    private final Intake intake;

    Bodies(Intake intake) {
        this.intake = intake;
    }

    static final String UNKNOWN_FORMAT =
            "the body of the request was in an unknown format - accepted media types include:"
                    + " application/json, application/yaml, application/vnd.kubernetes.protobuf";

    static final String UNREADABLE = "?";

    private static final Set<String> FORMS =
            Set.of("", "application/json", "application/yaml", Envelope.MEDIA_TYPE);

    /// The object that a write carries.
    ///
    /// @throws kat.api.StatusException when the body is no object of the resource's kind
    JsonObject object(Call call, Resource resource, WriteCall write) {
        return read(call, intake.body(resource), write);
    }

    /// As [#object] for what a subresource takes.
    JsonObject object(Call call, Kind kind, WriteCall write) {
        return read(call, intake.body(kind), write);
    }

    private JsonObject read(Call call, @Nullable RequestBody reader, WriteCall write) {
        byte[] body = call.request().body();
        return switch (formOf(call)) {
            case "", "application/json" -> intake.readJson(reader, body, write);
            case "application/yaml" -> intake.readYaml(reader, body, write);
            case Envelope.MEDIA_TYPE -> intake.readProtobuf(reader, body, write);
            default -> throw Status.unsupportedMediaType(UNKNOWN_FORMAT).asException();
        };
    }

    /// A body of an unknown form is refused before all else that is wrong with a write.
    ///
    /// @throws kat.api.StatusException 415
    static void requireForm(Call call) {
        if (!FORMS.contains(formOf(call))) {
            throw Status.unsupportedMediaType(UNKNOWN_FORMAT).asException();
        }
    }

    /// Any JSON or YAML body.
    ///
    /// @throws kat.api.StatusException when it is neither
    static Json tree(Call call, byte[] body) {
        try {
            return parse(call, body);
        } catch (JsonException e) {
            throw Status.badRequest(TypeMeta.unreadable(e.getMessage())).asException();
        } catch (YamlException e) {
            throw Status.badRequest(String.valueOf(e.getMessage())).asException();
        }
    }

    /// The body of a patch, whose media type says what it means.
    ///
    /// @param write gets warnings about keys that are there twice, where these do not refuse it
    static Json patch(Call call, WriteCall write) {
        byte[] body = call.request().body();
        String type = mediaType(call);
        try {
            if (type.endsWith("+yaml")) {
                return applied(body, write);
            }
            return changes(body, type, write);
        } catch (JsonException e) {
            String what = type.equals(Patch.STRATEGIC) ? "" : "error decoding patch: ";
            throw Status.badRequest(what + e.getMessage()).asException();
        } catch (YamlException e) {
            throw Status.badRequest(
                            "error decoding YAML: error converting YAML to JSON: yaml: "
                                    + e.getMessage())
                    .asException();
        }
    }

    /// The patch, with its sender told of keys that are there twice, or refused for them.
    private static Json changes(byte[] body, String type, WriteCall write) {
        if (write.validation() == FieldValidation.IGNORE) {
            Json patch = Json.parse(body);
            boolean isPart = patch instanceof JsonObject || patch instanceof JsonArray;
            if (type.equals(Patch.MERGE) && !isPart) {
                throw Status.badRequest("Invalid JSON Patch").asException();
            }
            return patch;
        }
        JsonReader.Strict strict = JsonReader.readStrict(body);
        List<String> duplicates = strict.duplicateFields();
        boolean operations = type.equals(Patch.JSON);
        JsonPlaces unknown =
                operations ? JsonPatch.unknownMembers(strict.value()) : new JsonPlaces();
        String what = operations ? "json patch " : "";
        // what the patch leaves is looked at before it is refused
        RequestBody.inOrder(unknown, duplicates, body).forEach(fault -> write.found(what + fault));
        return strict.value();
    }

    private static Json applied(byte[] body, WriteCall write) {
        String text = new String(body, UTF_8);
        if (write.validation() == FieldValidation.IGNORE) {
            return orNull(Yaml.parse(text));
        }
        Yaml.Document document = Yaml.read(text);
        if (!document.duplicates().isEmpty()) {
            String faults =
                    "error converting YAML to JSON: yaml: unmarshal errors:\n  "
                            + String.join("\n  ", document.duplicates());
            if (write.validation() == FieldValidation.STRICT) {
                throw Status.badRequest("error strict decoding YAML: " + faults).asException();
            }
            document.duplicates().forEach(write::warn);
        }
        return document.value();
    }

    private static Json orNull(@Nullable Json value) {
        return value == null ? JsonNull.NULL : value;
    }

    private static Json parse(Call call, byte[] body) {
        return switch (formOf(call)) {
            case "", "application/json" -> Json.parse(body);
            case "application/yaml" -> {
                yield orNull(Yaml.parse(new String(body, UTF_8)));
            }
            default -> throw Status.unsupportedMediaType(UNKNOWN_FORMAT).asException();
        };
    }

    /// The media type of an object, as the mail standards read it; malformed ones are no type.
    static String formOf(Call call) {
        return formOf(call.request().header("content-type"));
    }

    static String formOf(@Nullable String header) {
        if (header == null || header.isEmpty()) {
            return "";
        }
        List<String> parts = parts(header);
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.size(); i++) {
            String part = parts.get(i).strip();
            int equals = part.indexOf('=');
            if (part.isEmpty()) {
                continue;
            }
            if (equals <= 0 || !isValue(part.substring(equals + 1))) {
                return UNREADABLE;
            }
            String value = part.substring(equals + 1);
            String other =
                    parameters.putIfAbsent(
                            part.substring(0, equals).toLowerCase(Locale.ROOT), value);
            if (other != null && !other.equals(value)) {
                return UNREADABLE;
            }
        }
        String type = parts.getFirst().strip().toLowerCase(Locale.ROOT);
        return type.isEmpty() ? UNREADABLE : type;
    }

    /// What stands between semicolons, those in quotation marks aside.
    private static List<String> parts(String header) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < header.length(); i++) {
            if (header.charAt(i) == '"') {
                i = endOfQuotation(header, i);
            } else if (header.charAt(i) == ';') {
                parts.add(header.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(header.substring(from));
        return parts;
    }

    /// Where the quotation ends that begins at `start`; the end of the text when it does not.
    private static int endOfQuotation(String text, int start) {
        for (int i = start + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i;
            }
        }
        return text.length();
    }

    private static boolean isValue(String text) {
        return text.startsWith("\"")
                ? endOfQuotation(text, 0) == text.length() - 1
                : !text.isEmpty() && text.indexOf('"') < 0;
    }

    static String mediaType(Call call) {
        return mediaType(call.request());
    }

    static String mediaType(Request request) {
        String header = request.header("content-type");
        if (header == null) {
            return "";
        }
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip();
    }
}
