package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// What stands around a message on the wire: four bytes that tell the format, then
/// `runtime.Unknown` with the object's type and the message as bytes.
///
/// **Source:** `apimachinery/pkg/runtime/serializer/protobuf`.
public final class Envelope {

    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final byte[] TAIL = {0x1A, 0, 0x22, 0}; // content encoding and type: empty
    private static final int RAW_NUMBER = 2;

    private String apiVersion = "";
    private String kind = "";
    private byte[] raw = {};

    private Envelope() {}

    /// What the sender says; `absent` where that is nothing.
    public String versionOr(String absent) {
        return apiVersion.isEmpty() ? absent : apiVersion;
    }

    /// What the sender says; `absent` where that is nothing.
    public String kindOr(String absent) {
        return kind.isEmpty() ? absent : kind;
    }

    /// The message; never change it.
    public byte[] raw() {
        return raw;
    }

    /// @throws ProtobufException when the bytes are no envelope
    public static Envelope parse(byte[] body) {
        if (body.length == 0) {
            throw new ProtobufException("empty data");
        }
        if (!isMagic(body)) {
            throw new ProtobufException(
                    "provided data does not appear to be a protobuf message, expected prefix"
                            + " [107 56 115 0]");
        }
        if (body.length == MAGIC.length) {
            throw new ProtobufException("empty body");
        }
        Source in = new Source(body, MAGIC.length);
        Envelope found = new Envelope();
        while (in.at() < body.length) {
            long tag = in.varint(body.length);
            int number = (int) (tag >>> 3);
            boolean isRun = (tag & 7) == Wire.LENGTH;
            if (number == 1 && isRun) {
                found.readType(in, in.span(body.length));
            } else if (number == RAW_NUMBER && isRun) {
                found.raw = in.run(body.length);
            } else {
                in.skip((int) (tag & 7), body.length);
            }
        }
        return found;
    }

    private static boolean isMagic(byte[] body) {
        return body.length >= MAGIC.length
                && Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private void readType(Source in, int end) {
        while (in.at() < end) {
            long tag = in.varint(end);
            int number = (int) (tag >>> 3);
            if ((tag & 7) != Wire.LENGTH || number > 2) {
                in.skip((int) (tag & 7), end);
            } else if (number == 1) {
                apiVersion = in.text(end);
            } else {
                kind = in.text(end);
            }
        }
    }

    /// The bytes in front of a message and its length.
    public static byte[] head(String apiVersion, String kind) {
        byte[] version = apiVersion.getBytes(UTF_8);
        byte[] name = kind.getBytes(UTF_8);
        Bytes out = new Bytes(version.length + name.length + 16);
        out.raw(MAGIC);
        out.tag(1, Wire.LENGTH);
        int start = out.begin();
        out.run(1, version);
        out.run(2, name);
        out.end(start);
        out.tag(RAW_NUMBER, Wire.LENGTH);
        return out.take();
    }

    /// The bytes behind a message; never change them.
    public static byte[] tail() {
        return TAIL;
    }

    /// A message in its envelope.
    ///
    /// @param head from [#head]
    public static byte[] wrap(byte[] head, byte[] message) {
        Bytes out = new Bytes(head.length + message.length + 2 * TAIL.length + 2);
        out.raw(head);
        out.varint(message.length);
        out.raw(message);
        out.raw(TAIL);
        return out.take();
    }
}
