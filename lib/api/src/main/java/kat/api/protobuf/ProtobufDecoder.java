package kat.api.protobuf;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonBoolean;
import kat.api.json.JsonException;
import kat.api.json.JsonNull;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.protobuf.Field.Shape;
import kat.api.schema.Times;
import org.jspecify.annotations.Nullable;

/// Turns a message into the JSON that Go's encoder would make of it: a zero value is left out where
/// Go's tags say so, a field that is not known is passed over.
///
/// **Limits:** messages nest up to [#MAX_DEPTH].
///
/// **Threads:** one decoder belongs to one thread.
public final class ProtobufDecoder {

    public static final int MAX_DEPTH = 250;

    private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final Source in;
    private int depth;

    private ProtobufDecoder(Source in) {
        this.in = in;
    }

    /// @throws ProtobufException when the bytes are not such a message
    public static JsonObject decode(Message message, byte[] bytes) {
        return new ProtobufDecoder(new Source(bytes, 0)).object(message, bytes.length);
    }

    private JsonObject object(Message message, int end) {
        if (++depth > MAX_DEPTH) {
            throw new ProtobufException("exceeded max depth");
        }
        @Nullable Object[] found = new @Nullable Object[message.size()];
        parts(message, end, found, null);
        depth--;
        return build(message, found);
    }

    private static JsonObject build(Message message, @Nullable Object[] found) {
        JsonObject.Builder object = JsonObject.builder();
        for (int i = 0; i < found.length; i++) {
            Json value = finished(found[i]);
            if (value != null) {
                object.put(message.member(i).name(), value);
            }
        }
        return object.build();
    }

    private static @Nullable Json finished(@Nullable Object found) {
        return switch (found) {
            case Items(List<Json> items) -> new JsonArray(items);
            case Entries(Map<String, Json> entries) -> JsonObject.of(entries);
            case Json value -> value;
            case null, default -> null;
        };
    }

    private record Items(List<Json> items) {}

    private record Entries(Map<String, Json> entries) {}

    /// @param indices where the members stand in `found`; null when where they stand in the message
    private void parts(
            Message message, int end, @Nullable Object[] found, int @Nullable [] indices) {
        while (in.at() < end) {
            long tag = in.varint(end);
            long number = tag >>> 3 & 0xFFFFFFFFL;
            int wireType = (int) (tag & 7);
            if (wireType == Wire.GROUP_END) {
                throw new ProtobufException(
                        "proto: " + message.shortName() + ": wiretype end group for non-group");
            }
            if ((int) number <= 0) {
                throw new ProtobufException(
                        "proto: %s: illegal tag %d (wire type %d)"
                                .formatted(message.shortName(), (int) number, tag));
            }
            Message.Part part = message.part(number);
            if (part == null) {
                in.skip(wireType, end);
            } else if (part.inner() == null) {
                int index = indices == null ? part.member() : indices[part.member()];
                member(message, part.member(), wireType, end, new Slot(found, index));
            } else {
                require(wireType == Wire.LENGTH, wireType, part.inner().shortName());
                int to = in.span(end);
                parts(part.inner(), to, found, composed(part.indices(), indices));
            }
        }
    }

    /// Where the members of a message within stand among those of the outermost.
    private static int[] composed(int[] inner, int @Nullable [] outer) {
        if (outer == null) {
            return inner;
        }
        int[] all = new int[inner.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = outer[inner[i]];
        }
        return all;
    }

    /// Where a member's value is kept.
    private static final class Slot {

        private final @Nullable Object[] found;
        private final int index;

        Slot(@Nullable Object[] found, int index) {
            this.found = found;
            this.index = index;
        }

        void set(@Nullable Json value) {
            found[index] = value;
        }

        List<Json> items() {
            if (found[index] instanceof Items(List<Json> items)) {
                return items;
            }
            List<Json> items = new ArrayList<>();
            found[index] = new Items(items);
            return items;
        }

        Map<String, Json> entries() {
            if (found[index] instanceof Entries(Map<String, Json> entries)) {
                return entries;
            }
            Map<String, Json> entries = new TreeMap<>();
            found[index] = new Entries(entries);
            return entries;
        }
    }

