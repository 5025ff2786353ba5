package kat.ingress.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// A client's connection over HTTP/1.1, or one stream of an HTTP/2 connection: one request after
/// the other. Requests sent ahead wait, and reading waits with them.
///
/// **Threads:** its event loop.
final class ClientHandler extends ChannelInboundHandlerAdapter {

    static final String DECODER = "http1-decoder";
    static final String ENCODER = "http1-encoder";

    /// What is read and thrown away of a request that was answered before its end.
    private static final long MOST_DISCARDED = 1 << 20;

    private final Front front;
    private final Worker worker;
    private final boolean secure;
    private final @Nullable ClientResponseEncoder encoder; // of HTTP/1.1
    private final Deque<HttpObject> ahead = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange current;
    private @Nullable Relay relay;
    private Heads.@Nullable Client client;
    private @Nullable ChannelFuture lastWrite; // of HTTP/2
    private long lastActive;
    private long discarded;
    private boolean keepAlive = true;
    private boolean reading;
    private boolean closing;

    /// @param encoder null for a stream of HTTP/2
    ClientHandler(
            Front front, Worker worker, boolean secure, @Nullable ClientResponseEncoder encoder) {
        this.front = front;
        this.worker = worker;
        this.secure = secure;
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        lastActive = worker.nanos();
        worker.add(this);
        ChannelFuture unused = added.channel().closeFuture().addListener(_ -> gone());
    }

    private ChannelHandlerContext context() {
        return Check.notNull(context, "the handler was added");
    }

    Worker worker() {
        return worker;
    }

    Front front() {
        return front;
    }

    boolean isSecure() {
        return secure;
    }

    boolean isHttp2() {
        return encoder == null;
    }

    /// Whether more may come before what was written must be sent.
    boolean isReading() {
        return reading;
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    /// The client's address and the port that it connected to.
    Heads.Client client() {
        Heads.Client known = client;
        if (known == null) {
            InetSocketAddress local = (InetSocketAddress) connection().localAddress();
            known =
                    new Heads.Client(
                            NetUtil.toAddressString(remote().getAddress()),
                            Integer.toString(local.getPort()),
                            secure);
            client = known;
        }
        return known;
    }

    InetSocketAddress remote() {
        return (InetSocketAddress) connection().remoteAddress();
    }

    /// What the client opened; the parent of a stream of HTTP/2.
    Channel connection() {
        Channel channel = context().channel();
        return isHttp2() ? channel.parent() : channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof HttpObject object) || closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        reading = true;
        Exchange serving = current;
        if (serving != null && serving.isRequestDone()) {
            ahead.add(object);
            setReading(false);
        } else {
            accept(object);
        }
    }

    private void accept(HttpObject object) {
        if (object instanceof HttpRequest request) {
            begin(request);
        }
        if (object instanceof HttpContent content) {
            content(content);
        } else {
            ReferenceCountUtil.release(object);
        }
    }

