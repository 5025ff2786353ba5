package kat.api.custom;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kat.api.Status;
import kat.api.json.GoJson;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Collects what is wrong, in the words of apimachinery's `field` package.
///
/// Paths are texts: [#child], [#key] and [#index] go on from one. An empty path is shown as
/// `<nil>`, as Kubernetes does.
final class Faults {

    private final List<Status.Cause> causes = new ArrayList<>();
    private final Consumer<String> warnings;

    Faults() {
        this(_ -> {});
    }

    /// @param warnings is told of what is wrong and let pass
    Faults(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /// Tells of what is wrong, as it was before.
    void warn(Status.Cause cause) {
        warnings.accept(cause.field() + ": " + cause.message());
    }

    List<Status.Cause> causes() {
        return causes;
    }

    boolean isEmpty() {
        return causes.isEmpty();
    }

    int size() {
        return causes.size();
    }

    static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String key(String path, String name) {
        return path + "[" + name + "]";
    }

    static String index(String path, int index) {
        return path + "[" + index + "]";
    }

    void add(String reason, String path, String message) {
        causes.add(new Status.Cause(reason, message, path.isEmpty() ? "<nil>" : path));
    }

    void addAll(List<Status.Cause> more) {
        causes.addAll(more);
    }

    void required(String path, String detail) {
        add(
                "FieldValueRequired",
                path,
                detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    void invalid(String path, Json shown, String detail) {
        switch (shown) {
            case JsonObject _, JsonArray _ -> invalidText(path, shown.toString(), detail);
            default -> add("FieldValueInvalid", path, "Invalid value: " + shown + ": " + detail);
        }
    }

    /// @param shown JSON, of which Go escapes what has a meaning in HTML
    void invalidText(String path, String shown, String detail) {
        add("FieldValueInvalid", path, "Invalid value: " + GoJson.escaped(shown) + ": " + detail);
    }

    void invalid(String path, String shown, String detail) {
        invalid(path, new JsonString(shown), detail);
    }

    void invalidType(String path, Json shown, String detail) {
        add("FieldValueTypeInvalid", path, "Invalid value: " + shown + ": " + detail);
    }

    void forbidden(String path, String detail) {
        add("FieldValueForbidden", path, "Forbidden: " + detail);
    }

    void duplicate(String path, Json shown) {
        add("FieldValueDuplicate", path, "Duplicate value: " + shown);
    }

    void tooLong(String path, long most) {
        add(
                "FieldValueTooLong",
                path,
                most < 0
                        ? "Too long: value is too long"
                        : "Too long: may not be more than "
                                + most
                                + (most == 1 ? " byte" : " bytes"));
    }

    void tooMany(String path, long actual, long most) {
        add(
                "FieldValueTooMany",
                path,
                "Too many: "
                        + actual
                        + ": must have at most "
                        + most
                        + (most == 1 ? " item" : " items"));
    }

    void unsupported(String path, Json shown, List<Json> supported) {
        List<String> values = new ArrayList<>();
        for (Json value : supported) {
            String text = value instanceof JsonString(String own) ? own : value.toString();
            values.add(new JsonString(text).toString());
        }
        add(
                "FieldValueNotSupported",
                path,
                "Unsupported value: "
                        + shown
                        + (values.isEmpty()
                                ? ""
                                : ": supported values: " + String.join(", ", values)));
    }

    void unsupported(String path, String shown, String... supported) {
        List<Json> values = new ArrayList<>();
        for (String each : supported) {
            values.add(Json.of(each));
        }
        unsupported(path, Json.of(shown), values);
    }

    /// Whether some fault is of a kind that keeps rules from being evaluated.
    boolean isBlocking() {
        for (Status.Cause cause : causes) {
            switch (cause.reason()) {
                case "FieldValueNotSupported",
                        "FieldValueRequired",
                        "FieldValueTooLong",
                        "FieldValueTooMany",
                        "FieldValueTypeInvalid" -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    static JsonObject object(Json value) {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }
}
