package kat.ingress.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kat.ingress.route.Route;
import org.jspecify.annotations.Nullable;

/// The page that a Service shows in place of one answer. Where it shows none in time, or one of
/// more than 1 MiB, the client gets the bare status.
///
/// **Threads:** the event loop of the client.
///
/// **Source:** ingress-nginx, "Custom HTTP Errors".
final class ErrorPage {

    private static final int MOST_BYTES = 1 << 20;

    private final FullHttpResponse otherwise;
    private final boolean isHead;
    private final Consumer<FullHttpResponse> shown;
    private final SideRequest asking;

    /// @param head of the question to the Service
    /// @param otherwise what the client gets where there is no page
    /// @param shown is called with the one or the other, unless [#abort] is
    ErrorPage(
            Worker worker,
            RouteState state,
            HttpRequest head,
            FullHttpResponse otherwise,
            Consumer<FullHttpResponse> shown) {
        this.otherwise = otherwise;
        this.isHead = head.method().equals(HttpMethod.HEAD);
        this.shown = shown;
        Route.Pages pages = state.pages();
        AtomicInteger turns = state.turns(RouteState.Side.PAGES);
        this.asking =
                new SideRequest(
                        worker,
                        state.route().settings().limits(),
                        new SideRequest.Question(pages.upstream(), turns, head, MOST_BYTES),
                        this::answered);
    }

    void start() {
        asking.start();
    }

    private void answered(int status, @Nullable HttpHeaders headers, ByteBuf body) {
        shown.accept(headers == null ? otherwise : page(status, headers, body));
    }

    private FullHttpResponse page(int status, HttpHeaders given, ByteBuf body) {
        FullHttpResponse page =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
        HttpHeaders headers = page.headers().set(given);
        Heads.removeConnection(headers);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.TRAILER);
        if (!Heads.mayHaveContent(page)) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (!isHead) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        List<String> challenges = otherwise.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE);
        if (!challenges.isEmpty() && !headers.contains(HttpHeaderNames.WWW_AUTHENTICATE)) {
            headers.set(HttpHeaderNames.WWW_AUTHENTICATE, challenges);
        }
        return page;
    }

    /// Gives up when there was no page for too long.
    void checkTime(long now) {
        asking.checkTime(now);
    }

    /// Nobody waits for the page any more.
    void abort() {
        asking.abort();
    }
}
