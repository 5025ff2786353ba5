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
import kat.api.names.Names;
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
public final class Node {

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

    public static Node root(JsonObject object, List<Status.Cause> faults) {
        return new Node(object, null, Step.WHOLE, "", faults);
    }

    /// A node at the same place with another value, for what is derived from it.
    public Node with(@Nullable Json other) {
        return new Node(other, parent, step, name, faults);
    }

    /// A node with the same value under another name of its parent's.
    Node renamed(String other) {
        return new Node(value, parent, Step.FIELD, other, faults);
    }

    /// A node with the same value whose faults stand at another path.
    public Node at(String otherPath) {
        return new Node(value, null, Step.WHOLE, otherPath, faults);
    }

    /// The path as messages show it; put together only for them, since most places have no fault.
    public String path() {
        String before = parent == null ? "" : parent.path();
        return switch (step) {
            case WHOLE -> name;
            case FIELD -> before.isEmpty() ? name : before + "." + name;
            case KEY, INDEX -> before + "[" + name + "]";
        };
    }

    /// The key or field name by which the parent holds this place.
    public String name() {
        return name;
    }

    public int faultCount() {
        return faults.size();
    }

    public Node child(String field) {
        return new Node(object().get(field), this, Step.FIELD, field, faults);
    }

    public Node child(String first, String... more) {
        Node found = child(first);
        for (String field : more) {
            found = found.child(field);
        }
        return found;
    }

    /// The entry of a map; its path has the key in brackets.
    public Node key(String key) {
        return new Node(object().get(key), this, Step.KEY, key, faults);
    }

    public Node index(int index) {
        JsonArray list = list();
        Json item = index < list.size() ? list.get(index) : null;
        return new Node(item, this, Step.INDEX, String.valueOf(index), faults);
    }

    /// The items of a list in order.
    public List<Node> items() {
        List<Node> items = new ArrayList<>();
        for (int i = 0; i < list().size(); i++) {
            items.add(index(i));
        }
        return items;
    }

    /// The entries of a map in order of their keys.
    public List<Node> entries() {
        List<Node> entries = new ArrayList<>();
        for (String key : object().names()) {
            entries.add(key(key));
        }
        return entries;
    }

    public Json json() {
        return value == null ? JsonNull.NULL : value;
    }

