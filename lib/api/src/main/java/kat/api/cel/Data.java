package kat.api.cel;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;

/// JSON as values of expressions.
public final class Data {

    private static final long FIRST_SECOND = -62_135_596_800L;
    private static final long LAST_SECOND = 253_402_300_799L;
    private static final int DATE_LENGTH = 10;

    /// More digits than nanoseconds have are not looked at.
    private static final Pattern FRACTION = Pattern.compile("(\\.\\d{9})\\d+");

    private Data() {}

    /// A value for a variable.
    ///
    /// @param type as it was declared
    public static Object of(Json json, CelType type) {
        return switch (json) {
            case JsonNull _ -> CelNull.NULL;
            case JsonBoolean bool -> bool.value();
            case JsonNumber number -> number(number, type);
            case JsonString(String text) -> text(text, type);
            case JsonArray list ->
                    new JsonList(
                            list,
                            type.is(CelType.Form.LIST) ? type.element() : CelType.DYN,
                            type.keys());
            case JsonObject object ->
                    new JsonMap(
                            object,
                            type.is(CelType.Form.OBJECT) || type.is(CelType.Form.MAP)
                                    ? type
                                    : CelType.map(CelType.STRING, CelType.DYN));
        };
    }

    private static Object number(JsonNumber number, CelType type) {
        return switch (type.form()) {
            case DOUBLE -> number.doubleValue();
            case INT -> number.longValue();
            default -> number.isInteger() ? (Object) number.longValue() : number.doubleValue();
        };
    }

    private static Object text(String text, CelType type) {
        return switch (type.form()) {
            case BYTES -> bytes(text);
            case DURATION -> Durations.parse(text);
            case TIMESTAMP -> stored(text);
            default -> text;
        };
    }

    private static Object bytes(String text) {
        try {
            return new CelBytes(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new CelException("invalid base64: " + e.getMessage());
        }
    }

    /// Whether a time is in the years 1 to 9999.
    static boolean isTime(Instant time) {
        return time.getEpochSecond() >= FIRST_SECOND && time.getEpochSecond() <= LAST_SECOND;
    }

    static Instant time(String text) {
        try {
            String exact = FRACTION.matcher(text).replaceFirst("$1");
            Instant time = OffsetDateTime.parse(exact).toInstant();
            if (isTime(time) && text.indexOf('T') == DATE_LENGTH && text.indexOf('z') < 0) {
                return time;
            }
        } catch (DateTimeParseException e) {
            throw unread(text);
        }
        throw unread(text);
    }

    private static CelException unread(String text) {
        return new CelException(
                "parsing time \"" + text + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse");
    }

    /// The value of a field that holds a time or a date.
    private static Instant stored(String text) {
        if (text.length() > DATE_LENGTH) {
            return time(text.toUpperCase(Locale.ROOT));
        }
        try {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw unread(text);
        }
    }

    /// A quantity as a value.
    ///
    /// @throws CelException when the text is none
    public static Object quantity(String text) {
        return QuantityFunctions.parse(text);
    }

    /// A semantic version as a value.
    ///
    /// @throws CelException when the text is none
    public static Object version(String text) {
        try {
            return SemverFunctions.version(text, false);
        } catch (CelException e) {
            throw new CelException("parse semantic version: " + e.getMessage());
        }
    }

    /// The type of a value that an expression has.
    public static CelType typeOf(Object value) {
        return Values.typeOf(value);
    }

    /// A value as JSON, for what expressions compute.
    ///
    /// @throws CelException when JSON has nothing like it
    public static Json toJson(Object value) {
        return switch (value) {
            case CelNull _ -> JsonNull.NULL;
            case Boolean bool -> Json.of(bool);
            case Long number -> Json.of(number);
            case CelUint number -> Json.of(number.bits());
            case Double number -> JsonNumber.of(number);
            case String text -> Json.of(text);
            case CelBytes bytes -> Json.of(Base64.getEncoder().encodeToString(bytes.bytes()));
            case Instant time -> Json.of(time.toString());
            case Duration time -> Json.of(Durations.format(time));
            case java.util.List<?> list -> {
                java.util.List<Json> items = new java.util.ArrayList<>();
                list.forEach(item -> items.add(toJson(item)));
                yield new JsonArray(items);
            }
            case java.util.Map<?, ?> map -> {
                JsonObject.Builder object = JsonObject.builder();
                java.util.TreeMap<String, Json> sorted = new java.util.TreeMap<>();
                map.forEach((key, item) -> sorted.put(String.valueOf(key), toJson(item)));
                sorted.forEach(object::put);
                yield object.build();
            }
            default -> throw new CelException("no JSON for " + Values.typeOf(value));
        };
    }
}
