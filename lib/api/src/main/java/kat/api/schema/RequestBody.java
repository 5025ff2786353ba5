package kat.api.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.api.json.JsonPlaces;
import kat.api.json.JsonReader;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;

/// Reads the body of a request into an object of the kind that the path asks for, with Kubernetes'
/// answers for bodies that are none.
///
/// **Source:** `transformDecodeError` in `apiserver/pkg/endpoints/handlers`.
public final class RequestBody {

    /// How much of a body a message shows, in bytes.
    private static final int SHOWN = 30;

    /// How many unknown and duplicate fields are told.
    private static final int MAX_FAULTS = 100;

    private final String apiVersion;
    private final String kind;
    private final Schema schema;
    private final BiPredicate<String, String> isRegistered;

    /// @param apiVersion of the kind that the path asks for
    /// @param kind that the path asks for
    /// @param isRegistered whether an `apiVersion` and `kind` exist on this server
    public RequestBody(
            String apiVersion,
            String kind,
            Schema schema,
            BiPredicate<String, String> isRegistered) {
        this.apiVersion = apiVersion;
        this.kind = kind;
        this.schema = schema;
        this.isRegistered = isRegistered;
    }

    public String apiVersion() {
        return apiVersion;
    }

    public String kind() {
        return kind;
    }

    /// An object in canonical form.
    ///
    /// @param warnings one sentence for each unknown or duplicate field, in the body's order; empty
    ///     unless [FieldValidation#WARN]
    public record Read(JsonObject object, List<String> warnings) {
        public Read {
            warnings = List.copyOf(warnings);
        }
    }

    /// @throws kat.api.StatusException 400 with Kubernetes' sentence
    public Read readJson(byte[] body, FieldValidation validation) {
        boolean strict = validation != FieldValidation.IGNORE;
        try {
            if (!strict) {
                Json value = JsonReader.read(body);
                requireType(value, body);
                return read(value, List.of(), body, validation);
            }
            JsonReader.Strict whole = JsonReader.readStrict(body);
            requireType(whole.value(), body);
            return read(whole.value(), whole.duplicateFields(), body, validation);
        } catch (JsonException notJson) {
            throw unrecognized(TypeMeta.unreadable(notJson.getMessage()), () -> body);
        }
    }

    /// @throws kat.api.StatusException 400 with Kubernetes' sentence
    public Read readYaml(byte[] body, FieldValidation validation) {
        try {
            Yaml.Document document = Yaml.read(new String(body, StandardCharsets.UTF_8));
            requireType(
                    document.value(), document.value().toString().getBytes(StandardCharsets.UTF_8));
            Decoder.Decoded decoded = decode(document.value(), () -> body);
            List<String> faults = new ArrayList<>();
            if (!document.duplicates().isEmpty()) {
                // warnings are told one by one, a refusal quotes the reader's whole message
                if (validation == FieldValidation.WARN) {
                    faults.addAll(document.duplicates());
                } else {
                    faults.add(
                            "yaml: unmarshal errors:\n  "
                                    + String.join("\n  ", document.duplicates()));
                }
            }
            decoded.unknownFields().forEach(field -> faults.add(unknownInText(field)));
            return finish(decoded.object(), faults, validation);
        } catch (YamlException notYaml) {
            throw unrecognized("yaml: " + notYaml.getMessage(), () -> body);
        }
    }

    /// Reads a tree that is already parsed: a patched object, or one decoded from protobuf.
    ///
    /// @throws kat.api.StatusException 400 with Kubernetes' sentence
    public Read readTree(JsonObject tree, FieldValidation validation) {
        Decoder.Decoded decoded = decode(tree, tree::toBytes);
        List<String> faults = new ArrayList<>();
        decoded.unknownFields().forEach(field -> faults.add(unknown(field)));
        return finish(decoded.object(), faults, validation);
    }

