package kat.ingress.proxy;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Closes a client's HTTP/2 connection that has no streams and says nothing.
final class IdleHttp2 extends IdleStateHandler {

    private final Http2FrameCodec codec;

    IdleHttp2(Http2FrameCodec codec, Duration patience) {
        super(0, 0, patience.toMillis(), TimeUnit.MILLISECONDS);
        this.codec = codec;
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (codec.connection().numActiveStreams() == 0) {
            ChannelFuture unused = context.close();
        }
    }
}
