package kat.ingress.proxy;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kat.api.regex.TooManyStepsException;
import kat.base.Check;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Settings;
import org.jspecify.annotations.Nullable;

/// One request and its answer.
///
/// ```
/// head → route → gate → server chosen → connection → head and body pass → answer passes
///                  └ refused              └ none: the next server
/// ```
///
/// A page may take the place of an error, of a server or of Ingress itself; nothing more of the
/// request matters then.
///
/// Another server is asked when none took the request: a connection was refused, or one that had
/// waited was closed before it answered, or the server says that it did not begin. What may have
/// had an effect is asked again only where that is harmless (RFC 9110 §9.2.2), and never once an
/// answer began.
///
/// **Threads:** the event loop of the client.
final class Exchange implements Pools.Waiting, ServerLink.Asking {

    /// Connections that had waited and turn out to be closed do not count as tries; this many do.
    private static final int MOST_STALE = 16;

    private final ClientHandler client;
    private final HttpRequest request;
    private final long started;
    private final RequestBody body = new RequestBody();
    private final boolean http10;
    private final boolean upgrade;
    private @Nullable Selection selection;
    private @Nullable HttpRequest head; // what servers get
    private @Nullable ServerLink link;
    private @Nullable Endpoint endpoint;
    private Set<Endpoint> tried = Set.of();
    private int stale;
    private long lastActive;
    private long received;
    private long sent;
    private int status;
    private boolean requestDone;
    private HttpResponseStatus unreachable = HttpResponseStatus.BAD_GATEWAY;
    private boolean forwarding;
    private boolean paging; // a page is asked for
    private boolean answerBegun;
    private boolean answerDone;
    private boolean serverKeeps;
    private boolean skipEnd;
    private boolean unflushed;

    Exchange(ClientHandler client, HttpRequest request) {
        this.client = client;
        this.request = request;
        this.started = client.worker().nanos();
        this.lastActive = started;
        this.http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        this.upgrade = !client.isHttp2() && Heads.isUpgrade(request);
    }

    boolean isRequestDone() {
        return requestDone;
    }

    boolean isAnswerDone() {
        return answerDone;
    }

    void requestEnded() {
        requestDone = true;
    }

    boolean mayRead() {
        return answerDone || !body.isFull();
    }

    long readNanos() {
        Selection chosen = selection;
        return chosen == null
                ? 0
                : TimeUnit.SECONDS.toNanos(chosen.route().settings().limits().readSeconds());
    }

    void start() {
        Selection chosen = Selection.of(client, request, this::refuse);
        if (chosen == null) {
            return;
        }
        selection = chosen;
        long declared = HttpUtil.getContentLength(request, 0L);
        long most = chosen.route().settings().limits().bodyBytes();
        if (most > 0 && declared > most) {
            refuse(Answers.tooLarge());
            return;
        }
        chosen.admit(this::forward, this::refuse);
    }

    private Selection selection() {
        return Check.notNull(selection, "a route was found");
    }

    /// Whether servers are of no interest any more.
    private boolean isDecided() {
        return answerDone || paging;
    }

    private void forward() {
        if (isDecided()) {
            return;
        }
        Selection chosen = selection();
        if (HttpUtil.is100ContinueExpected(request) && !client.isHttp2()) {
            client.sendContinue();
        }
        try {
            head = chosen.head(request);
        } catch (TooManyStepsException e) {
            refuse(Answers.of(HttpResponseStatus.INTERNAL_SERVER_ERROR, ""));
            return;
        }
        forwarding = true;
        chooseServer();
    }

    private void chooseServer() {
        Selection chosen = selection();
        Endpoint next = chosen.next(tried);
        if (next == null) {
            boolean none = chosen.upstream().endpoints().isEmpty();
            refuse(Answers.of(none ? HttpResponseStatus.SERVICE_UNAVAILABLE : unreachable, ""));
            return;
        }
        endpoint = next;
        touch();
        int seconds = chosen.route().settings().limits().connectSeconds();
        client.worker()
                .pools()
                .acquire(
                        Target.of(next, chosen.upstream()),
                        (int) TimeUnit.SECONDS.toMillis(seconds),
                        this);
    }

