package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Times;
import kat.base.Randomness;
import org.junit.jupiter.api.Test;

/// Objects of every kind, made up from the table of messages with every field now and then set.
class ProtobufRoundTripTest {

    private static final int OBJECTS_PER_KIND = 40;
    private static final int DEEPEST = 9;
    private static final long SEED = 63;

    private final Randomness randomness = Randomness.seeded(SEED);

    @Test
    void everyBuiltInKindHasAMessageForObjectsAndLists() {
        for (Kind kind : Kinds.builtIn().all()) {
            assertNotNull(Messages.builtIn().of(kind), kind.toString());
            if (kind.verbs().contains("list")) {
                assertNotNull(Messages.builtIn().listOf(kind), kind.toString());
            }
        }
    }

    @Test
    void everyMessageOfTheTableCanBeRead() {
        for (String name : Messages.builtIn().names()) {
            Message message = Messages.builtIn().require(name);
            for (int i = 0; i < message.size(); i++) {
                if (!message.member(i).messageName().isEmpty()) {
                    assertNotNull(message.target(i), name);
                }
            }
        }
    }

    @Test
    void decodesWhatItEncoded() {
        for (Kind kind : Kinds.builtIn().all()) {
            Message message = Messages.builtIn().require(kind.schema());
            for (int i = 0; i < OBJECTS_PER_KIND; i++) {
                JsonObject object = object(message, 0);

                byte[] encoded = ProtobufEncoder.encode(message, object.toBytes());

                assertEquals(object, ProtobufDecoder.decode(message, encoded), kind.toString());
            }
        }
    }

    @Test
    void refusesEveryBrokenBodyWithAReason() {
        Message message = Messages.builtIn().require("io.k8s.api.core.v1.Pod");
        for (int i = 0; i < 2000; i++) {
            byte[] body = ProtobufEncoder.encode(message, object(message, 3).toBytes());
            byte[] broken = broken(body);
            try {
                ProtobufDecoder.decode(message, broken);
            } catch (ProtobufException expected) {
                assertTrue(!String.valueOf(expected.getMessage()).isEmpty());
            }
        }
    }

    private byte[] broken(byte[] body) {
        if (body.length == 0) {
            return new byte[] {(byte) randomness.nextInt(256)};
        }
        byte[] changed = body.clone();
        for (int i = 0; i <= randomness.nextInt(4); i++) {
            changed[randomness.nextInt(changed.length)] = (byte) randomness.nextInt(256);
        }
        return randomness.nextInt(3) == 0
                ? Arrays.copyOf(changed, randomness.nextInt(changed.length))
                : changed;
    }

    @Test
    void stopsAtMessagesThatNestTooDeep() {
        Message schema =
                Messages.builtIn()
                        .require(
                                "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
                                        + ".JSONSchemaProps");
        byte[] nested = {};
        for (int i = 0; i < ProtobufDecoder.MAX_DEPTH + 1; i++) {
            Bytes out = new Bytes(16);
            out.run(schema.numberOf("not"), nested);
            nested = out.take();
        }
        byte[] deepest = nested;

        assertThrows(ProtobufException.class, () -> ProtobufDecoder.decode(schema, deepest));
    }

    @Test
    void tellsWhatIsWrongWithAnEnvelope() {
        assertEquals("empty data", refusal(new byte[0]));
        assertEquals(
                "provided data does not appear to be a protobuf message, expected prefix"
                        + " [107 56 115 0]",
                refusal("{}".getBytes(UTF_8)));
        assertEquals("empty body", refusal(new byte[] {'k', '8', 's', 0}));
        assertEquals("unexpected EOF", refusal(new byte[] {'k', '8', 's', 0, 0x0A, 9}));
    }

    private static String refusal(byte[] body) {
        Exception refused = assertThrows(ProtobufException.class, () -> Envelope.parse(body));
        return String.valueOf(refused.getMessage());
    }

