package kat.apiserver.fairness;

/// To whom a request belongs, among all that may have to wait.
///
/// @param schema the flow schema that decided
/// @param level its priority level
/// @param tally counts the requests of the schema
/// @param hash the same for all requests of one flow
public record Flow(FlowSchema schema, PriorityLevel level, Tally tally, long hash) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /// The same flow schema, for another request.
    Flow of(Asked asked) {
        return level.queues() == 0
                ? this
                : new Flow(schema, level, tally, hash(schema.name(), schema.distinguish(asked)));
    }

    private static long hash(String schema, String distinguisher) {
        return mixed(hash(distinguisher, (hash(schema, FNV_START) ^ 1) * FNV_PRIME));
    }

    private static long hash(String text, long start) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /// Lets every bit depend on every other one, since few of them choose a queue.
    private static long mixed(long hash) {
        long value = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        value = (value ^ (value >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return value ^ (value >>> 33);
    }

    public String schemaUid() {
        return schema.uid();
    }

    public String levelUid() {
        return level.uid();
    }

    public boolean isExempt() {
        return level.exempt();
    }

    /// A request that needs no seat was worked on.
    public void passed() {
        tally.dispatched.increment();
    }

    /// A request was worked on.
    ///
    /// @param isWatch whether it is a watch, which goes on by itself now
    public void worked(long nanos, boolean isWatch) {
        tally.worked(isWatch).add(nanos / NANOS_PER_SECOND);
    }

    /// A write is worked on that some watch.
    public void watched(int watches) {
        tally.watches.add(watches);
    }

    /// Why a request was not let in.
    public enum Refusal {
        /// The queues that its flow may choose from are full.
        QUEUE_FULL("queue-full"),
        /// Its level has no queues and no seat is free.
        CONCURRENCY_LIMIT("concurrency-limit"),
        /// It has waited too long.
        TIME_OUT("time-out");

        private final String label;

        Refusal(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /// Seats that a request has.
    @FunctionalInterface
    public interface Seat {

        /// The request is done. Once.
        void leave();
    }

    /// What happens to a request; exactly one of the two, once.
    public interface Guest {

        /// It has its seats now, until it leaves them. Must be quick: starts a thread.
        void enter(Seat seat);

        void refused(Refusal why);
    }
}
