package kat.ingress.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Settings;
import kat.ingress.route.Upstream;
import org.jspecify.annotations.Nullable;

/// One question that a client's request leads to: to an authenticator, or for an error's page.
/// Its answer counts once all of it came; what has no whole answer in time has none.
///
/// **Threads:** the event loop of the client.
final class SideRequest implements Pools.Waiting, ServerLink.Asking {

    /// More of a body that nobody reads is not waited for.
    private static final int MOST_UNREAD_BYTES = 64 << 10;

    /// Connections that had waited and turn out to be closed do not count as tries, but for
    /// more than these.
    private static final int MOST_STALE = 16;

    private final Worker worker;
    private final Settings.Limits limits;
    private final Question question;
    private final Answered answered;
    private final long started;
    private final ByteBuf body = Unpooled.buffer(0);
    private @Nullable ServerLink link;
    private @Nullable HttpResponse answer;
    private @Nullable Endpoint endpoint;
    private Set<Endpoint> tried = Set.of();
    private int stale;
    private long received;
    private boolean skipEnd;
    private boolean done;

    /// What is asked.
    ///
    /// @param upstream whose servers are asked
    /// @param turns of those servers
    /// @param head of the question, which has no body
    /// @param mostBytes an answer with a longer body is none; 0 where nobody reads the body
    record Question(Upstream upstream, AtomicInteger turns, HttpRequest head, int mostBytes) {}

    /// Is told once what came of the question.
    @FunctionalInterface
    interface Answered {

        /// @param headers null when there was no answer
        /// @param body empty where nobody reads it
        void done(int status, @Nullable HttpHeaders headers, ByteBuf body);
    }

    /// @param limits how long and how often servers are tried
    SideRequest(Worker worker, Settings.Limits limits, Question question, Answered answered) {
        this.worker = worker;
        this.limits = limits;
        this.question = question;
        this.answered = answered;
        this.started = worker.nanos();
    }

    void start() {
        boolean isTried = limits.tries() > 0 && tried.size() >= limits.tries();
        Endpoint next =
                isTried ? null : RouteState.next(question.turns(), question.upstream(), tried);
        if (next == null) {
            finish(null);
            return;
        }
        endpoint = next;
        int connectMillis = (int) TimeUnit.SECONDS.toMillis(limits.connectSeconds());
        worker.pools().acquire(Target.of(next, question.upstream()), connectMillis, this);
    }

    @Override
    public void connected(ServerLink opened) {
        if (done) {
            opened.release(true, worker.nanos());
            return;
        }
        link = opened;
        opened.begin(this);
        opened.send(question.head());
        opened.send(LastHttpContent.EMPTY_LAST_CONTENT);
        opened.flush();
    }

    @Override
    public void notConnected(Pools.Failure why) {
        if (done) {
            return;
        }
        if (why == Pools.Failure.FULL) {
            finish(null);
        } else {
            tryAnother();
        }
    }

    private void tryAnother() {
        Endpoint failed = endpoint;
        if (failed != null) {
            Set<Endpoint> more = new HashSet<>(tried);
            more.add(failed);
            tried = more;
        }
        start();
    }

    @Override
    public void answered(HttpResponse response) {
        int code = response.status().code();
        if (code == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            finish(null);
        } else if (code < HttpResponseStatus.OK.code()) {
            skipEnd = true;
        } else {
            answer = response;
        }
    }

    @Override
    public void answeredContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        received += content.content().readableBytes();
        if (question.mostBytes() > 0 && received <= question.mostBytes() && !skipEnd) {
            body.writeBytes(content.content());
        }
        content.release();
        if (skipEnd) {
            skipEnd = false;
            return;
        }
        if (question.mostBytes() > 0 && received > question.mostBytes()) {
            finish(null);
            return;
        }
        ServerLink used = link;
        HttpResponse whole = answer;
        if (last && used != null && whole != null) {
            link = null;
            used.release(HttpUtil.isKeepAlive(whole), worker.nanos());
            finish(whole);
        } else if (question.mostBytes() == 0 && received > MOST_UNREAD_BYTES) {
            finish(whole);
        }
    }

    @Override
    public void serverFailed(ServerLink failed, boolean closed) {
        if (failed != link) {
            return;
        }
        dropLink();
        boolean mayRepeat = failed.isRefused() || Methods.isRepeatable(question.head().method());
        if (answer != null || !closed || !mayRepeat) {
            finish(null);
        } else if (failed.isReused() && stale < MOST_STALE) {
            stale++;
            start();
        } else {
            tryAnother();
        }
    }

    @Override
    public void answerPaused() {
        // Nothing of the answer is passed on before its end.
    }

    @Override
    public void serverWritable() {
        // The question was written as a whole.
    }

    /// Gives up when there was no whole answer for too long.
    void checkTime(long now) {
        int seconds = limits.readSeconds();
        if (!done && now - started > TimeUnit.SECONDS.toNanos(seconds)) {
            finish(null);
        }
    }

    /// Nobody waits for the answer any more.
    void abort() {
        done = true;
        dropLink();
    }

    private void dropLink() {
        ServerLink open = link;
        link = null;
        if (open != null) {
            open.abort();
        }
    }

    private void finish(@Nullable HttpResponse whole) {
        if (done) {
            return;
        }
        done = true;
        dropLink();
        if (whole == null) {
            answered.done(0, null, Unpooled.EMPTY_BUFFER);
        } else {
            answered.done(whole.status().code(), whole.headers(), body);
        }
    }
}