    private void begin(HttpRequest request) {
        lastActive = worker.nanos();
        discarded = 0;
        if (encoder != null) {
            encoder.expect(request.method().equals(HttpMethod.HEAD));
        }
        keepAlive = isHttp2() || HttpUtil.isKeepAlive(request);
        Exchange exchange = new Exchange(this, request);
        current = exchange;
        DecoderResult read = request.decoderResult();
        if (read.isFailure()) {
            keepAlive = false;
            exchange.refuse(Answers.of(statusOf(read.cause()), ""));
        } else if (Heads.isAmbiguous(request, isHttp2())) {
            keepAlive = false;
            exchange.refuse(
                    Answers.of(
                            HttpResponseStatus.BAD_REQUEST, "the length of the body is unclear"));
        } else {
            exchange.start();
        }
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
        };
    }

    private void content(HttpContent content) {
        lastActive = worker.nanos();
        Exchange exchange = current;
        if (exchange == null) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            exchange.brokenRequest();
            return;
        }
        if (exchange.isAnswerDone()) {
            discard(exchange, content);
            return;
        }
        exchange.content(content);
    }

    private void discard(Exchange exchange, HttpContent content) {
        discarded += content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last) {
            exchange.requestEnded();
            current = null;
        } else if (discarded > MOST_DISCARDED) {
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        Exchange exchange = current;
        if (exchange != null) {
            exchange.flushServer();
        }
        if (!isHttp2() && !from.channel().config().isAutoRead() && mayRead()) {
            setReading(true);
        }
    }

    private boolean mayRead() {
        Exchange exchange = current;
        return ahead.isEmpty() && relay == null && (exchange == null || exchange.mayRead());
    }

    void setReading(boolean on) {
        Channel channel = context().channel();
        if (channel.config().isAutoRead() != on) {
            channel.config().setAutoRead(on);
        }
    }

    /// Whether the connection can serve another request after this one.
    boolean isKeepAlive() {
        return keepAlive && !front.isClosing();
    }

    void closeAfterAnswer() {
        keepAlive = false;
    }

    /// Sends the head of an answer.
    void write(HttpResponse head, boolean http10) {
        if (isHttp2()) {
            lastWrite = context().write(head);
            return;
        }
        boolean framed =
                Heads.hasLength(head)
                        || HttpUtil.isTransferEncodingChunked(head)
                        || head instanceof FullHttpResponse;
        keepAlive &= framed || !http10;
        if (!isKeepAlive()) {
            keepAlive = false;
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (http10) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        ChannelFuture unused = context().write(head, context().voidPromise());
    }

    void write(HttpContent content) {
        if (isHttp2()) {
            lastWrite = context().write(content);
        } else {
            ChannelFuture unused = context().write(content, context().voidPromise());
        }
    }

    void flush() {
        ChannelHandlerContext unused = context().flush();
    }

    /// Tells a client that waits for it to send the body.
    void sendContinue() {
        ChannelFuture unused =
                context()
                        .writeAndFlush(
                                new DefaultFullHttpResponse(
                                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }

    /// An answer was written as a whole: the next request begins.
    void answered(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        flush();
        lastActive = worker.nanos();
        if (isHttp2()) {
            if (!exchange.isRequestDone()) {
                closeAfterFlush();
            }
            return;
        }
        if (!keepAlive) {
            closeAfterFlush();
            return;
        }
        if (exchange.isRequestDone()) {
            current = null;
        } else {
            setReading(true);
        }
        takeAhead();
    }

    private void takeAhead() {
        while (!ahead.isEmpty()) {
            Exchange serving = current;
            if (serving != null && serving.isRequestDone()) {
                return;
            }
            accept(ahead.removeFirst());
        }
        if (!reading) {
            Exchange serving = current;
            if (serving != null) {
                serving.flushServer();
            }
        }
        if (mayRead()) {
            setReading(true);
        }
    }

    private void closeAfterFlush() {
        closing = true;
        ChannelFuture written = lastWrite;
        ChannelFuture last =
                written == null ? context().writeAndFlush(Unpooled.EMPTY_BUFFER) : written;
        flush();
        ChannelFuture unused = last.addListener(_ -> end());
    }

    /// A stream's client is told that nothing went wrong: the rest of its request is not wanted.
    private void end() {
        Object nothingWrong = new DefaultHttp2ResetFrame(Http2Error.NO_ERROR);
        ChannelFuture unused =
                isHttp2() && context().channel().isActive()
                        ? context().writeAndFlush(nothingWrong)
                        : context().close();
    }

    /// Ends the connection, or the stream, at once.
    void close() {
        closing = true;
        ChannelFuture unused = context().close();
    }

    /// Makes the connection one of bytes, joined with a server's.
    void upgrade(ServerLink link, HttpResponse head) {
        ChannelFuture written = context().writeAndFlush(head);
        if (written.isDone() && !written.isSuccess()) {
            close();
            return;
        }
        Relay toServer = new Relay(this::seen);
        Relay toClient = new Relay(this::seen);
        relay = toServer;
        Channel channel = context().channel();
        Relay.join(toServer, channel, toClient, link.channel());
        channel.pipeline().replace(this, "relay", toServer);
        link.toRaw(toClient);
        channel.pipeline().remove(DECODER);
        channel.pipeline().remove(ENCODER);
    }

    private void seen() {
        lastActive = worker.nanos();
    }

    /// Closes what has waited too long.
    void checkTime(long now) {
        Exchange exchange = current;
        Relay passing = relay;
        if (passing != null) {
            long patience = exchange == null ? 0 : exchange.readNanos();
            if (now - lastActive > patience) {
                passing.close();
            }
        } else if (exchange != null && !exchange.isAnswerDone()) {
            exchange.checkTime(now);
        } else if (now - lastActive > worker.config().idleClient().toNanos()) {
            close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        Exchange exchange = current;
        if (exchange != null && from.channel().isWritable()) {
            exchange.clientWritable();
        }
    }

    private void gone() {
        closing = true;
        worker.remove(this);
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        Exchange exchange = current;
        if (exchange != null && relay == null) {
            exchange.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!(cause instanceof IOException)) {
            front.log(cause);
        }
        ChannelFuture unused = from.close();
    }
}
