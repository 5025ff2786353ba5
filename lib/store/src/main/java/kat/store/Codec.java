package kat.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kat.base.Check;
import kat.store.log.Frame;

/// Transactions, compactions and entries as bytes.
///
/// ```
/// record      = transaction | compaction | entry | state
/// transaction = 1, long revision, cause, int changes, change...
/// change      = 1, string key, value  |  2, string key
/// compaction  = 2, long revision
/// entry       = 3, string key, long created, long modified, long version, cause, value
/// state       = 4, long revision                           (first in a snapshot)
/// cause       = string actor, long revision
/// value       = int stamp start, int stamp length or -1, int length, sealed bytes
/// string      = int length, UTF-8
/// ```
final class Codec {

    private static final int TRANSACTION = 1;
    private static final int COMPACTION = 2;
    private static final int ENTRY = 3;
    private static final int STATE = 4;
    private static final int PUT = 1;
    private static final int DELETE = 2;

    private Codec() {}

    /// Takes what was read, in order.
    interface Sink {
        void transaction(long revision, Transaction transaction);

        void compaction(long revision);

        void entry(Entry entry);

        void state(long revision);
    }

    /// Writes the events of one or more transactions.
    static void putEvents(Frame frame, List<Event> events, Seal seal) {
        for (int from = 0; from < events.size(); ) {
            int to = endOfTransaction(events, from);
            Event first = events.get(from);
            frame.putByte(TRANSACTION).putLong(first.revision());
            putCause(frame, first.entry().cause());
            frame.putInt(to - from);
            for (Event event : events.subList(from, to)) {
                putChange(frame, event, seal);
            }
            from = to;
        }
    }

    private static int endOfTransaction(List<Event> events, int from) {
        int to = from + 1;
        while (to < events.size() && events.get(to).revision() == events.get(from).revision()) {
            to++;
        }
        return to;
    }

    private static void putChange(Frame frame, Event event, Seal seal) {
        boolean isPut = event.type() == Event.Type.PUT;
        frame.putByte(isPut ? PUT : DELETE);
        putString(frame, event.key());
        if (isPut) {
            putValue(frame, event.key(), event.entry().value(), seal);
        }
    }

    static void putCompaction(Frame frame, long revision) {
        frame.putByte(COMPACTION).putLong(revision);
    }

    static void putState(Frame frame, long revision) {
        frame.putByte(STATE).putLong(revision);
    }

    static void putEntry(Frame frame, Entry entry, Seal seal) {
        frame.putByte(ENTRY);
        putString(frame, entry.key());
        frame.putLong(entry.createRevision());
        frame.putLong(entry.modRevision());
        frame.putLong(entry.version());
        putCause(frame, entry.cause());
        putValue(frame, entry.key(), entry.value(), seal);
    }

    private static void putCause(Frame frame, Cause cause) {
        putString(frame, cause.actor());
        frame.putLong(cause.revision());
    }

    private static void putValue(Frame frame, String key, Value value, Seal seal) {
        frame.putInt(value.stampStart())
                .putInt(value.stampLength())
                .putBytes(seal.seal(key, value.bytes()));
    }

    private static void putString(Frame frame, String string) {
        frame.putBytes(string.getBytes(UTF_8));
    }

    /// Gives every record of `payload` to `sink`. Its checksum held, so anything that cannot be
    /// read is a defect of this program.
    static void read(ByteBuffer payload, Opener opener, Sink sink) {
        while (payload.hasRemaining()) {
            switch (payload.get()) {
                case TRANSACTION ->
                        sink.transaction(payload.getLong(), transaction(payload, opener));
                case COMPACTION -> sink.compaction(payload.getLong());
                case ENTRY -> sink.entry(entry(payload, opener));
                case STATE -> sink.state(payload.getLong());
                default -> Check.state(false, "the log holds a record of an unknown kind");
            }
        }
    }

    private static Transaction transaction(ByteBuffer from, Opener opener) {
        Cause cause = cause(from);
        int count = from.getInt();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean isPut = from.get() == PUT;
            String key = string(from);
            changes.add(
                    isPut ? new Change.Put(key, value(key, from, opener)) : new Change.Delete(key));
        }
        return new Transaction(List.of(), changes, cause);
    }

    private static Entry entry(ByteBuffer from, Opener opener) {
        String key = string(from);
        Entry.Origin origin = new Entry.Origin(from.getLong(), from.getLong(), from.getLong());
        Cause cause = cause(from);
        return Entry.restored(key, value(key, from, opener), origin, cause);
    }

    private static Cause cause(ByteBuffer from) {
        return new Cause(string(from), from.getLong());
    }

    private static Value value(String key, ByteBuffer from, Opener opener) {
        int stampStart = from.getInt();
        int stampLength = from.getInt();
        return opener.open(key, stampStart, stampLength, bytes(from));
    }

    private static String string(ByteBuffer from) {
        return new String(bytes(from), UTF_8);
    }

    private static byte[] bytes(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return bytes;
    }
}
