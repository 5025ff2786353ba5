package kat.apiserver.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts a server's connections, and closes at once those beyond the limit.
///
/// **Threads:** any event loop.
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    Connections(int most) {
        this.most = most;
    }

    int open() {
        return open.get();
    }

    /// Whether so many are open that idle ones should make room.
    boolean isCrowded() {
        return open.get() > most / 4 * 3;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (open.incrementAndGet() > most) {
            ChannelFuture unused = context.close();
            return;
        }
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        open.decrementAndGet();
        context.fireChannelInactive();
    }
}
