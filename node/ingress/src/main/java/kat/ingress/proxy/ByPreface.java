package kat.ingress.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells HTTP/2 from HTTP/1.1 on a connection without TLS by its first bytes, and makes way.
///
/// **Source:** RFC 9113 §3.4.
final class ByPreface extends ByteToMessageDecoder {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int PATIENCE_SECONDS = 60;

    private final Consumer<ChannelPipeline> http1;
    private final Consumer<ChannelPipeline> http2;
    private @Nullable Future<?> overdue;

    /// @param http1 adds the handlers of HTTP/1.1
    /// @param http2 adds the handlers of HTTP/2
    ByPreface(Consumer<ChannelPipeline> http1, Consumer<ChannelPipeline> http2) {
        this.http1 = http1;
        this.http2 = http2;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Runnable close =
                () -> {
                    ChannelFuture unused = context.close();
                };
        overdue = context.executor().schedule(close, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        Future<?> waiting = overdue;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int known = Math.min(in.readableBytes(), PREFACE.length);
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[i]) {
                become(context, http1);
                return;
            }
        }
        if (known == PREFACE.length) {
            become(context, http2);
        }
    }

    private void become(ChannelHandlerContext context, Consumer<ChannelPipeline> protocol) {
        protocol.accept(context.pipeline());
        context.pipeline().remove(this);
    }
}
