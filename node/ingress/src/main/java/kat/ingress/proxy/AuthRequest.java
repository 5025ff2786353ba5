package kat.ingress.proxy;

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
import kat.ingress.route.Endpoint;
import kat.ingress.route.Settings;
import kat.ingress.route.Upstream;
import org.jspecify.annotations.Nullable;

/// One question to an authenticator. Its answer counts once all of it came; what has no whole
/// answer in time has none.
///
/// **Threads:** the event loop of the client.
final class AuthRequest implements Pools.Waiting, ServerLink.Asking {

    /// More of an answer's body is not waited for: nobody reads it.
    private static final int MOST_BODY_BYTES = 64 << 10;

    /// Connections that had waited and turn out to be closed do not count as tries, but for
    /// more than these.
    private static final int MOST_STALE = 16;

    private final Worker worker;
    private final RouteState state;
    private final Upstream upstream;
    private final HttpRequest head;
    private final Answered answered;
    private final long started;
    private @Nullable ServerLink link;
    private @Nullable HttpResponse answer;
    private @Nullable Endpoint endpoint;
    private Set<Endpoint> tried = Set.of();
    private int stale;
    private long received;
    private boolean skipEnd;
    private boolean done;

    /// Is told once what came of the question.
    @FunctionalInterface
    interface Answered {

        /// @param headers null when there was no answer
        void done(int status, @Nullable HttpHeaders headers);
    }

    /// @param head of the question, which has no body
    AuthRequest(
            Worker worker,
            RouteState state,
            Upstream upstream,
            HttpRequest head,
            Answered answered) {
        this.worker = worker;
        this.state = state;
        this.upstream = upstream;
        this.head = head;
        this.answered = answered;
        this.started = worker.nanos();
    }

    void start() {
        Settings.Limits limits = state.route().settings().limits();
        boolean isTried = limits.tries() > 0 && tried.size() >= limits.tries();
        Endpoint next = isTried ? null : state.nextAuthenticator(upstream, tried);
        if (next == null) {
            finish(null);
            return;
        }
        endpoint = next;
        int connectMillis = (int) TimeUnit.SECONDS.toMillis(limits.connectSeconds());
        worker.pools().acquire(Target.of(next, upstream), connectMillis, this);
    }

    @Override
    public void connected(ServerLink opened) {
        if (done) {
            opened.release(true, worker.nanos());
            return;
        }
        link = opened;
        opened.begin(this);
        opened.send(head);
        opened.send(LastHttpContent.EMPTY_LAST_CONTENT);
        opened.flush();
    }

    @Override
    public void notConnected(boolean full) {
        if (done) {
            return;
        }
        if (full) {
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
        content.release();
        if (skipEnd) {
            skipEnd = false;
            return;
        }
        ServerLink used = link;
        HttpResponse whole = answer;
        if (last && used != null && whole != null) {
            link = null;
            used.release(HttpUtil.isKeepAlive(whole), worker.nanos());
            finish(whole);
        } else if (received > MOST_BODY_BYTES) {
            finish(whole);
        }
    }

    @Override
    public void serverFailed(ServerLink failed, boolean closed) {
        if (failed != link) {
            return;
        }
        dropLink();
        boolean mayRepeat = failed.isRefused() || Exchange.isRepeatable(head.method());
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
        int seconds = state.route().settings().limits().readSeconds();
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
            answered.done(0, null);
        } else {
            answered.done(whole.status().code(), whole.headers());
        }
    }
}