    @Override
    public void connected(ServerLink opened) {
        if (isDecided()) {
            opened.release(true, client.worker().nanos());
            return;
        }
        link = opened;
        opened.begin(this);
        opened.send(Check.notNull(head, "the head was made"));
        boolean unused = body.passTo(opened);
        touch();
        if (!requestDone && !body.isFull()) {
            client.setReading(true);
        }
        if (client.isReading()) {
            unflushed = true;
        } else {
            opened.flush();
        }
    }

    @Override
    public void notConnected(Pools.Failure why) {
        if (isDecided()) {
            return;
        }
        if (why == Pools.Failure.FULL) {
            refuse(Answers.of(why.status(), "too many connections"));
            return;
        }
        unreachable = why.status();
        tryAnother();
    }

    private void tryAnother() {
        Endpoint failed = endpoint;
        if (failed != null) {
            Set<Endpoint> more = new HashSet<>(tried);
            more.add(failed);
            tried = more;
        }
        int most = selection().route().settings().limits().tries();
        if (most > 0 && tried.size() >= most) {
            refuse(Answers.of(unreachable, ""));
        } else {
            chooseServer();
        }
    }

    /// A piece of the request's body.
    void content(HttpContent piece) {
        HttpContent content = client.isHttp2() ? RequestBody.withoutHead(piece) : piece;
        received += content.content().readableBytes();
        requestDone |= content instanceof LastHttpContent;
        if (paging) {
            content.release();
            return;
        }
        Selection chosen = selection;
        long most = chosen == null ? 0 : chosen.route().settings().limits().bodyBytes();
        if (most > 0 && received > most) {
            content.release();
            client.closeAfterAnswer();
            refuse(Answers.tooLarge());
            return;
        }
        body.add(content);
        ServerLink to = link;
        if (to != null) {
            touch();
            unflushed |= body.passTo(to);
        }
        if (body.isFull()) {
            client.setReading(false);
        }
    }

    void flushServer() {
        ServerLink to = link;
        if (unflushed && to != null) {
            unflushed = false;
            to.flush();
        }
    }

    @Override
    public void serverWritable() {
        ServerLink to = link;
        if (to != null && body.passTo(to)) {
            to.flush();
            touch();
        }
        if (!body.isFull() && !requestDone) {
            client.setReading(true);
        }
    }

    void clientWritable() {
        ServerLink from = link;
        if (from != null) {
            touch();
            from.setReading(true);
        }
    }

    @Override
    public void answerPaused() {
        client.flush();
    }

    @Override
    public void answered(HttpResponse response) {
        touch();
        int code = response.status().code();
        if (code == HttpResponseStatus.SWITCHING_PROTOCOLS.code() && upgrade) {
            upgraded(response);
            return;
        }
        if (code < HttpResponseStatus.OK.code()) {
            skipEnd = !(response instanceof FullHttpResponse);
            ReferenceCountUtil.release(response);
            return;
        }
        if (selection().hasPage(code)) {
            FullHttpResponse bare = Answers.bare(response);
            ReferenceCountUtil.release(response);
            refuse(bare);
            return;
        }
        body.forget();
        status = code;
        answerBegun = true;
        serverKeeps = HttpUtil.isKeepAlive(response);
        selection().decorate(response, endpoint);
        Heads.toClient(response, client.isHttp2(), http10, selection().route().headers());
        if (response instanceof FullHttpResponse full && client.isHttp2()) {
            // A gRPC server that has nothing but a status says it in its head.
            sent += full.content().readableBytes();
            client.write(full, false);
            finish();
            return;
        }
        client.write(response, http10);
        if (response instanceof FullHttpResponse full) {
            answeredContent(new DefaultLastHttpContent(full.content()));
        }
    }

    private void upgraded(HttpResponse response) {
        ServerLink server = link;
        if (server == null) {
            return;
        }
        link = null;
        answerBegun = true;
        status = HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        body.release();
        String protocol = response.headers().get(HttpHeaderNames.UPGRADE);
        Heads.removeConnection(response.headers());
        response.headers().set(HttpHeaderNames.CONNECTION, "upgrade");
        if (protocol != null) {
            response.headers().set(HttpHeaderNames.UPGRADE, protocol);
        }
        count();
        Selection chosen = selection();
        ChannelFuture unused = server.channel().closeFuture().addListener(_ -> chosen.leave());
        client.upgrade(server, response);
    }