    private void member(Message message, int index, int wireType, int end, Slot slot) {
        Field field = message.member(index);
        Type type = field.type();
        if (field.shape() == Shape.MAP) {
            require(wireType == Wire.LENGTH, wireType, field.name());
            entry(message, index, in.span(end), slot.entries());
            return;
        }
        boolean packed = field.shape() == Shape.LIST && wireType == Wire.LENGTH && type.isVarint();
        if (packed) {
            int to = in.span(end);
            while (in.at() < to) {
                slot.items().add(value(message, index, to));
            }
            return;
        }
        require(wireType == type.wireType(), wireType, field.name());
        Json value = value(message, index, end);
        if (field.shape() == Shape.LIST) {
            slot.items().add(value);
        } else {
            slot.set(field.dropsZero() && isZero(value) ? null : value);
        }
    }

    private static void require(boolean fits, int wireType, String name) {
        if (!fits) {
            throw new ProtobufException(
                    "proto: wrong wireType = %d for field %s"
                            .formatted(
                                    wireType,
                                    name.isEmpty()
                                            ? name
                                            : Character.toUpperCase(name.charAt(0))
                                                    + name.substring(1)));
        }
    }

    private static boolean isZero(Json value) {
        return switch (value) {
            case JsonString(String text) -> text.isEmpty();
            case JsonNumber number -> number.doubleValue() == 0;
            case JsonBoolean truth -> !truth.value();
            case JsonObject object -> object.isEmpty();
            case JsonArray array -> array.isEmpty();
            case JsonNull _ -> true;
        };
    }

    private void entry(Message message, int index, int end, Map<String, Json> entries) {
        String key = "";
        Json value = null;
        while (in.at() < end) {
            long tag = in.varint(end);
            int wireType = (int) (tag & 7);
            if (tag >>> 3 == 1) {
                require(wireType == Wire.LENGTH, wireType, message.member(index).name());
                key = in.text(end);
            } else if (tag >>> 3 == 2) {
                Type type = message.member(index).type();
                require(wireType == type.wireType(), wireType, message.member(index).name());
                value = value(message, index, end);
            } else {
                in.skip(wireType, end);
            }
        }
        entries.put(key, value == null ? empty(message.member(index).type()) : value);
    }

    /// What a map's entry without a value holds.
    private static Json empty(Type type) {
        return switch (type) {
            case STRING, BYTES -> new JsonString("");
            case INT32, INT64, DOUBLE, INT_OR_STRING -> JsonNumber.of(0);
            case QUANTITY -> new JsonString("0");
            case BOOL -> JsonBoolean.FALSE;
            case TEXTS, SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_TEXTS, RAW, TIME, MICRO_TIME ->
                    JsonNull.NULL;
            case MESSAGE -> JsonObject.EMPTY;
        };
    }

    private Json value(Message message, int index, int end) {
        Field field = message.member(index);
        return switch (field.type()) {
            case STRING -> new JsonString(in.text(end));
            case BYTES -> new JsonString(Base64.getEncoder().encodeToString(in.run(end)));
            case INT32 -> int32(in.varint(end));
            case INT64 -> JsonNumber.of(in.varint(end));
            case BOOL -> JsonBoolean.of(in.varint(end) != 0);
            case DOUBLE -> real(Double.longBitsToDouble(in.fixed64(end)));
            case MESSAGE -> object(message.target(index), in.span(end));
            case QUANTITY -> quantity(in.span(end));
            case INT_OR_STRING -> intOrString(in.span(end));
            case TIME -> time(in.span(end), false);
            case MICRO_TIME -> time(in.span(end), true);
            case RAW -> raw(in.span(end));
            case TEXTS -> texts(in.span(end));
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_TEXTS ->
                    schemaOr(field.type(), message.target(index), in.span(end));
        };
    }

    /// The low half, as Go reads a number that is too long.
    private static Json int32(long value) {
        int half = (int) value;
        return JsonNumber.of((long) half);
    }

