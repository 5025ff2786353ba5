package kat.base.trace;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// One span as other processes know it.
///
/// @param high the first half of the trace's id; both halves are not 0 together
/// @param low the other half
/// @param span its id, never 0
/// @param sampled whether whoever began the trace wants it to be kept
/// @param state what other systems say in `tracestate`; empty for nothing
///
/// **Source:** W3C "Trace Context", level 1.
public record TraceContext(long high, long low, long span, boolean sampled, String state) {

    private static final int LENGTH = 55;
    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;
    private static final int HEX_LONG = 16;
    private static final int MOST_STATE = 512;
    private static final HexFormat HEX = HexFormat.of();

    /// Reads the headers.
    ///
    /// @param parent `traceparent`; null for none
    /// @param state `tracestate`; null for none
    /// @return null when there is no parent, or what stands there is none
    public static @Nullable TraceContext parse(@Nullable String parent, @Nullable String state) {
        if (parent == null || !hasForm(parent)) {
            return null;
        }
        long high = HexFormat.fromHexDigitsToLong(parent, TRACE, TRACE + HEX_LONG);
        long low =
                HexFormat.fromHexDigitsToLong(
                        parent, TRACE + HEX_LONG, TRACE + HEX_LONG + HEX_LONG);
        long span = HexFormat.fromHexDigitsToLong(parent, SPAN, SPAN + HEX_LONG);
        int flags = HexFormat.fromHexDigits(parent, FLAGS, LENGTH);
        if ((high | low) == 0 || span == 0) {
            return null;
        }
        return new TraceContext(high, low, span, (flags & 1) != 0, readable(state));
    }

    /// Version 0 has nothing behind the flags; later ones may.
    private static boolean hasForm(String parent) {
        if (parent.length() < LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char at = parent.charAt(i);
            boolean isDash = i == TRACE - 1 || i == SPAN - 1 || i == FLAGS - 1;
            boolean isDigit = (at >= '0' && at <= '9') || (at >= 'a' && at <= 'f');
            if (isDash ? at != '-' : !isDigit) {
                return false;
            }
        }
        return parent.startsWith("00")
                ? parent.length() == LENGTH
                : !parent.startsWith("ff")
                        && (parent.length() == LENGTH || parent.charAt(LENGTH) == '-');
    }

    private static String readable(@Nullable String state) {
        if (state == null || state.length() > MOST_STATE) {
            return "";
        }
        return state.chars().allMatch(at -> at >= ' ' && at <= '~') ? state : "";
    }

    /// As the header `traceparent` has it.
    public String parent() {
        return "00-"
                + HEX.toHexDigits(high)
                + HEX.toHexDigits(low)
                + "-"
                + HEX.toHexDigits(span)
                + (sampled ? "-01" : "-00");
    }

    /// Another span of the same trace.
    TraceContext with(long other) {
        return new TraceContext(high, low, other, sampled, state);
    }
}