    @Override
    public void answeredContent(HttpContent content) {
        if (skipEnd) {
            skipEnd = false;
            content.release();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        sent += content.content().readableBytes();
        client.write(content);
        if (last) {
            finish();
            return;
        }
        touch();
        ServerLink from = link;
        if (from != null && !client.isWritable()) {
            client.flush();
            if (!client.isWritable()) {
                from.setReading(false);
            }
        }
    }

    private void finish() {
        answerDone = true;
        ServerLink used = link;
        link = null;
        if (used != null) {
            boolean whole = requestDone && body.isEnded();
            used.release(serverKeeps && whole, client.worker().nanos());
        }
        body.release();
        count();
        client.answered(this);
    }

    private void count() {
        Selection chosen = selection;
        if (chosen != null) {
            chosen.state()
                    .counters()
                    .done(
                            Methods.label(request.method()),
                            status,
                            client.worker().nanos() - started,
                            sent);
            if (status != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
                chosen.leave();
            }
        }
    }

    /// Answers without a server, or gives up when an answer began already.
    void refuse(FullHttpResponse answer) {
        if (answerDone) {
            answer.release();
            return;
        }
        dropLink();
        body.release();
        if (answerBegun) {
            answer.release();
            answerDone = true;
            client.close();
            count();
            return;
        }
        if (!forwarding && HttpUtil.is100ContinueExpected(request)) {
            // Whether the body still comes, nobody knows.
            client.closeAfterAnswer();
        }
        Selection chosen = selection;
        if (chosen != null && !paging && chosen.hasPage(answer.status().code())) {
            paging = true;
            chosen.showPage(answer, this::refuse);
            return;
        }
        status = answer.status().code();
        answerBegun = true;
        answerDone = true;
        if (chosen != null) {
            chosen.decorateOwn(answer);
        }
        client.write(answer, http10);
        count();
        client.answered(this);
    }

    private void dropLink() {
        ServerLink open = link;
        link = null;
        if (open != null) {
            open.abort();
        }
    }

    @Override
    public void serverFailed(ServerLink failed, boolean closed) {
        if (failed != link) {
            return;
        }
        dropLink();
        if (answerBegun || !closed || !mayRepeat(failed)) {
            refuse(Answers.of(HttpResponseStatus.BAD_GATEWAY, ""));
            return;
        }
        body.rewind();
        if (failed.isReused() && stale < MOST_STALE) {
            stale++;
            chooseServer();
        } else {
            unreachable = HttpResponseStatus.BAD_GATEWAY;
            tryAnother();
        }
    }

    private boolean mayRepeat(ServerLink failed) {
        boolean harmless = failed.isRefused() || Methods.isRepeatable(request.method());
        return harmless && body.isRepeatable() && !upgrade;
    }

    /// The client sent something that is no HTTP inside the body.
    void brokenRequest() {
        client.closeAfterAnswer();
        refuse(Answers.of(HttpResponseStatus.BAD_REQUEST, ""));
    }

    void clientGone() {
        if (answerDone) {
            return;
        }
        answerDone = true;
        status = 499; // as nginx counts a client that did not wait
        dropLink();
        body.release();
        count();
    }

    private void touch() {
        lastActive = client.worker().nanos();
    }

    /// Gives up when nothing moved for too long.
    void checkTime(long now) {
        Selection chosen = selection;
        if (chosen == null) {
            return;
        }
        if (!forwarding || paging) {
            chosen.checkTime(now);
            return;
        }
        Settings.Limits limits = chosen.route().settings().limits();
        boolean sending = !requestDone || !body.isEnded();
        int seconds = sending ? limits.sendSeconds() : limits.readSeconds();
        if (now - lastActive <= TimeUnit.SECONDS.toNanos(seconds)) {
            return;
        }
        client.closeAfterAnswer();
        HttpResponseStatus why =
                requestDone || link == null || body.isHeldUp()
                        ? HttpResponseStatus.GATEWAY_TIMEOUT
                        : HttpResponseStatus.REQUEST_TIMEOUT;
        refuse(Answers.of(why, ""));
    }
}
