package kat.apiserver.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import kat.base.trace.SpanData;
import kat.base.trace.SpanData.Attribute;
import kat.base.trace.TraceContext;

/// Spans as OpenTelemetry's messages, and its answer to them.
///
/// **Source:** `opentelemetry/proto/collector/trace/v1/trace_service.proto`,
/// `opentelemetry/proto/trace/v1/trace.proto`.
final class OtlpSpans {

    /// The method that takes them.
    static final String METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;
    private static final int FIXED32 = 5;
    private static final int TYPE_BITS = 3;
    private static final int BYTE_BITS = 7;
    private static final int MORE = 0x80;
    private static final long LOW = 0x7f;
    private static final int INTERNAL = 1;
    private static final int SERVER = 2;
    private static final int ERROR = 2;

    private OtlpSpans() {}

    /// An `ExportTraceServiceRequest`.
    ///
    /// @param resource what is told of the process
    static byte[] request(Map<String, String> resource, List<SpanData> spans) {
        Message request = new Message();
        request.message(
                1,
                of -> {
                    of.message(
                            1,
                            process ->
                                    resource.forEach(
                                            (key, value) -> process.message(1, text(key, value))));
                    of.message(
                            2,
                            group -> {
                                group.message(1, scope -> scope.text(1, "kat"));
                                spans.forEach(span -> group.message(2, to -> span(span, to)));
                            });
                });
        return request.bytes();
    }

    private static void span(SpanData span, Message to) {
        context(span.context(), to);
        if (span.parent() != 0) {
            to.id(4, span.parent());
        }
        to.text(5, span.name());
        to.number(6, span.role() == SpanData.Role.SERVER ? SERVER : INTERNAL);
        to.fixed(7, span.startNanos());
        to.fixed(8, span.endNanos());
        for (Attribute attribute : span.attributes()) {
            to.message(9, attribute(attribute));
        }
        TraceContext link = span.link();
        if (link != null) {
            to.message(
                    13,
                    of -> {
                        context(link, of);
                        of.flags(6, link.sampled() ? 1 : 0);
                    });
        }
        if (span.failed()) {
            to.message(
                    15,
                    status -> {
                        status.text(2, span.fault());
                        status.number(3, ERROR);
                    });
        }
        to.flags(16, span.context().sampled() ? 1 : 0);
    }

    private static void context(TraceContext context, Message to) {
        to.id(1, context.high(), context.low());
        to.id(2, context.span());
        to.text(3, context.state());
    }

    private static Consumer<Message> attribute(Attribute attribute) {
        return switch (attribute) {
            case Attribute.Text(String key, String value) -> text(key, value);
            case Attribute.Figure(String key, long value) ->
                    pair -> {
                        pair.text(1, key);
                        pair.message(2, any -> any.number(3, value));
                    };
        };
    }

    private static Consumer<Message> text(String key, String value) {
        return pair -> {
            pair.text(1, key);
            pair.message(2, any -> any.text(1, value));
        };
    }

    /// How many spans an `ExportTraceServiceResponse` says were refused.
    ///
    /// @return 0 also for what is no such answer: all were taken, since the call succeeded
    static long refused(byte[] answer) {
        Reading outer = new Reading(answer, 0, answer.length);
        while (outer.next()) {
            if (outer.number == 1 && outer.type == LENGTH) {
                Reading partial = new Reading(answer, outer.from, outer.at);
                while (partial.next()) {
                    if (partial.number == 1 && partial.type == VARINT) {
                        return Math.max(0, partial.value);
                    }
                }
            }
        }
        return 0;
    }

    /// A message that is read field by field.
    private static final class Reading {
        private final byte[] bytes;
        private final int end;
        private int at;
        private int number;
        private int type;
        private long value;
        private int from; // of a run of bytes, which ends where the next field begins

        Reading(byte[] bytes, int from, int end) {
            this.bytes = bytes;
            this.at = from;
            this.end = end;
        }

        /// Whether there is another field, read whole.
        boolean next() {
            if (at >= end) {
                return false;
            }
            long tag = varint();
            number = (int) (tag >>> TYPE_BITS);
            type = (int) (tag & 7);
            long length =
                    switch (type) {
                        case VARINT -> 0;
                        case FIXED64 -> Long.BYTES;
                        case FIXED32 -> Integer.BYTES;
                        case LENGTH -> varint();
                        default -> -1;
                    };
            if (type == VARINT) {
                value = varint();
            }
            from = at;
            if (length < 0 || length > end - at) {
                at = end;
                return false;
            }
            at += (int) length;
            return true;
        }

        private long varint() {
            long read = 0;
            for (int shift = 0; at < end && shift < Long.SIZE; shift += BYTE_BITS) {
                byte next = bytes[at++];
                read |= (next & LOW) << shift;
                if (next >= 0) {
                    break;
                }
            }
            return read;
        }
    }

    /// A message that is written.
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        byte[] bytes() {
            return out.toByteArray();
        }

        private void tag(int field, int type) {
            varint((long) field << TYPE_BITS | type);
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~LOW) != 0) {
                out.write((int) (rest & LOW) | MORE);
                rest >>>= BYTE_BITS;
            }
            out.write((int) rest);
        }

        private void run(int field, byte[] bytes) {
            tag(field, LENGTH);
            varint(bytes.length);
            out.writeBytes(bytes);
        }

        void message(int field, Consumer<Message> content) {
            Message inner = new Message();
            content.accept(inner);
            run(field, inner.bytes());
        }

        /// What is empty is left out.
        void text(int field, String value) {
            if (!value.isEmpty()) {
                run(field, value.getBytes(UTF_8));
            }
        }

        void number(int field, long value) {
            tag(field, VARINT);
            varint(value);
        }

        void fixed(int field, long value) {
            tag(field, FIXED64);
            for (int i = 0; i < Long.SIZE; i += Byte.SIZE) {
                out.write((int) (value >>> i));
            }
        }

        void flags(int field, int value) {
            tag(field, FIXED32);
            for (int i = 0; i < Integer.SIZE; i += Byte.SIZE) {
                out.write(value >>> i);
            }
        }

        void id(int field, long... halves) {
            tag(field, LENGTH);
            varint((long) halves.length * Long.BYTES);
            for (long half : halves) {
                for (int i = Long.SIZE - Byte.SIZE; i >= 0; i -= Byte.SIZE) {
                    out.write((int) (half >>> i));
                }
            }
        }
    }
}
