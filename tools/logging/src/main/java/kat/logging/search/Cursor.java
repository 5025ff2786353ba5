package kat.logging.search;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.logging.line.LogRecord;

/// A place in the order of lines: by time, and among lines of one time by their intake.
///
/// @param timeNanos in nanoseconds since 1970
/// @param sequence of the line
public record Cursor(long timeNanos, long sequence) implements Comparable<Cursor> {

    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,19})-([0-9]{1,19})");

    /// Reads what [#toString] wrote.
    ///
    /// @throws IllegalArgumentException when it is no cursor
    public static Cursor parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no cursor: " + text);
        }
        return new Cursor(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
    }

    /// The place of a line.
    public static Cursor of(LogRecord line) {
        return new Cursor(line.timeNanos(), line.sequence());
    }

    @Override
    public int compareTo(Cursor other) {
        int byTime = Long.compare(timeNanos, other.timeNanos);
        return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return timeNanos + "-" + sequence;
    }
}
