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
import kat.base.metrics.Exposition;
import kat.base.metrics.Metric;
import kat.base.metrics.Source;
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
    public static final class Counts implements Source {
        private static final Metric EVENTS =
                Metric.counter("apiserver_audit_event_total", "Audit events that were written.");
        private static final Metric ERRORS =
                Metric.counter(
                        "apiserver_audit_error_total", "Audit events that were lost.", "plugin");
        private static final Metric REJECTED =
                Metric.counter(
                        "apiserver_audit_requests_rejected_total",
                        "Requests refused because their audit event was lost.");
        private static final Metric LEVELS =
                Metric.counter(
                        "apiserver_audit_level_total",
                        "Requests by the level at which the audit policy has them told.",
                        "level");

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

        @Override
        public void tell(Exposition to) {
            to.value(EVENTS, events.sum());
            to.value(ERRORS, errors.sum(), "log");
            to.value(REJECTED, rejected.sum());
            levels.forEach((level, seen) -> to.value(LEVELS, seen.sum(), level.wire()));
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

    /// What was told and what could not be, for `/metrics`.
    public Source counts() {
        return counts;
    }

    @Override
    public void close() {
        sink.close();
    }
}
