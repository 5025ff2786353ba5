package kat.ingress.proxy;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes a client's HTTP/2 connection that has had no streams for a while, whatever else it said:
/// pings keep nothing open.
final class IdleHttp2 extends ChannelInboundHandlerAdapter {

    private static final int LOOKS = 5;

    private final Http2FrameCodec codec;
    private final Duration patience;
    private @Nullable Future<?> looking;
    private int idle; // looks in a row that found no streams

    IdleHttp2(Http2FrameCodec codec, Duration patience) {
        this.codec = codec;
        this.patience = patience;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long millis = Math.max(1, patience.toMillis() / LOOKS);
        looking =
                context.executor()
                        .scheduleAtFixedRate(
                                () -> look(context), millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> running = looking;
        if (running != null) {
            running.cancel(false);
        }
    }

    private void look(ChannelHandlerContext context) {
        idle = codec.connection().numActiveStreams() == 0 ? idle + 1 : 0;
        if (idle >= LOOKS) {
            ChannelFuture unused = context.close();
        }
    }
}
