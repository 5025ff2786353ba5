package kat.ingress.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// A connection to a server over HTTP/1.1, or one stream of an HTTP/2 connection. It serves one
/// [Asking] at a time.
///
/// **Threads:** its event loop.
final class ServerLink extends ChannelInboundHandlerAdapter {

    static final String CODEC = "http1-decoder";
    static final String ENCODER = "http1-encoder";

    private final Pools.Pool pool;
    private final Channel channel;
    private final @Nullable ServerResponseDecoder decoder; // of HTTP/1.1
    private @Nullable Asking asking;
    private boolean reused;
    private boolean refused;
    private long idleSince;

    /// Asks a server something, and is told the answer.
    interface Asking {

        /// The head of an answer.
        void answered(HttpResponse head);

        /// A piece of an answer's body, to be released.
        void answeredContent(HttpContent content);

        /// No more of the answer came for now.
        void answerPaused();

        /// The server takes more of what is sent.
        void serverWritable();

        /// The connection to the server is of no use any more.
        ///
        /// @param closed whether it was closed, instead of saying something that is no HTTP
        void serverFailed(ServerLink failed, boolean closed);
    }

    /// @param decoder null for a stream of HTTP/2
    ServerLink(Pools.Pool pool, Channel channel, @Nullable ServerResponseDecoder decoder) {
        this.pool = pool;
        this.channel = channel;
        this.decoder = decoder;
    }

    void begin(Asking next) {
        asking = next;
    }

    /// Whether it served another request before.
    boolean isReused() {
        return reused;
    }

    /// Whether the server said that it did not begin to work on the request.
    boolean isRefused() {
        return refused;
    }

    boolean isActive() {
        return channel.isActive();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    long idleSince() {
        return idleSince;
    }

    Channel channel() {
        return channel;
    }

    void send(HttpRequest head) {
        if (decoder != null) {
            decoder.expect(head.method().equals(HttpMethod.HEAD));
        }
        ChannelFuture unused = channel.write(head, channel.voidPromise());
    }

    void send(HttpContent content) {
        ChannelFuture unused = channel.write(content, channel.voidPromise());
    }

    void flush() {
        Channel unused = channel.flush();
    }

    void setReading(boolean reading) {
        if (channel.config().isAutoRead() != reading) {
            channel.config().setAutoRead(reading);
        }
    }

    /// Gives the connection back after a whole request and a whole answer.
    void release(boolean keep, long now) {
        asking = null;
        if (decoder == null) {
            return;
        }
        if (!keep || !channel.isActive()) {
            pool.closed(this);
            ChannelFuture unused = channel.close();
            return;
        }
        reused = true;
        idleSince = now;
        setReading(true);
        pool.put(this);
    }

    /// Ends the connection, or the stream.
    void abort() {
        asking = null;
        if (decoder != null) {
            pool.closed(this);
        }
        ChannelFuture unused = channel.close();
    }

    /// Makes the connection one of bytes, of which nobody here keeps account any more.
    void toRaw(Relay relay) {
        asking = null;
        pool.closed(this);
        channel.pipeline().replace(this, "relay", relay);
        channel.pipeline().remove(CODEC);
        channel.pipeline().remove(ENCODER);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Asking serving = asking;
        if (serving == null) {
            ReferenceCountUtil.release(message);
            boolean harmless = message == LastHttpContent.EMPTY_LAST_CONTENT || decoder == null;
            if (!harmless) {
                // An answer to no question: nothing on this connection can be trusted any more.
                pool.closed(this);
                ChannelFuture unused = context.close();
            }
            return;
        }
        if (message instanceof HttpResponse response) {
            if (response.decoderResult().isFailure()) {
                ReferenceCountUtil.release(message);
                Throwable why = response.decoderResult().cause();
                serving.serverFailed(this, why instanceof PrematureChannelClosureException);
                return;
            }
            serving.answered(response);
        } else if (message instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                content.release();
                serving.serverFailed(this, false);
                return;
            }
            serving.answeredContent(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Asking serving = asking;
        if (serving != null) {
            serving.answerPaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Asking serving = asking;
        if (serving != null && channel.isWritable()) {
            serving.serverWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            refused = reset.errorCode() == Http2Error.REFUSED_STREAM.code();
            failed();
        } else if (event instanceof Http2GoAwayFrame) {
            refused = true;
            failed();
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (decoder != null) {
            pool.closed(this);
        }
        failed();
    }

    private void failed() {
        Asking serving = asking;
        if (serving != null) {
            serving.serverFailed(this, true);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed();
        ChannelFuture unused = context.close();
    }
}
