package kat.logging.search;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kat.base.Deadline;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// A line as a regular expression reads it, without a copy where it is ASCII. An expression
/// that reads one line for longer than [#PATIENCE] is stopped: a long line under a long
/// expression takes its time.
///
/// **Threads:** one owner.
final class LineChars implements CharSequence {

    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int LOOK_EVERY = 0xffff; // characters; one less than a power of two

    private final Ticker ticker;
    private @Nullable Deadline deadline;
    private byte[] bytes = new byte[0];
    private int from;
    private int size;
    private @Nullable String decoded;
    private int reads;

    /// A line takes too long.
    static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooSlow() {
            super("the time is over", null, false, false);
        }
    }

    LineChars(Ticker ticker) {
        this.ticker = ticker;
    }

    LineChars of(byte[] text, int start, int end) {
        bytes = text;
        from = start;
        size = end - start;
        decoded = null;
        deadline = null;
        reads = 0;
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
        if ((++reads & LOOK_EVERY) == 0) {
            look();
        }
        String text = decoded;
        return text == null ? (char) bytes[from + index] : text.charAt(index);
    }

    private void look() {
        Deadline known = deadline;
        if (known == null) {
            deadline = Deadline.in(PATIENCE, ticker);
        } else if (known.isOver(ticker)) {
            throw new TooSlow();
        }
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