    /// Reads an object that a patch was applied to.
    ///
    /// @param ofTree whether the patch was merged into the server's own tree, not into its text
    /// @param shown the value that a refusal quotes
    /// @param found what was wrong with the patch itself
    /// @throws kat.api.StatusException 422 with Kubernetes' sentence
    public Read readPatched(
            JsonObject tree,
            FieldValidation validation,
            boolean ofTree,
            String shown,
            List<String> found) {
        Decoder.Decoded decoded;
        try {
            if (!ofTree) {
                String patchedKind = tree.string("kind");
                checkKind(
                        tree.string("apiVersion"),
                        patchedKind.isEmpty() ? kind : patchedKind,
                        tree::toBytes);
            }
            JsonObject typed = tree.with("apiVersion", apiVersion).with("kind", kind);
            decoded =
                    cleared(
                            typed,
                            ofTree ? Decoder.merged(schema, typed) : Decoder.decode(schema, typed));
        } catch (DecodeException misfit) {
            String why =
                    ofTree
                            ? misfit.ofTree()
                            : kind
                                    + " in version \""
                                    + apiVersion
                                    + "\" cannot be handled as a "
                                    + kind
                                    + ": "
                                    + misfit.getMessage();
            throw unpatchable(shown, why);
        } catch (StatusException misfit) {
            throw unpatchable(shown, misfit.status().message());
        }
        List<String> faults = new ArrayList<>(found);
        decoded.unknownFields().forEach(field -> faults.add(unknown(field)));
        if (validation == FieldValidation.STRICT && !faults.isEmpty()) {
            throw unpatchable(shown, "strict decoding error: " + String.join(", ", faults));
        }
        return new Read(decoded.object(), validation == FieldValidation.WARN ? faults : List.of());
    }

    /// The refusal of a patch.
    public static StatusException unpatchable(String shown, String why) {
        Status.Cause cause =
                new Status.Cause(
                        "FieldValueInvalid",
                        "Invalid value: " + Json.of(shown) + ": " + why,
                        "patch");
        return Status.invalid("", "", "", List.of(cause)).asException();
    }

    private Read read(
            Json value, List<String> duplicates, byte[] body, FieldValidation validation) {
        Decoder.Decoded decoded = decode(value, () -> body);
        if (validation == FieldValidation.IGNORE) {
            return new Read(decoded.object(), List.of());
        }
        return finish(decoded.object(), inOrder(decoded, duplicates, body), validation);
    }

    private Read finish(JsonObject object, List<String> all, FieldValidation validation) {
        List<String> faults = some(all);
        return switch (validation) {
            case STRICT -> {
                if (!faults.isEmpty()) {
                    throw refused(
                            kind,
                            apiVersion,
                            "strict decoding error: " + String.join(", ", faults));
                }
                yield new Read(object, List.of());
            }
            case WARN -> new Read(object, faults);
            case IGNORE -> new Read(object, List.of());
        };
    }

    private static List<String> some(List<String> faults) {
        return faults.size() > MAX_FAULTS ? faults.subList(0, MAX_FAULTS) : faults;
    }

    private Decoder.Decoded decode(Json value, Supplier<byte[]> body) {
        String fault = TypeMeta.fault(value);
        if (fault != null) {
            throw unrecognized(fault, body);
        }
        JsonObject tree = value instanceof JsonObject object ? object : JsonObject.EMPTY;
        if (schema.isCustom()) {
            return decodeCustom(tree);
        }
        String givenVersion = coreVersion(tree.string("apiVersion", apiVersion));
        String givenKind = tree.string("kind", kind);
        checkKind(
                givenVersion.isEmpty() ? apiVersion : givenVersion,
                givenKind.isEmpty() ? kind : givenKind,
                body);
        JsonObject typed = tree.with("apiVersion", apiVersion).with("kind", kind);
        try {
            return cleared(typed, Decoder.decode(schema, typed));
        } catch (DecodeException misfit) {
            throw refused(kind, apiVersion, String.valueOf(misfit.getMessage()));
        }
    }

    /// The core group may be written before the slash, where it is empty.
    private static String coreVersion(String given) {
        return given.lastIndexOf('/') == 0 ? given.substring(1) : given;
    }

    /// An empty list of managers asks to forget them, as a list of one empty entry does, and must
    /// not be taken for none.
    private static Decoder.Decoded cleared(JsonObject tree, Decoder.Decoded decoded) {
        boolean clears =
                tree.object("metadata").get("managedFields") instanceof JsonArray list
                        && list.isEmpty();
        return clears
                ? new Decoder.Decoded(
                        decoded.object()
                                .withAt(
                                        new JsonArray(List.of(JsonObject.EMPTY)),
                                        "metadata",
                                        "managedFields"),
                        decoded.unknownFields(),
                        decoded.unknownPlaces())
                : decoded;
    }

    /// Custom resources have no type of Go by which theirs is known: bodies must tell it.
    private void requireType(Json value, byte[] body) {
        boolean isTree = value instanceof JsonObject || value.isNull();
        if (!schema.isCustom() || !isTree) {
            return;
        }
        JsonObject tree = value instanceof JsonObject object ? object : JsonObject.EMPTY;
        String text = new String(body, StandardCharsets.UTF_8);
        if (tree.string("kind").isEmpty()) {
            throw unrecognized("Object 'Kind' is missing in '" + text + "'", () -> body);
        }
    }

