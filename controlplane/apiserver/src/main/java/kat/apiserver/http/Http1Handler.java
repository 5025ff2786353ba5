package kat.apiserver.http;

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
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
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

    /// How long a connection may be without a request, or a client take to send the head of one.
    private static final int IDLE_SECONDS = 90;

    /// How long a client may take to send a request's body.
    private static final int BODY_SECONDS = 60;

    private static final String CODEC = "http1";

    private final Handler handler;
    private final Request.Peer peer;
    private final HttpConfig config;
    private final Deque<Http1Exchange> ahead = new ArrayDeque<>();
    private @Nullable Turns turns;
    private @Nullable Future<?> overdue;
    private @Nullable Http1Exchange incoming;
    private @Nullable Body body;
    private @Nullable Http1Exchange current;
    private RawConnection.@Nullable Receiver receiver;

    private Http1Handler(Handler handler, Request.Peer peer, HttpConfig config) {
        this.handler = handler;
        this.peer = peer;
        this.config = config;
    }

    static void install(
            ChannelPipeline pipeline, Handler handler, Request.Peer peer, HttpConfig config) {
        pipeline.addLast(
                CODEC, new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES));
        pipeline.addLast(new Http1Handler(handler, peer, config));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        turns = new Turns(context, context::flush);
        await(context, IDLE_SECONDS);
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
    private void refuse(ChannelHandlerContext context) {
        boolean isFree = current == null && ahead.isEmpty();
        incoming = null;
        body = null;
        if (!isFree) {
            ChannelFuture unused = context.close();
            return;
        }
        DefaultFullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST);
        answer.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
        ChannelFuture unused =
                context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /// Closes a connection whose next request, or the rest of it, does not come in time.
    private void await(ChannelHandlerContext context, int seconds) {
        Future<?> before = overdue;
        if (before != null) {
            before.cancel(false);
        }
        Runnable close =
                () -> {
                    ChannelFuture unused = context.close();
                };
        overdue = context.executor().schedule(close, seconds, TimeUnit.SECONDS);
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
            refuse(context);
            return;
        }
        await(context, BODY_SECONDS);
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
            refuse(context);
            return;
        }
        receiving.add(content.content());
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
            await(context, IDLE_SECONDS);
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
