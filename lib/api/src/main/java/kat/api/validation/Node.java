package kat.api.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// A place in an object under validation: its value, if it has one, its path, and where its faults
/// go.
///
/// ```java
/// Node image = container.child("image");
/// if (image.isEmpty()) {
///     image.required(); // spec.containers[0].image: Required value
/// }
/// ```
///
/// **Source:** apimachinery's `field` package.
final class Node {

    private enum Step {
        /// A path given as a whole.
        WHOLE,
        FIELD,
        KEY,
        INDEX
    }

    private final @Nullable Json value;
    private final @Nullable Node parent;
    private final Step step;
    private final String name;
    private final List<Status.Cause> faults;

    private Node(
            @Nullable Json value,
            @Nullable Node parent,
            Step step,
            String name,
            List<Status.Cause> faults) {
        this.value = value instanceof JsonNull ? null : value;
        this.parent = parent;
        this.step = step;
        this.name = name;
        this.faults = faults;
    }

    static Node root(JsonObject object, List<Status.Cause> faults) {
        return new Node(object, null, Step.WHOLE, "", faults);
    }

    /// A node at the same place with another value, for what is derived from it.
    Node with(@Nullable Json other) {
        return new Node(other, parent, step, name, faults);
    }

    /// A node with the same value whose faults stand at another path.
    Node at(String otherPath) {
        return new Node(value, null, Step.WHOLE, otherPath, faults);
    }

    /// The path as messages show it; put together only for them, since most places have no fault.
    String path() {
        String before = parent == null ? "" : parent.path();
        return switch (step) {
            case WHOLE -> name;
            case FIELD -> before.isEmpty() ? name : before + "." + name;
            case KEY, INDEX -> before + "[" + name + "]";
        };
    }

    /// The key or field name by which the parent holds this place.
    String name() {
        return name;
    }

    int faultCount() {
        return faults.size();
    }

    Node child(String field) {
        return new Node(object().get(field), this, Step.FIELD, field, faults);
    }

    Node child(String first, String... more) {
        Node found = child(first);
        for (String field : more) {
            found = found.child(field);
        }
        return found;
    }

    /// The entry of a map; its path has the key in brackets.
    Node key(String key) {
        return new Node(object().get(key), this, Step.KEY, key, faults);
    }

    Node index(int index) {
        JsonArray list = list();
        Json item = index < list.size() ? list.get(index) : null;
        return new Node(item, this, Step.INDEX, String.valueOf(index), faults);
    }

    /// The items of a list in order.
    List<Node> items() {
        List<Node> items = new ArrayList<>();
        for (int i = 0; i < list().size(); i++) {
            items.add(index(i));
        }
        return items;
    }

    /// The entries of a map in order of their keys.
    List<Node> entries() {
        List<Node> entries = new ArrayList<>();
        for (String key : object().names()) {
            entries.add(key(key));
        }
        return entries;
    }

    Json json() {
        return value == null ? JsonNull.NULL : value;
    }

    JsonObject object() {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    JsonArray list() {
        return value instanceof JsonArray array ? array : JsonArray.EMPTY;
    }

    String text() {
        return value instanceof JsonString(String string) ? string : "";
    }

    long integer() {
        return integer(0);
    }

    long integer(long absent) {
        return value instanceof JsonNumber number ? number.longValue() : absent;
    }

    boolean bool() {
        return value == JsonBoolean.TRUE;
    }

    boolean isString() {
        return value instanceof JsonString;
    }

    boolean isNumber() {
        return value instanceof JsonNumber;
    }

    boolean isSet() {
        return value != null;
    }

    /// Whether the value is absent, or an empty text, list or object.
    boolean isEmpty() {
        return value == null
                || (value instanceof JsonString(String string) && string.isEmpty())
                || (value instanceof JsonArray array && array.isEmpty())
                || (value instanceof JsonObject object && object.isEmpty());
    }

    boolean has(String field) {
        Json child = object().get(field);
        return child != null && !child.isNull();
    }

    void required() {
        fault("FieldValueRequired", "Required value");
    }

    void required(String detail) {
        fault("FieldValueRequired", "Required value: " + detail);
    }

    void invalid(String detail) {
        invalid(json(), detail);
    }

    /// @param shown the value that the message quotes
    void invalid(Json shown, String detail) {
        fault("FieldValueInvalid", "Invalid value: " + shown + ": " + detail);
    }

    void invalidText(String shown, String detail) {
        invalid(new JsonString(shown), detail);
    }

    void forbidden(String detail) {
        fault("FieldValueForbidden", "Forbidden: " + detail);
    }

    void duplicate() {
        duplicate(json());
    }

    void duplicate(Json shown) {
        fault("FieldValueDuplicate", "Duplicate value: " + shown);
    }

    /// A repeated struct, shown with its Go fields in their order.
    ///
    /// @param namesAndValues a name, its value, the next name …
    void duplicateStruct(Object... namesAndValues) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            members.add('"' + namesAndValues[i].toString() + "\":" + namesAndValues[i + 1]);
        }
        fault("FieldValueDuplicate", "Duplicate value: {" + String.join(",", members) + "}");
    }

    void unsupported(String... supported) {
        unsupported(isSet() ? json() : new JsonString(""), Arrays.asList(supported));
    }

    void unsupported(Json shown, List<String> supported) {
        List<String> quoted = new ArrayList<>();
        supported.forEach(each -> quoted.add(new JsonString(each).toString()));
        String all = quoted.isEmpty() ? "" : ": supported values: " + String.join(", ", quoted);
        fault("FieldValueNotSupported", "Unsupported value: " + shown + all);
    }

    void tooLong(int bytes) {
        fault("FieldValueTooLong", "Too long: may not be more than " + bytes + " bytes");
    }

    void tooMany(int actual, int most) {
        fault(
                "FieldValueTooMany",
                "Too many: " + actual + ": must have at most " + most + " items");
    }

    void notFound() {
        fault("FieldValueNotFound", "Not found: " + json());
    }

    private void fault(String reason, String message) {
        faults.add(new Status.Cause(reason, message, path()));
    }

    /// Adds each detail as a fault of the value.
    void invalidAll(List<String> details) {
        for (String detail : details) {
            invalid(isSet() ? json() : new JsonString(""), detail);
        }
    }

    /// A given value must be one of these.
    void oneOf(String... supported) {
        if (isSet() && !Arrays.asList(supported).contains(text())) {
            unsupported(supported);
        }
    }

    /// There must be a value, and it must be one of these.
    void requireOneOf(String... supported) {
        if (isEmpty()) {
            required();
        } else {
            oneOf(supported);
        }
    }

    void requireNotEmpty() {
        if (isEmpty()) {
            required();
        }
    }

    void notNegative() {
        if (integer() < 0) {
            invalid("must be greater than or equal to 0");
        }
    }

    /// A given number must lie between the bounds.
    void between(long least, long most) {
        if (isSet() && (integer() < least || integer() > most)) {
            invalid("must be between " + least + " and " + most + ", inclusive");
        }
    }

    /// Forbids what is there.
    void absent(String why) {
        if (isSet()) {
            forbidden(why);
        }
    }

    /// The value must be that of the stored object.
    void immutable(@Nullable Json before) {
        Json old = before == null ? JsonNull.NULL : before;
        if (!json().equals(old)) {
            invalid("field is immutable");
        }
    }
}
