package kat.apiserver.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kat.api.Status;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.fairness.Flow;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Outflow;
import kat.apiserver.http.RawConnection;
import kat.apiserver.http.Request;
import kat.apiserver.registry.WriteCall;
import kat.base.Ticker;
import kat.base.trace.Span;
import org.jspecify.annotations.Nullable;

/// An exchange that is answered once, whoever comes first, and tells the tracker what it came
/// to.
///
/// **Threads:** any.
final class Tracked implements Exchange {

    /// Is told without a status: what could say it is in no form that was asked for.
    private static final int NOT_ACCEPTABLE = 406;

    private static final String SCHEMA_HEADER = "x-kubernetes-pf-flowschema-uid";
    private static final String LEVEL_HEADER = "x-kubernetes-pf-prioritylevel-uid";

    private final Exchange exchange;
    private final RequestTracker tracker;
    private final long startNanos;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile @Nullable RequestInfo info;
    private volatile @Nullable Flow flow;
    private volatile @Nullable Thread worker;
    private volatile @Nullable WriteCall write;
    private volatile @Nullable AuditRecord audit; // null when nothing is to be told
    private volatile String auditId = "";
    private volatile boolean isLongRunning;
    private volatile String warning = ""; // what is to be said of the credentials
    private volatile Ticker.@Nullable Scheduled deadline;
    private volatile Span span = Span.NONE;

    Tracked(Exchange exchange, RequestTracker tracker, long startNanos) {
        this.exchange = exchange;
        this.tracker = tracker;
        this.startNanos = startNanos;
    }

    long startNanos() {
        return startNanos;
    }

    /// What the request turned out to be; null before.
    @Nullable RequestInfo info() {
        return info;
    }

    void identified(RequestInfo found) {
        info = found;
    }

    /// From now on it is part of a trace.
    void traced(Span begun) {
        span = begun;
    }

    /// The whole request as part of its trace; NONE when nothing is traced.
    Span span() {
        return span;
    }

    void belongsTo(Flow found) {
        flow = found;
    }

    /// Null for what has no turn.
    @Nullable Flow flow() {
        return flow;
    }

    /// From now on the audit log is told.
    ///
    /// @param record null when nothing of this request is told
    void audited(@Nullable AuditRecord record, String id, boolean runsLong) {
        audit = record;
        auditId = id;
        isLongRunning = runsLong;
    }

    /// Null when nothing is told of this request.
    @Nullable AuditRecord audit() {
        return audit;
    }

    /// What the answer tells the client as the request's id; empty for none.
    String id() {
        String own = auditId.isEmpty() ? request().header(Auditing.HEADER) : auditId;
        return own == null ? "" : own;
    }

    void identifiedBy(String id) {
        auditId = id;
    }

    private Answer marked(Answer answer) {
        Flow known = flow;
        Answer marked =
                known == null
                        ? answer
                        : answer.with(
                                List.of(
                                        new Answer.Header(SCHEMA_HEADER, known.schemaUid()),
                                        new Answer.Header(LEVEL_HEADER, known.levelUid())));
        String own = id();
        // An extension server's answer tells it already.
        Answer told = own.isEmpty() || tellsId(marked) ? marked : marked.with(Auditing.HEADER, own);
        return warning.isEmpty() ? told : warned(told);
    }

    /// What is to be said of the credentials comes with every answer, before other warnings.
    private Answer warned(Answer answer) {
        List<Answer.Header> headers = new ArrayList<>(WarningHeaders.of(List.of(warning)));
        if (answer.headers().containsAll(headers)) {
            return answer;
        }
        headers.addAll(answer.headers());
        return new Answer(answer.code(), answer.contentType(), headers, answer.body());
    }

    private static boolean tellsId(Answer answer) {
        return answer.headers().stream().anyMatch(each -> each.name().equals(Auditing.HEADER));
    }

