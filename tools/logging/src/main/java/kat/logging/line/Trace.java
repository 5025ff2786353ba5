package kat.logging.line;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What may follow within one event: the lines of a stack trace belong together.
///
/// | state | begins with | goes on with |
/// |---|---|---|
/// | `PLAIN` | any line | Java's `at …`, `Caused by:`, `… 3 more` |
/// | `PYTHON` | `Traceback (most recent call…` | indented lines, then the error itself |
/// | `PYTHON_DONE` | the error itself | an empty line and the error's cause |
/// | `GO` | `panic:`, `goroutine 1 [`, … | calls, indented places, further routines |
enum Trace {
    PLAIN,
    PYTHON,
    PYTHON_DONE,
    GO;

    private static final byte[] TRACEBACK = ascii("Traceback (most recent call last)");
    private static final byte[] CAUSED_BY = ascii("Caused by: ");
    private static final byte[] SUPPRESSED = ascii("Suppressed: ");
    private static final byte[] AT = ascii("at ");
    private static final byte[] DOTS = ascii("... ");
    private static final byte[] DURING = ascii("During handling of the above exception");
    private static final byte[] DIRECT = ascii("The above exception was the direct cause");
    private static final byte[] PANIC = ascii("panic: ");
    private static final byte[] FATAL = ascii("fatal error: ");
    private static final byte[] GOROUTINE = ascii("goroutine ");
    private static final byte[] SIGNAL = ascii("[signal ");
    private static final byte[] CREATED_BY = ascii("created by ");
    private static final byte[] EXIT = ascii("exit status ");

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The state after the first line of an event.
    static Trace begin(byte[] bytes, int from, int to) {
        if (starts(bytes, from, to, TRACEBACK)) {
            return PYTHON;
        }
        boolean go =
                starts(bytes, from, to, PANIC)
                        || starts(bytes, from, to, FATAL)
                        || (starts(bytes, from, to, GOROUTINE) && bytes[to - 1] == ':');
        return go ? GO : PLAIN;
    }

    /// The state after a further line of the event; null when the line begins an event of its
    /// own.
    @Nullable Trace next(byte[] bytes, int from, int to) {
        return switch (this) {
            case PLAIN -> isJava(bytes, from, to) ? PLAIN : null;
            case PYTHON -> from == to || isIndented(bytes, from) ? PYTHON : PYTHON_DONE;
            case PYTHON_DONE -> afterError(bytes, from, to);
            case GO -> isGo(bytes, from, to) ? GO : null;
        };
    }

    private static @Nullable Trace afterError(byte[] bytes, int from, int to) {
        if (starts(bytes, from, to, TRACEBACK)) {
            return PYTHON;
        }
        boolean chained =
                from == to || starts(bytes, from, to, DURING) || starts(bytes, from, to, DIRECT);
        return chained ? PYTHON_DONE : null;
    }

    private static boolean isJava(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && isIndented(bytes, at)) {
            at++;
        }
        if (starts(bytes, at, to, CAUSED_BY)) {
            return true;
        }
        return at > from
                && (starts(bytes, at, to, AT)
                        || starts(bytes, at, to, DOTS)
                        || starts(bytes, at, to, SUPPRESSED));
    }

    private static boolean isGo(byte[] bytes, int from, int to) {
        return from == to
                || isIndented(bytes, from)
                || bytes[to - 1] == ')'
                || starts(bytes, from, to, GOROUTINE)
                || starts(bytes, from, to, CREATED_BY)
                || starts(bytes, from, to, SIGNAL)
                || starts(bytes, from, to, PANIC)
                || starts(bytes, from, to, EXIT);
    }

    private static boolean isIndented(byte[] bytes, int at) {
        return bytes[at] == ' ' || bytes[at] == '\t';
    }

    private static boolean starts(byte[] bytes, int from, int to, byte[] wanted) {
        if (to - from < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
