package kat.api.json;

import org.jspecify.annotations.Nullable;

/// A JSON value (RFC 8259): immutable, compared by content, printed as its canonical text.
///
/// **Canonical** means: members of an object sorted by name (UTF-16 order), no white space, whole
/// numbers without fraction or exponent, and only the escapes that JSON requires.
public sealed interface Json
        permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

    /// The canonical form as UTF-8.
    default byte[] toBytes() {
        return JsonWriter.write(this);
    }

    /// Parses one value that fills `bytes`.
    ///
    /// @throws JsonException when the bytes are not JSON
    static Json parse(byte[] bytes) {
        return JsonReader.read(bytes);
    }

    static Json of(@Nullable String text) {
        return text == null ? JsonNull.NULL : new JsonString(text);
    }

    static Json of(long number) {
        return JsonNumber.of(number);
    }

    static Json of(double number) {
        return JsonNumber.of(number);
    }

    static Json of(boolean value) {
        return JsonBoolean.of(value);
    }

    default boolean isNull() {
        return this instanceof JsonNull;
    }

    /// The name that Kubernetes gives this type of value in messages: `object`, `array`, `string`,
    /// `integer`, `number`, `boolean` or `null`.
    default String typeName() {
        return switch (this) {
            case JsonObject _ -> "object";
            case JsonArray _ -> "array";
            case JsonString _ -> "string";
            case JsonNumber number -> number.isInteger() ? "integer" : "number";
            case JsonBoolean _ -> "boolean";
            case JsonNull _ -> "null";
        };
    }
}