    private Decoder.Decoded decodeCustom(JsonObject tree) {
        String given = tree.string("apiVersion");
        if (!given.equals(apiVersion)) {
            throw mismatch(given);
        }
        try {
            return cleared(tree, Decoder.decode(schema, tree));
        } catch (DecodeException misfit) {
            throw refused(kind, apiVersion, String.valueOf(misfit.getMessage()));
        }
    }

    private StatusException mismatch(String given) {
        return Status.badRequest(
                        "the API version in the data ("
                                + given
                                + ") does not match the expected API version ("
                                + apiVersion
                                + ")")
                .asException();
    }

    private void checkKind(String givenVersion, String givenKind, Supplier<byte[]> body) {
        boolean same =
                givenVersion.equals(apiVersion) || OldVersions.isRead(givenVersion, givenKind);
        if (same && givenKind.equals(kind)) {
            return;
        }
        if (givenVersion.indexOf('/') != givenVersion.lastIndexOf('/')) {
            throw unrecognized("unexpected GroupVersion string: " + givenVersion, body);
        }
        if (kind.equals(givenKind) && OldVersions.hold(givenVersion, givenKind)) {
            throw mismatch(givenVersion);
        }
        if (!isRegistered.test(givenVersion, givenKind)) {
            throw refused(
                    givenKind,
                    givenVersion,
                    "no kind \""
                            + givenKind
                            + "\" is registered for version \""
                            + givenVersion
                            + "\" in scheme \"pkg/runtime/scheme.go:111\"");
        }
        throw refused(
                givenKind,
                givenVersion,
                "converting (" + givenKind + ") to (" + kind + "): unknown conversion");
    }

    private List<String> inOrder(Decoder.Decoded decoded, List<String> duplicates, byte[] body) {
        if (!schema.isCustom()) {
            return inOrder(decoded.unknownPlaces(), duplicates, body);
        }
        List<String> faults = new ArrayList<>();
        duplicates.forEach(field -> faults.add("duplicate field " + GoText.quoted(field)));
        decoded.unknownFields().forEach(field -> faults.add(unknown(field)));
        return faults;
    }

    /// A sentence for each of the first faults of a JSON text, in the order in which they come in
    /// it. What is in an unknown field is not looked at.
    ///
    /// @param unknown fields that are not known
    /// @param duplicates paths of fields that come again, wherever they are
    public static List<String> inOrder(JsonPlaces unknown, List<String> duplicates, byte[] body) {
        if (unknown.isEmpty() && duplicates.isEmpty()) {
            return List.of();
        }
        return JsonReader.faults(body, unknown, MAX_FAULTS).stream()
                .map(
                        fault ->
                                (fault.isUnknown() ? "unknown field " : "duplicate field ")
                                        + GoText.quoted(fault.path()))
                .toList();
    }

    /// Fields that the converter of trees, or a definition, does not know are told as they are;
    /// those that Go's reader of texts does not know, between its quotation marks.
    private static String unknown(String field) {
        return "unknown field \"" + field + "\"";
    }

    private String unknownInText(String field) {
        return schema.isCustom() ? unknown(field) : "unknown field " + GoText.quoted(field);
    }

    private StatusException unrecognized(String why, Supplier<byte[]> body) {
        return Status.badRequest(
                        "the object provided is unrecognized (must be of type "
                                + kind
                                + "): "
                                + why
                                + " ("
                                + start(body.get())
                                + ")")
                .asException();
    }

    /// The beginning of a body: as text when that may be JSON, else as hexadecimal digits.
    private static String start(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        byte[] shown = Arrays.copyOf(body, Math.min(body.length, SHOWN));
        String text =
                body[0] == '{'
                        ? new String(shown, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex(shown);
        return body.length > SHOWN ? text + " ..." : text;
    }

    /// The refusal of a body whose type cannot be read.
    ///
    /// @param body its beginning is shown
    public StatusException unreadable(byte[] body, String why) {
        return unrecognized(why, () -> body);
    }

    /// The refusal of a body of this type that is malformed.
    public StatusException malformed(String givenVersion, String givenKind, String why) {
        return refused(givenKind, givenVersion, why);
    }

    private StatusException refused(String givenKind, String givenVersion, String why) {
        String version = givenVersion.substring(givenVersion.lastIndexOf('/') + 1);
        return Status.badRequest(
                        givenKind
                                + " in version \""
                                + version
                                + "\" cannot be handled as a "
                                + kind
                                + ": "
                                + why)
                .asException();
    }
}
