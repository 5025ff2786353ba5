package kat.store;

import org.jspecify.annotations.Nullable;

/// Events in order of revision: appended at the end, dropped from the beginning, read by cursors.
///
/// Kept in linked chunks, so that a cursor is a place and not a queue. A dropped event's slot is
/// nulled, which is how a cursor learns that it fell behind; a chunk's link to the next is taken
/// once that one's first event is dropped, so a forgotten cursor holds one empty chunk and no more.
///
/// **Threads:** one writer; any readers, each cursor one at a time. A chunk's size is written after
/// the event and read before it.
final class EventLog {

    static final int CHUNK = 64; // events

    private volatile Chunk head = new Chunk(); // of the oldest event, or where the next will go
    private Chunk tail = head; // writer only
    private int tailSize; // writer only
    private int dropped; // writer only: events dropped from head
    private @Nullable Chunk retired; // writer only: the chunk before head

    private static final class Chunk {
        final @Nullable Event[] events = new @Nullable Event[CHUNK];
        volatile int size;
        volatile @Nullable Chunk next;
        volatile boolean isCutOff; // its next was taken: who stands here fell behind
    }

    /// For the writer.
    void append(Event event) {
        if (tailSize == CHUNK) {
            Chunk added = new Chunk();
            tail.next = added;
            tail = added;
            tailSize = 0;
        }
        tail.events[tailSize++] = event;
        tail.size = tailSize;
    }

    /// The oldest event; null when the log is empty. For the writer.
    @Nullable Event first() {
        if (dropped == CHUNK) {
            Chunk next = head.next;
            if (next == null) {
                return null;
            }
            retired = head;
            head = next;
            dropped = 0;
        }
        return dropped < head.size ? head.events[dropped] : null;
    }

    /// Forgets the oldest event, which there must be. For the writer.
    void dropFirst() {
        head.events[dropped++] = null;
        Chunk before = retired;
        if (before != null) {
            before.isCutOff = true;
            before.next = null;
            retired = null;
        }
    }

    /// A cursor before the first event after `revision`. The caller checks afterwards that this
    /// revision was not compacted meanwhile.
    Cursor cursorAfter(long revision) {
        Chunk chunk = head;
        Chunk next = chunk.next;
        while (next != null && isPast(chunk, revision)) {
            chunk = next;
            next = chunk.next;
        }
        int size = chunk.size;
        int index = 0;
        while (index < size && !isAfter(chunk.events[index], revision)) {
            index++;
        }
        return new Cursor(chunk, index);
    }

    private static boolean isPast(Chunk full, long revision) {
        return !isAfter(full.events[CHUNK - 1], revision);
    }

    private static boolean isAfter(@Nullable Event event, long revision) {
        return event != null && event.revision() > revision;
    }

    /// A place in the log.
    static final class Cursor {
        private Chunk chunk;
        private int index;
        private boolean isBehind;

        private Cursor(Chunk chunk, int index) {
            this.chunk = chunk;
            this.index = index;
        }

        /// The event at this place; null at the end of the log, or when it was dropped, which
        /// [#isBehind] tells apart.
        @Nullable Event peek() {
            if (index == CHUNK && !moveOn()) {
                return null;
            }
            if (index >= chunk.size) {
                return null;
            }
            Event event = chunk.events[index];
            isBehind = event == null;
            return event;
        }

        /// Moves past the event that was peeked at.
        void advance() {
            index++;
        }

        boolean isBehind() {
            return isBehind;
        }

        private boolean moveOn() {
            Chunk next = chunk.next;
            if (next == null) {
                isBehind = chunk.isCutOff;
                return false;
            }
            chunk = next;
            index = 0;
            return true;
        }
    }
}
