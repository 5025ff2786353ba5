package kat.base.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A span that has ended.
///
/// @param parent the id of the span that it is part of; 0 for none
/// @param startNanos since 1970
/// @param endNanos since 1970
/// @param link a span of another trace that caused this one; null for none
/// @param failed whether it is marked as an error
/// @param fault why; empty when nobody said
public record SpanData(
        TraceContext context,
        long parent,
        String name,
        Role role,
        long startNanos,
        long endNanos,
        List<Attribute> attributes,
        @Nullable TraceContext link,
        boolean failed,
        String fault) {

    public SpanData {
        attributes = List.copyOf(attributes);
    }

    /// Which side of a call a span is.
    public enum Role {
        INTERNAL,
        SERVER
    }

    /// What is told of a span.
    public sealed interface Attribute {

        String key();

        /// A word or a text.
        record Text(String key, String value) implements Attribute {}

        /// What is counted or measured.
        record Figure(String key, long value) implements Attribute {}
    }
}
