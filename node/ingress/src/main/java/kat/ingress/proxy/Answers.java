package kat.ingress.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import kat.ingress.route.Verdict;

/// Answers that no server gives.
final class Answers {

    private static final HttpResponseStatus TOO_LARGE = HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;

    private Answers() {}

    /// @param why one sentence; empty for none
    static FullHttpResponse of(HttpResponseStatus status, String why) {
        String text = why.isEmpty() ? status + "\n" : status + ": " + why + "\n";
        FullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(text.getBytes(UTF_8)));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
        return answer;
    }

    static FullHttpResponse redirect(Verdict.Redirect redirect) {
        FullHttpResponse answer = of(HttpResponseStatus.valueOf(redirect.code()), "");
        answer.headers().set(HttpHeaderNames.LOCATION, redirect.location());
        return answer;
    }

    static FullHttpResponse refuse(Verdict.Refuse refuse) {
        FullHttpResponse answer = of(HttpResponseStatus.valueOf(refuse.code()), refuse.message());
        if (!refuse.challenge().isEmpty()) {
            answer.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, refuse.challenge());
        }
        return answer;
    }

    static FullHttpResponse empty(HttpResponseStatus status) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        if (status.code() != HttpResponseStatus.NO_CONTENT.code()) {
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        return answer;
    }

    /// The status of a server's answer, with what a client must know to come again.
    static FullHttpResponse bare(HttpResponse of) {
        FullHttpResponse answer = of(of.status(), "");
        answer.headers()
                .set(
                        HttpHeaderNames.WWW_AUTHENTICATE,
                        of.headers().getAll(HttpHeaderNames.WWW_AUTHENTICATE));
        return answer;
    }

    static FullHttpResponse tooLarge() {
        return of(TOO_LARGE, "");
    }
}
