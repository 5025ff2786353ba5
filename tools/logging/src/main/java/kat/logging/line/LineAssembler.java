package kat.logging.line;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Makes whole lines and stack traces of one container out of the lines of its files.
///
/// A line is held until it is known that nothing belongs to it any more: the next line of its
/// stream begins something else, or nothing has come for [#SETTLE_NANOS]. What both streams
/// write is given on in the order of its beginning.
///
/// **Limits:** an event has at most [#MOST_BYTES] and [#MOST_LINES]; what is longer is given on
/// as several. No more than [#MOST_HELD] events wait for one that is not yet complete.
///
/// **Threads:** one owner.
public final class LineAssembler {

    public static final int MOST_BYTES = 256 << 10;
    public static final int MOST_LINES = 1_000;
    public static final long SETTLE_NANOS = 1_000_000_000L;
    static final int MOST_HELD = 256;

    /// How much longer a line is waited for that was announced.
    private static final int ANNOUNCED = 10;

    private static final int FIRST_BYTES = 512;
    private static final int KEPT_BYTES = 16 << 10;

    private final Sink sink;
    private final Deque<Event> waiting = new ArrayDeque<>();
    private final @Nullable Event[] open = new @Nullable Event[2];
    private @Nullable Event spare;

    /// Takes what is complete.
    public interface Sink {

        /// @param length how much of `text` is meant; the array is used again afterwards
        /// @param resume where reading must go on so that nothing is lost when this line is the
        ///     last that was kept
        void take(long timeNanos, boolean error, byte[] text, int length, Place resume);
    }

    /// A place in a file.
    ///
    /// @param file a number that grows from each file of a container to the next
    public record Place(int file, long offset) {}

    private static final class Event {
        Place start = new Place(0, 0);
        long timeNanos;
        long lastNanos;
        long touched;
        boolean error;
        boolean partial;
        boolean complete;
        int lines;
        int length;
        Trace trace = Trace.PLAIN;
        byte[] text = new byte[FIRST_BYTES];

        long patienceNanos() {
            return partial ? ANNOUNCED * SETTLE_NANOS : SETTLE_NANOS;
        }

        void append(byte[] bytes, int from, int to) {
            int size = to - from;
            if (length + size > text.length) {
                text = Arrays.copyOf(text, Math.max(length + size, 2 * text.length));
            }
            System.arraycopy(bytes, from, text, length, size);
            length += size;
        }
    }

    public LineAssembler(Sink sink) {
        this.sink = sink;
    }

    /// Takes the next line of the files.
    ///
    /// @param start where it begins
    /// @param to where its text ends in `bytes`
    /// @param nowNanos on a clock that never goes back
    public void add(CriLine line, byte[] bytes, int to, Place start, long nowNanos) {
        int stream = line.error() ? 1 : 0;
        Event event = open[stream];
        if (event != null && !joins(event, line, bytes, to)) {
            event.complete = true;
            open[stream] = null;
            event = null;
            drain(start);
        }
        if (event == null) {
            event = begin(line, bytes, to, start);
            open[stream] = event;
        }
        event.append(bytes, line.textFrom(), to);
        event.partial = line.partial();
        event.lastNanos = line.timeNanos();
        event.touched = nowNanos;
        if (waiting.size() > MOST_HELD) {
            completeAll(start);
        }
    }

    private Event begin(CriLine line, byte[] bytes, int to, Place start) {
        Event event = spare == null ? new Event() : spare;
        spare = null;
        event.start = start;
        event.timeNanos = line.timeNanos();
        event.error = line.error();
        event.complete = false;
        event.lines = 1;
        event.length = 0;
        event.trace = Trace.begin(bytes, line.textFrom(), to);
        waiting.add(event);
        return event;
    }

    /// Whether a line belongs to the event; if it begins a line of it, the line end is added.
    private static boolean joins(Event event, CriLine line, byte[] bytes, int to) {
        int size = to - line.textFrom();
        if (event.length + size + 1 > MOST_BYTES || event.lines >= MOST_LINES) {
            return false;
        }
        if (event.partial) {
            return true;
        }
        if (line.timeNanos() - event.lastNanos > SETTLE_NANOS) {
            return false;
        }
        Trace next = event.trace.next(bytes, line.textFrom(), to);
        if (next == null) {
            return false;
        }
        event.trace = next;
        event.lines++;
        event.append(new byte[] {'\n'}, 0, 1);
        return true;
    }

    /// Gives on what nothing was added to for [#SETTLE_NANOS].
    ///
    /// @param readTo how far the files were read
    /// @return whether something still waits
    public boolean settle(long nowNanos, Place readTo) {
        for (int stream = 0; stream < open.length; stream++) {
            Event event = open[stream];
            if (event != null && nowNanos - event.touched >= event.patienceNanos()) {
                event.complete = true;
                open[stream] = null;
            }
        }
        drain(readTo);
        return !waiting.isEmpty();
    }

    /// Whether something waits.
    public boolean isHolding() {
        return !waiting.isEmpty();
    }

    /// Gives on everything: no more will come, or no more is waited for.
    ///
    /// @param readTo how far the files were read
    public void completeAll(Place readTo) {
        for (Event event : waiting) {
            event.complete = true;
        }
        Arrays.fill(open, null);
        drain(readTo);
    }

    private void drain(Place readTo) {
        for (Event first = waiting.peek();
                first != null && first.complete;
                first = waiting.peek()) {
            waiting.remove();
            Event next = waiting.peek();
            sink.take(
                    first.timeNanos,
                    first.error,
                    first.text,
                    first.length,
                    next == null ? readTo : next.start);
            if (first.text.length <= KEPT_BYTES) {
                spare = first;
            }
        }
    }
}
