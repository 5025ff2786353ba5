package kat.api.apply;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.GoText;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.schema.Schema;

/// Checks that an applied object has the types of its schema, in the words of the library that
/// Kubernetes applies with.
///
/// **Source:** structured-merge-diff's `validate.go`.
final class TypeCheck {

    private final List<String> faults = new ArrayList<>();

    private TypeCheck() {}

    /// All faults as one text; empty when there are none.
    static String faults(JsonObject object, Shape shape) {
        TypeCheck check = new TypeCheck();
        check.value(object, shape, "");
        if (check.faults.size() <= 1) {
            return String.join("", check.faults);
        }
        return "errors:\n  " + String.join("\n  ", check.faults);
    }

    private void fault(String path, String text) {
        faults.add(path.isEmpty() ? text : path + ": " + text);
    }

    private void value(Json value, Shape shape, String path) {
        if (value.isNull()) {
            return;
        }
        switch (shape.schema().type()) {
            case OBJECT, MAP -> {
                if (value instanceof JsonObject map) {
                    map(map, shape, path);
                } else {
                    fault(path, "expected map, got &{" + Paths.goText(value) + "}");
                }
            }
            case ARRAY -> {
                if (value instanceof JsonArray list) {
                    list(list, shape, path);
                } else {
                    fault(path, "expected list, got &{" + Paths.goText(value) + "}");
                }
            }
            case STRING -> scalar(value instanceof JsonString, "string", value, path);
            case INTEGER, NUMBER -> {
                if (!(value instanceof JsonNumber)) {
                    fault(path, "expected numeric (int or float), got " + GoText.typeOf(value));
                }
            }
            case BOOLEAN -> scalar(value instanceof JsonBoolean, "boolean", value, path);
            default -> {
                // any scalar
            }
        }
    }

    private void scalar(boolean isRight, String wanted, Json value, String path) {
        if (!isRight) {
            fault(
                    path,
                    "expected "
                            + wanted
                            + ", got &value.valueUnstructured{Value:"
                            + Paths.goSyntax(value)
                            + "}");
        }
    }

    private void map(JsonObject map, Shape shape, String path) {
        map.forEach(
                (name, member) -> {
                    String at = path + "." + name;
                    if (shape.allows(name)) {
                        value(member, memberShape(shape, name), at);
                    } else {
                        fault(at, "field not declared in schema");
                    }
                });
    }

    private static Shape memberShape(Shape shape, String name) {
        return shape.field(name).shape();
    }

    private void list(JsonArray list, Shape shape, String path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            Json item = list.get(i);
            if (shape.form() != Shape.Form.LIST) {
                value(item, shape.item(), path + "[" + i + "]");
                continue;
            }
            String element = shape.element(item);
            if (element == null) {
                fault(path, "element " + i + ": " + wrongItem(item, shape));
                continue;
            }
            if (!seen.add(element)) {
                fault(path, "duplicate entries for key " + Paths.item(element));
            }
            value(item, shape.item(), path + Paths.item(element));
        }
    }

    private static String wrongItem(Json item, Shape shape) {
        boolean set = shape.schema().listType() == Schema.ListType.SET;
        if (item.isNull()) {
            return set
                    ? "associative list without keys has an element that's an explicit null"
                    : "associative list with keys may not have a null element";
        }
        if (set) {
            return item instanceof JsonObject
                    ? "associative list without keys has an element that's a map type"
                    : "not supported: associative list with lists as elements";
        }
        if (item instanceof JsonObject) {
            return "associative list with keys has an element that omits all key fields "
                    + shape.keyNames()
                    + " (and doesn't have default values for any key fields)";
        }
        return "associative list with keys may not have non-map elements";
    }
}
