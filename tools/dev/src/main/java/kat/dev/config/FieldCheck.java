package kat.dev.config;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// Compares one document with the table of fields: nothing in it is left aside in silence.
final class FieldCheck {

    private final String version;
    private final List<Finding> findings = new ArrayList<>();

    /// Something that KAT does not do as the document says.
    ///
    /// @param place such as `build.artifacts[0].jib`
    /// @param isError whether the document cannot be used
    record Finding(String place, boolean isError, String sentence) {
        @Override
        public String toString() {
            return place + ": " + sentence;
        }
    }

    private FieldCheck(String version) {
        this.version = version;
    }

    /// All findings in the order of the document's names.
    static List<Finding> check(JsonObject document, String version) {
        FieldCheck check = new FieldCheck(version);
        check.object(document, "Config", "");
        return List.copyOf(check.findings);
    }

    private void object(JsonObject value, String type, String place) {
        value.forEach(
                (name, member) -> {
                    String inner = place.isEmpty() ? name : place + "." + name;
                    if (!member.isNull()) {
                        member(type, name, member, inner);
                    }
                });
    }

    private void member(String type, String name, Json value, String place) {
        List<Fields.Field> named =
                Fields.of(type).stream().filter(field -> field.name().equals(name)).toList();
        Fields.Field field =
                named.stream().filter(each -> each.isIn(version)).findFirst().orElse(null);
        if (field == null) {
            error(place, "skaffold/" + version + " has no such field" + otherVersions(named));
            return;
        }
        String note = field.note().isEmpty() ? "" : ": " + field.note();
        switch (field.state()) {
            case ACTS -> value(value, field.form(), place);
            case WARNED -> findings.add(new Finding(place, false, "KAT leaves it aside" + note));
            case REFUSED -> refused(place, "KAT does not support this field" + note);
        }
    }

    /// In a profile it is an error only once that is used: then it stands in the document
    /// itself.
    private void refused(String place, String sentence) {
        boolean isAside = place.startsWith("profiles[");
        findings.add(new Finding(place, !isAside, sentence));
    }

    private static String otherVersions(List<Fields.Field> named) {
        if (named.isEmpty()) {
            return "";
        }
        return "; versions "
                + named.getFirst().first()
                + " to "
                + named.getLast().last()
                + " have it";
    }

    private void value(Json value, String form, String place) {
        if (form.startsWith("[")) {
            list(value, form.substring(1, form.length() - 1), place);
        } else if (form.startsWith("{")) {
            map(value, form.substring(1, form.length() - 1), place);
        } else if (isPlain(form)) {
            if (!fits(value, form)) {
                expected(form, value, place);
            }
        } else if (value instanceof JsonObject object) {
            object(object, form, place);
        } else {
            expected("an object", value, place);
        }
    }

    private void list(Json value, String form, String place) {
        if (!(value instanceof JsonArray items)) {
            expected("a list", value, place);
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            value(items.get(i), form, place + "[" + i + "]");
        }
    }

    private void map(Json value, String form, String place) {
        if (value instanceof JsonObject members) {
            members.forEach((name, member) -> value(member, form, place + "." + name));
        } else {
            expected("an object", value, place);
        }
    }

    private static boolean isPlain(String form) {
        return Character.isLowerCase(form.charAt(0));
    }

    private static boolean fits(Json value, String form) {
        return switch (form) {
            case "text" ->
                    value instanceof JsonString
                            || value instanceof JsonNumber
                            || value instanceof JsonBoolean;
            case "bool" -> value instanceof JsonBoolean || isTemplate(value);
            case "int" -> value instanceof JsonNumber number && number.isInteger();
            case "number" -> value instanceof JsonNumber;
            default -> true;
        };
    }

    private static boolean isTemplate(Json value) {
        return value instanceof JsonString(String text) && text.contains("{{");
    }

    private void expected(String form, Json value, String place) {
        String wanted =
                switch (form) {
                    case "text" -> "text";
                    case "bool" -> "true or false";
                    case "int" -> "a whole number";
                    case "number" -> "a number";
                    default -> form;
                };
        error(place, "expected " + wanted + ", found " + value.typeName());
    }

    private void error(String place, String sentence) {
        findings.add(new Finding(place, true, sentence));
    }
}
