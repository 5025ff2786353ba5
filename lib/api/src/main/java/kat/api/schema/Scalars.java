package kat.api.schema;

import java.util.Base64;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import org.jspecify.annotations.Nullable;

/// Reads and writes single values as the Go types behind them do.
final class Scalars {

    private static final Json EMPTY_TEXT = new JsonString("");
    private static final Json ZERO = JsonNumber.of(0);
    private static final Json ZERO_QUANTITY = new JsonString("0");

    private Scalars() {}

    /// What Go writes for a value of this type that nothing was read into.
    static Json zero(Schema schema) {
        if (schema.isNull()) {
            return JsonNull.NULL;
        }
        return switch (schema.type()) {
            case STRING -> schema.format().equals("byte") ? JsonNull.NULL : EMPTY_TEXT;
            case INTEGER, NUMBER, INT_OR_STRING -> ZERO;
            case BOOLEAN -> JsonBoolean.FALSE;
            case QUANTITY -> ZERO_QUANTITY;
            case OBJECT -> zeroStruct(schema);
            case ARRAY, MAP, TIME, MICRO_TIME, ANY -> JsonNull.NULL;
        };
    }

    private static JsonObject zeroStruct(Schema schema) {
        if (schema.isCustom()) {
            return JsonObject.EMPTY;
        }
        JsonObject.Builder members = JsonObject.builder();
        for (Schema field : schema.alwaysPresent()) {
            members.put(field.name(), zero(field));
        }
        return members.build();
    }

    static boolean isZero(Json value) {
        return switch (value) {
            case JsonString(String text) -> text.isEmpty();
            case JsonNumber number -> number.doubleValue() == 0;
            case JsonBoolean bool -> !bool.value();
            case JsonArray array -> array.isEmpty();
            case JsonObject object -> object.isEmpty();
            case JsonNull _ -> true;
        };
    }

    /// The value in canonical form; null when it is of another type.
    ///
    /// @throws DecodeException when a text has not the form of its type
    static @Nullable Json decode(Schema schema, Json value) {
        return switch (schema.type()) {
            case STRING -> value instanceof JsonString text ? string(schema, text) : null;
            case INTEGER -> integer(schema, value);
            case NUMBER -> value instanceof JsonNumber ? value : null;
            case BOOLEAN -> value instanceof JsonBoolean ? value : null;
            case INT_OR_STRING -> value instanceof JsonString ? value : int32(value);
            case QUANTITY -> quantity(value);
            case TIME -> value instanceof JsonString(String text) ? Times.seconds(text) : null;
            case MICRO_TIME -> value instanceof JsonString(String text) ? Times.micros(text) : null;
            case OBJECT, MAP, ARRAY, ANY -> value;
        };
    }

    private static @Nullable Json integer(Schema schema, Json value) {
        if (schema.format().equals("int32")) {
            return int32(value);
        }
        return value instanceof JsonNumber number && number.isInteger() ? value : null;
    }

    /// What Kubernetes makes of a number in a tree that never was text: whole numbers fit integers,
    /// however they were written, and what is too large for them loses its upper bits.
    static Json ofTree(Schema schema, Json value) {
        boolean isWhole =
                value instanceof JsonNumber number
                        && (number.isInteger()
                                || number.doubleValue() == Math.rint(number.doubleValue()));
        if (!isWhole) {
            return value;
        }
        long whole = ((JsonNumber) value).longValue();
        return switch (schema.type()) {
            case INTEGER -> JsonNumber.of(schema.format().equals("int32") ? (int) whole : whole);
            case INT_OR_STRING -> JsonNumber.of(whole);
            default -> value;
        };
    }

    private static @Nullable Json int32(Json value) {
        boolean fits =
                value instanceof JsonNumber number
                        && number.isInteger()
                        && number.longValue() == (int) number.longValue();
        return fits ? value : null;
    }

    private static Json string(Schema schema, JsonString text) {
        if (!schema.format().equals("byte")) {
            return text;
        }
        String written = text.value().replace("\r", "").replace("\n", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(written);
            if (written.length() % 4 != 0) {
                throw badBase64(written);
            }
            String canonical = Base64.getEncoder().encodeToString(bytes);
            return canonical.equals(text.value()) ? text : new JsonString(canonical);
        } catch (IllegalArgumentException notBase64) {
            throw badBase64(written);
        }
    }

    private static DecodeException badBase64(String text) {
        int good = 0;
        while (good < text.length() && isBase64(text.charAt(good))) {
            good++;
        }
        int at = good < text.length() ? good : text.length() - text.length() % 4;
        String fault = "illegal base64 data at input byte " + at;
        return new DecodeException(fault, "error decoding from json: " + fault);
    }

    private static boolean isBase64(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '/';
    }

    private static Json quantity(Json value) {
        String text =
                switch (value) {
                    case JsonString(String written) -> written.strip();
                    case JsonNumber number -> number.toString();
                    default -> value.toString();
                };
        try {
            String canonical = Quantity.parse(text).toString();
            return value instanceof JsonString(String written) && written.equals(canonical)
                    ? value
                    : new JsonString(canonical);
        } catch (IllegalArgumentException notAQuantity) {
            throw new DecodeException(String.valueOf(notAQuantity.getMessage()));
        }
    }
}
