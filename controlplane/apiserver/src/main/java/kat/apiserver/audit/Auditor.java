package kat.apiserver.audit;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import kat.api.Status;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.User;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Begins a record for each request that the policy wants to know of.
///
/// **Threads:** any; [#close] by the owner.
public final class Auditor implements AutoCloseable {

    private final AuditPolicy policy;
    private final AuditSink sink;
    private final boolean strict;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Counts counts;

    /// @param randomness gives requests their ids
    public record Around(Ticker ticker, Randomness randomness, Counts counts) {}

    /// What was told, and what could not be.
    public static final class Counts {
        private final LongAdder events = new LongAdder();
        private final LongAdder errors = new LongAdder();
        private final LongAdder rejected = new LongAdder();
        private final Map<Level, LongAdder> levels = new EnumMap<>(Level.class);

        public Counts() {
            for (Level level : Level.values()) {
                levels.put(level, new LongAdder());
            }
        }

        void seen(Level level) {
            Check.notNull(levels.get(level), "every level has a counter").increment();
        }

        void lost() {
            errors.increment();
        }

        /// With the names that Kubernetes gives them.
        String metrics() {
            StringBuilder text = new StringBuilder();
            counter(text, "apiserver_audit_event_total", "", events);
            counter(text, "apiserver_audit_error_total", "{plugin=\"log\"}", errors);
            counter(text, "apiserver_audit_requests_rejected_total", "", rejected);
            text.append("# TYPE apiserver_audit_level_total counter\n");
            levels.forEach(
                    (level, seen) ->
                            text.append("apiserver_audit_level_total{level=\"")
                                    .append(level.wire())
                                    .append("\"} ")
                                    .append(seen.sum())
                                    .append('\n'));
            return text.toString();
        }

        private static void counter(
                StringBuilder text, String name, String labels, LongAdder value) {
            text.append("# TYPE ").append(name).append(" counter\n");
            text.append(name).append(labels).append(' ').append(value.sum()).append('\n');
        }
    }

    /// @param sink closed with this
    /// @param strict whether a request is refused whose first event is lost
    public Auditor(AuditPolicy policy, AuditSink sink, boolean strict, Around around) {
        this.policy = policy;
        this.sink = sink;
        this.strict = strict;
        this.ticker = around.ticker();
        this.randomness = around.randomness();
        this.counts = around.counts();
    }

    /// A new id for a request whose client chose none.
    public String newId() {
        return randomness.nextUuid().toString();
    }

    public Instant now() {
        return ticker.now();
    }

    /// Begins to tell a request, whose user is known.
    ///
    /// @return null when nothing of it is to be told
    /// @throws kat.api.StatusException when the first event is lost and must not be
    public @Nullable AuditRecord begin(AuditHead head, User user, Action action) {
        AuditRecord record = record(head, user, action);
        if (record != null && !record.receivedStage() && strict) {
            counts.rejected.increment();
            throw Status.internalError("failed to store audit event").asException();
        }
        return record;
    }

    /// For a request that is refused before its user is known.
    ///
    /// @return null when nothing of it is to be told
    public @Nullable AuditRecord beginUnknown(AuditHead head, Action action) {
        return record(head, null, action);
    }

    private @Nullable AuditRecord record(AuditHead head, @Nullable User user, Action action) {
        AuditPolicy.Telling telling = policy.of(user, action);
        counts.seen(telling.level());
        return telling.level() == Level.NONE
                ? null
                : new AuditRecord(this, telling, head, user, action);
    }

    boolean write(byte[] line) {
        counts.events.increment();
        boolean taken = sink.write(line);
        if (!taken) {
            counts.lost();
        }
        return taken;
    }

    /// In the format of Prometheus.
    public String metrics() {
        return counts.metrics();
    }

    @Override
    public void close() {
        sink.close();
    }
}
