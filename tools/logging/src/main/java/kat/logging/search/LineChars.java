package kat.logging.search;

import java.nio.charset.StandardCharsets;
import kat.base.Deadline;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// A line as a regular expression reads it, without a copy where it is ASCII. An expression
/// that reads for too long is stopped: a long line under a long expression takes its time.
///
/// **Threads:** one owner.
final class LineChars implements CharSequence {

    private static final int LOOK_EVERY = 0xffff; // characters; one less than a power of two

    private final Ticker ticker;
    private final Deadline deadline;
    private byte[] bytes = new byte[0];
    private int from;
    private int size;
    private @Nullable String decoded;
    private int reads;

    /// The time of a search is over within one line.
    static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooSlow() {
            super("the time is over", null, false, false);
        }
    }

    LineChars(Ticker ticker, Deadline deadline) {
        this.ticker = ticker;
        this.deadline = deadline;
    }

    LineChars of(byte[] text, int start, int end) {
        bytes = text;
        from = start;
        size = end - start;
        decoded = null;
        for (int i = start; i < end; i++) {
            if (text[i] < 0) {
                decoded = new String(text, start, size, StandardCharsets.UTF_8);
                break;
            }
        }
        return this;
    }

    @Override
    public int length() {
        String text = decoded;
        return text == null ? size : text.length();
    }

    @Override
    public char charAt(int index) {
        if ((++reads & LOOK_EVERY) == 0 && deadline.isOver(ticker)) {
            throw new TooSlow();
        }
        String text = decoded;
        return text == null ? (char) bytes[from + index] : text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }

    @Override
    public String toString() {
        String text = decoded;
        return text == null ? new String(bytes, from, size, StandardCharsets.US_ASCII) : text;
    }
}
