package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import kat.api.protobuf.Field.Shape;

/// Turns an object's JSON into its message, in one pass over the bytes.
///
/// What JSON leaves out is left out of the message too: a reader gives both the same zero value.
/// A member that the message does not know (`kind` and `apiVersion` of whole objects) is passed
/// over.
///
/// **Threads:** one encoder belongs to one thread.
public final class ProtobufEncoder {

    private static final long NANOS_PER_MICRO = 1000;

    private final JsonCursor in;
    private final Bytes out;

    private ProtobufEncoder(byte[] json) {
        this.in = new JsonCursor(json);
        this.out = new Bytes(json.length / 2 + 64);
    }

    /// @param json canonical: without white space
    public static byte[] encode(Message message, byte[] json) {
        ProtobufEncoder encoder = new ProtobufEncoder(json);
        encoder.object(message);
        return encoder.out.take();
    }

    private void object(Message message) {
        while (in.next()) {
            int start = in.at();
            in.skipString();
            int index = message.find(in.bytes(), start + 1, in.at() - 1);
            in.skip();
            if (index < 0) {
                in.skipValue();
            } else {
                member(message, index);
            }
        }
    }

    private void member(Message message, int index) {
        Field field = message.member(index);
        boolean zeroTime = field.type().isTime() && field.shape() == Shape.ONE;
        if (in.peek() == 'n' && !zeroTime && field.type() != Type.RAW) {
            in.skipWord();
            return;
        }
        int depth = field.holders().size();
        int[] starts = new int[depth];
        for (int i = 0; i < depth; i++) {
            out.tag(field.holders().get(i), Wire.LENGTH);
            starts[i] = out.begin();
        }
        switch (field.shape()) {
            case ONE -> value(field, field.number(), message, index);
            case LIST -> list(field, message, index);
            case MAP -> map(field, message, index);
        }
        for (int i = depth - 1; i >= 0; i--) {
            out.end(starts[i]);
        }
    }

    private void list(Field field, Message message, int index) {
        while (in.next()) {
            value(field, field.number(), message, index);
        }
    }

    private void map(Field field, Message message, int index) {
        while (in.next()) {
            out.tag(field.number(), Wire.LENGTH);
            int start = out.begin();
            string(1);
            in.skip();
            value(field, 2, message, index);
            out.end(start);
        }
    }

    private void value(Field field, int number, Message message, int index) {
        if (field.type() == Type.STRING) {
            string(number);
            return;
        }
        out.tag(number, field.type().wireType());
        switch (field.type()) {
            case INT32, INT64 -> out.varint(in.integer());
            case BOOL -> out.varint(in.truth() ? 1 : 0);
            case DOUBLE -> out.fixed64(Double.doubleToLongBits(in.number()));
            default -> {
                int start = out.begin();
                run(field, message, index);
                out.end(start);
            }
        }
    }

    /// What stands behind a length.
    private void run(Field field, Message message, int index) {
        switch (field.type()) {
            case BYTES -> bytes();
            case QUANTITY -> string(1);
            case INT_OR_STRING -> intOrString();
            case TIME -> time(false);
            case MICRO_TIME -> time(true);
            case RAW -> raw();
            case TEXTS -> texts(1);
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_TEXTS ->
                    schemaOr(field.type(), message.target(index));
            case MESSAGE -> {
                if (in.peek() == 'n') {
                    in.skipWord();
                } else {
                    object(message.target(index));
                }
            }
            case STRING, INT32, INT64, BOOL, DOUBLE -> throw new IllegalStateException("no run");
        }
    }

    private void string(int number) {
        out.tag(number, Wire.LENGTH);
        int start = in.at();
        if (in.peek() != '"') {
            int from = out.begin();
            in.skipWord();
            out.put(in.bytes(), start, in.at());
            out.end(from);
        } else if (in.skipString()) {
            byte[] text = in.unescaped(start).getBytes(UTF_8);
            out.varint(text.length);
            out.put(text, 0, text.length);
        } else {
            out.varint(in.at() - start - 2);
            out.put(in.bytes(), start + 1, in.at() - 1);
        }
    }

    private void bytes() {
        if (in.peek() == 'n') {
            in.skipWord();
            return;
        }
        int start = in.at();
        in.skipString();
        byte[] text = Arrays.copyOfRange(in.bytes(), start + 1, in.at() - 1);
        byte[] plain = Base64.getDecoder().decode(text);
        out.put(plain, 0, plain.length);
    }

    private void intOrString() {
        boolean isText = in.peek() == '"';
        out.tag(1, Wire.VARINT);
        out.varint(isText ? 1 : 0);
        if (isText) {
            string(3);
        } else {
            out.tag(2, Wire.VARINT);
            out.varint(in.integer());
        }
    }

    private void time(boolean micros) {
        String text = in.text();
        if (text.equals("null")) {
            return;
        }
        Instant time = Instant.parse(text);
        long seconds = time.getEpochSecond();
        long nanos = time.getNano();
        out.tag(1, Wire.VARINT);
        out.varint(seconds);
        if (micros) {
            out.tag(2, Wire.VARINT);
            out.varint(nanos / NANOS_PER_MICRO * NANOS_PER_MICRO);
        }
    }

    private void raw() {
        int start = in.at();
        in.skipValue();
        if (in.bytes()[start] == 'n') {
            return;
        }
        out.tag(1, Wire.LENGTH);
        out.varint(in.at() - start);
        out.put(in.bytes(), start, in.at());
    }

    private void texts(int number) {
        if (in.peek() == 'n') {
            in.skipWord();
            return;
        }
        while (in.next()) {
            string(number);
        }
    }

    /// A schema is field 1 but where a truth value stands beside it; the other form takes the
    /// other number.
    private void schemaOr(Type type, Message schema) {
        boolean hasTruth = type == Type.SCHEMA_OR_BOOL;
        if (in.peek() == '{') {
            if (hasTruth) {
                out.tag(1, Wire.VARINT);
                out.varint(1);
            }
            nested(hasTruth ? 2 : 1, schema);
        } else if (hasTruth) {
            out.tag(1, Wire.VARINT);
            out.varint(in.truth() ? 1 : 0);
        } else if (type == Type.SCHEMA_OR_ARRAY) {
            while (in.next()) {
                nested(2, schema);
            }
        } else {
            texts(2);
        }
    }

    private void nested(int number, Message schema) {
        out.tag(number, Wire.LENGTH);
        int start = out.begin();
        object(schema);
        out.end(start);
    }
}