    /// Sends a refusal.
    ///
    /// @param further headers
    void refuse(Status status, List<Answer.Header> further) {
        AuditRecord record = audit;
        if (record != null && status.code() != NOT_ACCEPTABLE) {
            record.answeredStatus(Answers.statusJson(status), status.code());
        }
        send(Answers.status(status, request()).with(further));
    }

    /// Tells the audit log that the answer is complete.
    private void told(int code) {
        AuditRecord record = audit;
        if (record == null) {
            return;
        }
        toldWrite(record);
        if (isLongRunning) {
            record.started(code);
        }
        record.completed(code);
    }

    private void toldWrite(AuditRecord record) {
        WriteCall made = write;
        if (made != null) {
            record.annotate(made.annotations(record.wantsRequest()));
        }
    }

    /// Tells the audit log that the answer has begun.
    private void toldStart(int code) {
        AuditRecord record = audit;
        if (record != null && isLongRunning) {
            toldWrite(record);
            record.started(code);
        }
    }

    /// Tells the write that the request makes.
    void writes(WriteCall made) {
        write = made;
    }

    /// Tells whoever made the request something beside the answer.
    void warn(String text) {
        warning = text;
    }

    /// What is to be said of the credentials; empty for nothing.
    String warning() {
        return warning;
    }

    /// Those of the request's write.
    List<String> warnings() {
        WriteCall made = write;
        return made == null ? List.of() : made.warnings();
    }

    void workedOnBy(@Nullable Thread thread) {
        worker = thread;
    }

    /// Is taken back with the answer.
    void endsBy(Ticker.Scheduled timer) {
        deadline = timer;
    }

    boolean isDryRun() {
        return exchange.request().rawQuery().contains("dryRun=");
    }

    /// Answers in the place of a worker that takes too long, and stops it.
    void timedOut(Answer answer) {
        if (answered.compareAndSet(false, true)) {
            tracker.answered(this, answer.code(), answer.length(), true);
            told(answer.code());
            exchange.send(marked(answer));
            Thread running = worker;
            if (running != null) {
                running.interrupt();
            }
        }
    }

    @Override
    public Request request() {
        return exchange.request();
    }

    @Override
    public void send(Answer answer) {
        send(answer, false);
    }

    /// Answers a request that gets no turn, because the server has too much to do.
    void turnAway(Answer answer) {
        send(answer, true);
    }

    private void send(Answer answer, boolean isEnded) {
        if (answered.compareAndSet(false, true)) {
            Answer sent = Compression.of(marked(answer), exchange.request());
            told(sent.code());
            exchange.send(sent);
            Ticker.Scheduled timer = deadline;
            if (timer != null) {
                timer.cancel();
            }
            tracker.answered(this, sent.code(), sent.length(), isEnded);
        }
    }

    @Override
    public Outflow stream(Answer head) {
        answered.set(true);
        toldStart(head.code());
        Outflow out = exchange.stream(marked(head));
        tracker.streaming(this, out);
        AuditRecord record = audit;
        if (record != null) {
            out.onClosed(() -> record.completed(head.code()));
        }
        return out;
    }

    @Override
    public void later(Runnable task) {
        exchange.later(task);
    }

    @Override
    public boolean canUpgrade() {
        return exchange.canUpgrade();
    }

    @Override
    public RawConnection upgrade(Answer head, RawConnection.Receiver receiver) {
        answered.set(true);
        tracker.answered(this, head.code(), 0);
        toldStart(head.code());
        AuditRecord record = audit;
        return exchange.upgrade(
                head, record == null ? receiver : new ToldReceiver(receiver, record, head.code()));
    }

    /// Tells the audit log of the end of a connection that was taken over.
    private record ToldReceiver(RawConnection.Receiver receiver, AuditRecord record, int code)
            implements RawConnection.Receiver {

        @Override
        public void received(byte[] bytes) {
            receiver.received(bytes);
        }

        @Override
        public void closed() {
            receiver.closed();
            record.completed(code);
        }
    }
}
