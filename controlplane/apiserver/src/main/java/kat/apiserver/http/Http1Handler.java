package kat.apiserver.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: one request after the other; those sent ahead wait.
///
/// **Threads:** everything on the connection's event loop but what [Http1Exchange] says.
final class Http1Handler extends ChannelInboundHandlerAdapter {

    private static final int MAX_LINE_BYTES = 64 << 10;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_CHUNK_BYTES = 64 << 10;

    /// Requests sent ahead before reading stops.
    private static final int MAX_AHEAD = 16;

    private static final String CODEC = "http1";

    private final Handler handler;
    private final Request.Peer peer;
    private final HttpConfig config;
    private final Unfinished unfinished;
    private final Deque<Http1Exchange> ahead = new ArrayDeque<>();
    private @Nullable Turns turns;
    private Unfinished.@Nullable Share share;
    private boolean isIdle;
    private int held; // bytes of the body that are counted as unfinished
    private @Nullable Future<?> overdue;
    private @Nullable Http1Exchange incoming;
    private @Nullable Body body;
    private @Nullable Http1Exchange current;
    private RawConnection.@Nullable Receiver receiver;

    private Http1Handler(
            Handler handler, Request.Peer peer, HttpConfig config, Unfinished unfinished) {
        this.unfinished = unfinished;
        this.handler = handler;
        this.peer = peer;
        this.config = config;
    }

    static void install(
            ChannelPipeline pipeline,
            Handler handler,
            Request.Peer peer,
            HttpConfig config,
            Unfinished unfinished) {
        Http1Handler connection = new Http1Handler(handler, peer, config, unfinished);
        pipeline.addLast(connection.new FirstBytes());
        pipeline.addLast(
                CODEC, new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES));
        pipeline.addLast(connection);
    }

    /// Gives a client less time from the first byte of a head on.
    private final class FirstBytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (isIdle) {
                isIdle = false;
                await(context, config.limits().head());
            }
            context.fireChannelRead(message);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        turns = new Turns(context, context::flush);
        share = unfinished.open(() -> later(() -> closeNow(context)));
        isIdle = true;
        await(context, config.limits().idle());
    }

    private static void closeNow(ChannelHandlerContext context) {
        ChannelFuture unused = context.close();
    }

    void later(Runnable task) {
        Check.notNull(turns, "the handler was added").add(task);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (receiver != null && message instanceof ByteBuf raw) {
                byte[] bytes = new byte[raw.readableBytes()];
                raw.readBytes(bytes);
                receiver.received(bytes);
                return;
            }
            if (message instanceof HttpRequest request) {
                begin(context, request);
            }
            if (message instanceof HttpContent content) {
                content(context, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /// Ends a connection whose bytes are no HTTP. An answer is only given where no other is due
    /// before it.
    ///
    /// **Source:** `badRequestError` and `serve` in Go's `net/http/server.go`.
    private void refuse(ChannelHandlerContext context, @Nullable Throwable why) {
        boolean isFree = current == null && ahead.isEmpty();
        incoming = null;
        body = null;
        if (!isFree) {
            ChannelFuture unused = context.close();
            return;
        }
        HttpResponseStatus status =
                why instanceof TooLongHttpHeaderException || why instanceof TooLongHttpLineException
                        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                        : HttpResponseStatus.BAD_REQUEST;
        byte[] text = status.toString().getBytes(US_ASCII);
        DefaultFullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(text));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, text.length);
        ChannelFuture unused =
                context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /// Closes a connection whose next request, or the rest of it, does not come in time.
    private void await(ChannelHandlerContext context, Duration time) {
        Future<?> before = overdue;
        if (before != null) {
            before.cancel(false);
        }
        overdue =
                context.executor()
                        .schedule(() -> closeNow(context), time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void arrived() {
        Future<?> waiting = overdue;
        if (waiting != null) {
            waiting.cancel(false);
            overdue = null;
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuse(context, request.decoderResult().cause());
            return;
        }
        isIdle = false;
        await(context, config.limits().body());
        if (HttpUtil.is100ContinueExpected(request)) {
            ChannelFuture unused =
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1,
                                    HttpResponseStatus.CONTINUE,
                                    Unpooled.EMPTY_BUFFER));
        }
        incoming = new Http1Exchange(this, context, request, peer);
        body = new Body(config.maxBodyBytes());
    }

    private void content(ChannelHandlerContext context, HttpContent content) {
        Http1Exchange exchange = incoming;
        Body receiving = body;
        if (exchange == null || receiving == null) {
            return;
        }
        if (content.decoderResult().isFailure()) {
            refuse(context, content.decoderResult().cause());
            return;
        }
        receiving.add(content.content());
        if (!(content instanceof LastHttpContent) && !receiving.isTooLarge()) {
            hold(content.content().readableBytes());
        } else {
            hold(-held);
        }
        if (receiving.isTooLarge()) {
            incoming = null;
            exchange.closeAfterAnswer();
            current = exchange;
            exchange.send(TooLarge.answer(config.maxBodyBytes()));
            return;
        }
        if (content instanceof LastHttpContent) {
            arrived();
            exchange.complete(receiving.take());
            incoming = null;
            body = null;
            ahead.add(exchange);
            if (ahead.size() >= MAX_AHEAD) {
                context.channel().config().setAutoRead(false);
            }
            next(context);
        }
    }

    private void hold(int bytes) {
        held += bytes;
        Check.notNull(share, "the handler was added").add(bytes);
    }

    /// An answer begins that may take several turns to leave.
    void answering(ChannelHandlerContext context) {
        if (incoming == null) {
            await(context, config.limits().answer());
        }
    }

    /// Hands the next request on once the one before is answered.
    private void next(ChannelHandlerContext context) {
        if (current != null) {
            return;
        }
        Http1Exchange exchange = ahead.poll();
        if (exchange != null) {
            current = exchange;
            handler.handle(exchange);
        }
        if (receiver == null && ahead.size() < MAX_AHEAD) {
            context.channel().config().setAutoRead(true);
        }
    }

    void answered(ChannelHandlerContext context) {
        Http1Exchange done = current;
        current = null;
        if (done != null) {
            done.closed();
        }
        if (ahead.isEmpty() && incoming == null && receiver == null) {
            isIdle = true;
            await(context, config.limits().idle());
        }
        next(context);
    }

    /// Takes HTTP off the pipeline once the head is out.
    void upgraded(ChannelHandlerContext context, RawConnection.Receiver to) {
        receiver = to;
        context.pipeline().remove(CODEC);
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Http1Exchange writing = current;
        if (writing != null && context.channel().isWritable()) {
            writing.writable();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        arrived();
        Check.notNull(share, "the handler was added").end();
        RawConnection.Receiver raw = receiver;
        if (raw != null) {
            raw.closed();
        }
        Http1Exchange open = current;
        if (open != null) {
            open.closed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            System.getLogger(Http1Handler.class.getName())
                    .log(System.Logger.Level.WARNING, "connection failed", cause);
        }
        ChannelFuture unused = context.close();
    }
}
