package kat.logging.line;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// One line of a runtime's log file, `2026-01-02T03:04:05.000000001Z stdout F text`, cut into
/// its parts; the text stays where it was read.
///
/// @param timeNanos in nanoseconds since 1970
/// @param error whether it was written to standard error
/// @param partial whether the program's line goes on in the next one of the stream: runtimes
///     split at 16 KiB
/// @param textFrom where the text begins in the bytes that were parsed
///
/// **Source:** `pkg/kubelet/kuberuntime/logs`.
public record CriLine(long timeNanos, boolean error, boolean partial, int textFrom) {

    private static final int DATE = "2026-01-02T".length();
    private static final int CLOCK = "03:04:05".length();
    private static final int STREAM = "stdout".length();
    private static final int MOST_TIME = 64;
    private static final int NANO_DIGITS = 9;
    private static final long NANOS = 1_000_000_000L;

    /// @param from where the line begins
    /// @param to where it ends, without its line end
    /// @return null when it is no line of this format
    public static @Nullable CriLine parse(byte[] bytes, int from, int to) {
        int timeEnd = space(bytes, from, Math.min(to, from + MOST_TIME));
        int stream = timeEnd + 1;
        int tag = stream + STREAM + 1;
        if (timeEnd < 0 || tag >= to || bytes[tag - 1] != ' ' || !isStream(bytes, stream)) {
            return null;
        }
        boolean partial = bytes[tag] == 'P';
        if (!partial && bytes[tag] != 'F') {
            return null;
        }
        int textFrom = space(bytes, tag, to);
        long time = time(bytes, from, timeEnd);
        return time == Long.MIN_VALUE
                ? null
                : new CriLine(
                        time, bytes[stream + 3] == 'e', partial, textFrom < 0 ? to : textFrom + 1);
    }

    private static boolean isStream(byte[] bytes, int at) {
        boolean out = bytes[at + 3] == 'o' && bytes[at + 4] == 'u' && bytes[at + 5] == 't';
        boolean error = bytes[at + 3] == 'e' && bytes[at + 4] == 'r' && bytes[at + 5] == 'r';
        return bytes[at] == 's' && bytes[at + 1] == 't' && bytes[at + 2] == 'd' && (out || error);
    }

    /// Where the first space is; -1 when there is none.
    static int space(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    /// Nanoseconds since 1970 of a time of RFC 3339; [Long#MIN_VALUE] when it is none.
    static long time(byte[] bytes, int from, int to) {
        if (to - from < DATE + CLOCK + 1 || bytes[from + DATE - 1] != 'T') {
            return Long.MIN_VALUE;
        }
        int year = number(bytes, from, 4);
        int month = number(bytes, from + 5, 2);
        int day = number(bytes, from + 8, 2);
        int hour = number(bytes, from + DATE, 2);
        int minute = number(bytes, from + DATE + 3, 2);
        int second = number(bytes, from + DATE + 6, 2);
        if ((year | month | day | hour | minute | second) < 0) {
            return Long.MIN_VALUE;
        }
        int at = from + DATE + CLOCK;
        long nanos = 0;
        if (bytes[at] == '.') {
            int digits = 0;
            for (at++; at < to && isDigit(bytes[at]); at++) {
                if (digits++ < NANO_DIGITS) {
                    nanos = nanos * 10 + (bytes[at] - '0');
                }
            }
            for (; digits < NANO_DIGITS; digits++) {
                nanos *= 10;
            }
        }
        long offset = offset(bytes, at, to);
        if (offset == Long.MIN_VALUE) {
            return offset;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            long seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset;
            return Math.addExact(Math.multiplyExact(seconds, NANOS), nanos);
        } catch (DateTimeException | ArithmeticException outOfRange) {
            return Long.MIN_VALUE;
        }
    }

    /// Seconds east of Greenwich, of `Z` or `+02:00`.
    private static long offset(byte[] bytes, int at, int to) {
        if (at + 1 == to && bytes[at] == 'Z') {
            return 0;
        }
        if (at + 6 != to || (bytes[at] != '+' && bytes[at] != '-')) {
            return Long.MIN_VALUE;
        }
        int hours = number(bytes, at + 1, 2);
        int minutes = number(bytes, at + 4, 2);
        if (hours < 0 || minutes < 0) {
            return Long.MIN_VALUE;
        }
        long seconds = (hours * 60L + minutes) * 60;
        return bytes[at] == '-' ? -seconds : seconds;
    }

    /// A number of some digits; -1 when one of them is none.
    private static int number(byte[] bytes, int at, int digits) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            if (!isDigit(bytes[i])) {
                return -1;
            }
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }
}