    private static Json real(double value) {
        if (!Double.isFinite(value)) {
            throw new ProtobufException("json: unsupported value: " + value);
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? JsonNumber.of((long) value)
                : JsonNumber.of(value);
    }

    /// Reads a message of few numbers and texts.
    private Scalars scalars(int end) {
        Scalars found = new Scalars();
        while (in.at() < end) {
            long tag = in.varint(end);
            int number = (int) (tag >>> 3);
            int wireType = (int) (tag & 7);
            if (wireType == Wire.VARINT && number > 0 && number < Scalars.SIZE) {
                found.numbers[number] = in.varint(end);
            } else if (wireType == Wire.LENGTH && number > 0 && number < Scalars.SIZE) {
                found.texts[number] = in.text(end);
            } else {
                in.skip(wireType, end);
            }
        }
        return found;
    }

    private static final class Scalars {

        static final int SIZE = 4;

        final long[] numbers = new long[SIZE];
        final @Nullable String[] texts = new @Nullable String[SIZE];

        String text(int number) {
            String text = texts[number];
            return text == null ? "" : text;
        }
    }

    private Json quantity(int end) {
        String text = scalars(end).text(1);
        return new JsonString(text.isEmpty() ? "0" : text);
    }

    private Json intOrString(int end) {
        Scalars found = scalars(end);
        return switch ((int) found.numbers[1]) {
            case 0 -> int32(found.numbers[2]);
            case 1 -> new JsonString(found.text(3));
            default -> throw new ProtobufException("impossible IntOrString.Type");
        };
    }

    private Json time(int end, boolean micros) {
        if (in.at() == end) {
            return JsonNull.NULL;
        }
        Scalars found = scalars(end);
        long seconds = found.numbers[1];
        if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
            throw new ProtobufException("Time.MarshalJSON: year outside of range [0,9999]");
        }
        if (!micros) {
            return new JsonString(Times.seconds(Instant.ofEpochSecond(seconds)));
        }
        long nanos = Math.floorMod((int) found.numbers[2], NANOS_PER_SECOND);
        return new JsonString(Times.micros(Instant.ofEpochSecond(seconds, nanos)));
    }

    private Json raw(int end) {
        byte[] text = new byte[0];
        while (in.at() < end) {
            long tag = in.varint(end);
            if (tag >>> 3 == 1 && (tag & 7) == Wire.LENGTH) {
                text = in.run(end);
            } else {
                in.skip((int) (tag & 7), end);
            }
        }
        try {
            return text.length == 0 ? JsonNull.NULL : Json.parse(text);
        } catch (JsonException e) {
            throw new ProtobufException(String.valueOf(e.getMessage()));
        }
    }

    private Json texts(int end) {
        List<Json> texts = new ArrayList<>();
        while (in.at() < end) {
            long tag = in.varint(end);
            if (tag >>> 3 == 1 && (tag & 7) == Wire.LENGTH) {
                texts.add(new JsonString(in.text(end)));
            } else {
                in.skip((int) (tag & 7), end);
            }
        }
        return new JsonArray(texts);
    }

    private Json schemaOr(Type type, Message schema, int end) {
        Json single = null;
        boolean allowed = false;
        List<Json> several = new ArrayList<>();
        int schemaAt = type == Type.SCHEMA_OR_BOOL ? 2 : 1;
        while (in.at() < end) {
            long tag = in.varint(end);
            int number = (int) (tag >>> 3);
            int wireType = (int) (tag & 7);
            if (number == schemaAt && wireType == Wire.LENGTH) {
                single = object(schema, in.span(end));
            } else if (number == 1 && wireType == Wire.VARINT) {
                allowed = in.varint(end) != 0;
            } else if (number == 2 && wireType == Wire.LENGTH) {
                several.add(
                        type == Type.SCHEMA_OR_ARRAY
                                ? object(schema, in.span(end))
                                : new JsonString(in.text(end)));
            } else {
                in.skip(wireType, end);
            }
        }
        if (single != null) {
            return single;
        }
        return type == Type.SCHEMA_OR_BOOL ? JsonBoolean.of(allowed) : new JsonArray(several);
    }
}