    private JsonObject object(Message message, int depth) {
        JsonObject.Builder object = JsonObject.builder();
        for (int i = 0; i < message.size(); i++) {
            Field field = message.member(i);
            boolean deep = depth > DEEPEST || (depth > 3 && !field.messageName().isEmpty());
            if (!deep && randomness.nextInt(3 + depth) == 0) {
                object.put(field.name(), member(message, i, depth + 1));
            }
        }
        return object.build();
    }

    private Json member(Message message, int index, int depth) {
        Field field = message.member(index);
        return switch (field.shape()) {
            case ONE -> {
                Json value = value(message, index, depth, !field.dropsZero());
                yield value;
            }
            case LIST -> {
                List<Json> items = new ArrayList<>();
                for (int i = 0; i <= randomness.nextInt(3); i++) {
                    items.add(value(message, index, depth, true));
                }
                yield new JsonArray(items);
            }
            case MAP -> {
                JsonObject.Builder entries = JsonObject.builder();
                for (int i = 0; i <= randomness.nextInt(3); i++) {
                    entries.put("key-" + i, value(message, index, depth, true));
                }
                yield entries.build();
            }
        };
    }

    private Json value(Message message, int index, int depth, boolean zero) {
        Field field = message.member(index);
        return switch (field.type()) {
            case STRING -> Json.of(text(zero));
            case BYTES -> Json.of(Base64.getEncoder().encodeToString(text(zero).getBytes(UTF_8)));
            case INT32 -> Json.of(number(zero, Integer.MIN_VALUE));
            case INT64 -> Json.of(number(zero, Long.MIN_VALUE));
            case BOOL -> Json.of(!zero || randomness.nextInt(2) == 0);
            case DOUBLE -> Json.of(number(zero, -7) + 0.5);
            case QUANTITY -> Json.of(1 + randomness.nextInt(900) + "Mi");
            case INT_OR_STRING ->
                    randomness.nextInt(2) == 0 ? Json.of("50%") : Json.of(number(zero, -1));
            case TIME -> Json.of(Times.seconds(instant()));
            case MICRO_TIME -> Json.of(Times.micros(instant()));
            case RAW -> JsonObject.of("a", Json.of(text(true)));
            case TEXTS -> JsonArray.ofStrings(List.of("x", text(true)));
            case SCHEMA_OR_ARRAY -> {
                JsonObject one = object(message.target(index), depth);
                yield randomness.nextInt(2) == 0 ? one : JsonArray.of(one, one);
            }
            case SCHEMA_OR_BOOL ->
                    randomness.nextInt(2) == 0
                            ? Json.of(randomness.nextInt(2) == 0)
                            : object(message.target(index), depth);
            case SCHEMA_OR_TEXTS ->
                    randomness.nextInt(2) == 0
                            ? JsonArray.ofStrings(List.of("a"))
                            : object(message.target(index), depth);
            case MESSAGE -> {
                JsonObject inner = object(message.target(index), depth);
                yield inner.isEmpty() && !zero ? full(message.target(index)) : inner;
            }
        };
    }

    /// An object that is not empty, for members that say nothing when they are.
    private JsonObject full(Message message) {
        for (int i = 0; ; i++) {
            Field field = message.member(i % message.size());
            if (field.messageName().isEmpty()) {
                return JsonObject.of(field.name(), member(message, i % message.size(), DEEPEST));
            }
        }
    }

    private String text(boolean zero) {
        List<String> texts =
                List.of(
                        "a",
                        "web-1",
                        "\u00fc\u20ac\ud83d\ude00",
                        "line\n\"quoted\"\\",
                        "x".repeat(300));
        return zero && randomness.nextInt(4) == 0 ? "" : texts.get(randomness.nextInt(5));
    }

    private long number(boolean zero, long lowest) {
        long[] some = {1, 80, 127, 128, 65_536, Integer.MAX_VALUE, lowest};
        return zero && randomness.nextInt(4) == 0 ? 0 : some[randomness.nextInt(some.length)];
    }

    private Instant instant() {
        return Instant.ofEpochSecond(
                randomness.nextInt(Integer.MAX_VALUE), 1000L * randomness.nextInt(1_000_000));
    }
}
