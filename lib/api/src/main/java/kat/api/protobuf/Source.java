package kat.api.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Reads the parts of a message's bytes. Complains in the words of Go's generated decoders.
final class Source {

    private final byte[] bytes;
    private int at;

    Source(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    int at() {
        return at;
    }

    void jump(int to) {
        at = to;
    }

    /// @param end where the message that holds the number ends
    long varint(int end) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            if (shift >= 64) {
                throw new ProtobufException("proto: integer overflow");
            }
            if (at >= end) {
                throw ProtobufException.truncated();
            }
            byte part = bytes[at++];
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    long fixed64(int end) {
        if (end - at < 8) {
            throw ProtobufException.truncated();
        }
        long value = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (bytes[at++] & 0xFFL) << shift;
        }
        return value;
    }

    /// Reads a length.
    ///
    /// @return where what it measures ends
    int span(int end) {
        long length = varint(end);
        if (length < 0 || (int) length < 0) {
            throw new ProtobufException("proto: negative length found during unmarshaling");
        }
        if (length > end - at) {
            throw ProtobufException.truncated();
        }
        return at + (int) length;
    }

    String text(int end) {
        int to = span(end);
        String text = new String(bytes, at, to - at, UTF_8);
        at = to;
        return text;
    }

    byte[] run(int end) {
        int to = span(end);
        byte[] run = Arrays.copyOfRange(bytes, at, to);
        at = to;
        return run;
    }

    /// Steps over a value of a field that is not known.
    void skip(int wireType, int end) {
        switch (wireType) {
            case Wire.VARINT -> varint(end);
            case Wire.FIXED64 -> forward(8, end);
            case Wire.LENGTH -> at = span(end);
            case Wire.GROUP -> skipGroup(end);
            case Wire.GROUP_END -> throw new ProtobufException("proto: unexpected end of group");
            case Wire.FIXED32 -> forward(4, end);
            default -> throw new ProtobufException("proto: illegal wireType " + wireType);
        }
    }

    private void skipGroup(int end) {
        int depth = 1;
        while (depth > 0) {
            int wireType = (int) (varint(end) & 7);
            switch (wireType) {
                case Wire.GROUP -> depth++;
                case Wire.GROUP_END -> depth--;
                default -> skip(wireType, end);
            }
        }
    }

    private void forward(int count, int end) {
        if (end - at < count) {
            throw ProtobufException.truncated();
        }
        at += count;
    }
}