    public JsonObject object() {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    public JsonArray list() {
        return value instanceof JsonArray array ? array : JsonArray.EMPTY;
    }

    public String text() {
        return value instanceof JsonString(String string) ? string : "";
    }

    /// How long the text is in UTF-8, as Kubernetes counts where it says characters.
    public int bytes() {
        return Names.bytes(text());
    }

    public long integer() {
        return integer(0);
    }

    public long integer(long absent) {
        return value instanceof JsonNumber number ? number.longValue() : absent;
    }

    public boolean bool() {
        return value == JsonBoolean.TRUE;
    }

    public boolean isString() {
        return value instanceof JsonString;
    }

    public boolean isNumber() {
        return value instanceof JsonNumber;
    }

    public boolean isSet() {
        return value != null;
    }

    /// Whether the value is absent, or an empty text, list or object.
    public boolean isEmpty() {
        return value == null
                || (value instanceof JsonString(String string) && string.isEmpty())
                || (value instanceof JsonArray array && array.isEmpty())
                || (value instanceof JsonObject object && object.isEmpty());
    }

    public boolean has(String field) {
        Json child = object().get(field);
        return child != null && !child.isNull();
    }

    public void required() {
        fault("FieldValueRequired", "Required value");
    }

    public void required(String detail) {
        fault("FieldValueRequired", "Required value: " + detail);
    }

    public void invalid(String detail) {
        invalid(json(), detail);
    }

    /// @param shown the value that the message quotes
    public void invalid(Json shown, String detail) {
        fault("FieldValueInvalid", "Invalid value: " + shown + ": " + detail);
    }

    public void internal(String detail) {
        fault("InternalError", "Internal error: " + detail);
    }

    /// A value of which the message says only that it is wrong.
    void invalidBare() {
        fault("FieldValueInvalid", "Invalid value: " + json());
    }

    /// A value that the message does not quote.
    void invalidUnshown(String detail) {
        fault("FieldValueInvalid", "Invalid value: " + detail);
    }

    public void invalidText(String shown, String detail) {
        invalid(new JsonString(shown), detail);
    }

    public void forbidden(String detail) {
        fault("FieldValueForbidden", "Forbidden: " + detail);
    }

    public void duplicate() {
        duplicate(json());
    }

    public void duplicate(Json shown) {
        fault("FieldValueDuplicate", "Duplicate value: " + shown);
    }

    /// A repeated struct, shown with its Go fields in their order.
    ///
    /// @param namesAndValues a name, its value, the next name …
    public void duplicateStruct(Object... namesAndValues) {
        duplicateShown(struct(namesAndValues), "");
    }

    /// A struct as messages show it: with its Go fields in their order.
    ///
    /// @param namesAndValues a name, its value, the next name …
    static String struct(Object... namesAndValues) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            members.add('"' + namesAndValues[i].toString() + "\":" + namesAndValues[i + 1]);
        }
        return "{" + String.join(",", members) + "}";
    }

    /// @param struct as [#struct] shows it
    void invalidShown(String struct, String detail) {
        fault("FieldValueInvalid", "Invalid value: " + struct + ": " + detail);
    }

    /// @param detail what else to say; empty for nothing
    void duplicateShown(String struct, String detail) {
        String more = detail.isEmpty() ? "" : ": " + detail;
        fault("FieldValueDuplicate", "Duplicate value: " + struct + more);
    }

    void unsupportedShown(String struct, String one, String other) {
        fault(
                "FieldValueNotSupported",
                "Unsupported value: "
                        + struct
                        + ": supported values: "
                        + Json.of(one)
                        + ", "
                        + Json.of(other));
    }

    public void unsupported(String... supported) {
        unsupported(isSet() ? json() : new JsonString(""), Arrays.asList(supported));
    }

    public void unsupported(Json shown, List<String> supported) {
        List<String> quoted = new ArrayList<>();
        supported.forEach(each -> quoted.add(new JsonString(each).toString()));
        String all = quoted.isEmpty() ? "" : ": supported values: " + String.join(", ", quoted);
        fault("FieldValueNotSupported", "Unsupported value: " + shown + all);
    }

    public void tooLong(int bytes) {
        fault(
                "FieldValueTooLong",
                "Too long: may not be more than " + bytes + (bytes == 1 ? " byte" : " bytes"));
    }

    public void tooMany(int actual, int most) {
        fault(
                "FieldValueTooMany",
                "Too many: "
                        + actual
                        + ": must have at most "
                        + most
                        + (most == 1 ? " item" : " items"));
    }

    public void notFound() {
        fault("FieldValueNotFound", "Not found: " + json());
    }

    /// @param name what was not found
    void notFound(String name, String detail) {
        fault("FieldValueNotFound", "Not found: " + new JsonString(name) + ": " + detail);
    }

    private void fault(String reason, String message) {
        faults.add(new Status.Cause(reason, message, path()));
    }

    /// Adds each detail as a fault of the value.
    public void invalidAll(List<String> details) {
        for (String detail : details) {
            invalid(isSet() ? json() : new JsonString(""), detail);
        }
    }

    /// A given value must be one of these.
    public void oneOf(String... supported) {
        if (isSet() && !Arrays.asList(supported).contains(text())) {
            unsupported(supported);
        }
    }

    /// There must be a value, and it must be one of these.
    public void requireOneOf(String... supported) {
        if (isEmpty()) {
            required();
        } else {
            oneOf(supported);
        }
    }

    public void requireNotEmpty() {
        if (isEmpty()) {
            required();
        }
    }

    public void notNegative() {
        if (integer() < 0) {
            invalid("must be greater than or equal to 0");
        }
    }

    /// A given number must lie between the bounds.
    public void between(long least, long most) {
        if (isSet() && (integer() < least || integer() > most)) {
            invalid("must be between " + least + " and " + most + ", inclusive");
        }
    }

    /// Forbids what is there.
    public void absent(String why) {
        if (isSet()) {
            forbidden(why);
        }
    }

    /// The value must be that of the stored object.
    public void immutable(@Nullable Json before) {
        Json old = before == null ? JsonNull.NULL : before;
        if (!json().equals(old)) {
            invalid("field is immutable");
        }
    }

    /// As [#immutable] for a text that is empty when it is absent.
    void immutableText(@Nullable Json before) {
        String old = before instanceof JsonString(String string) ? string : "";
        if (!text().equals(old)) {
            invalidText(text(), "field is immutable");
        }
    }
}
