package kat.ingress.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/// Passes bytes from one connection to another, as fast as the other takes them. One stands on each
/// side of an upgraded connection.
///
/// **Threads:** the event loop of both.
final class Relay extends ChannelInboundHandlerAdapter {

    private final Runnable seen;
    private @Nullable Channel to;
    private @Nullable Channel from;

    /// @param seen called when bytes passed
    Relay(Runnable seen) {
        this.seen = seen;
    }

    static void join(Relay one, Channel first, Relay other, Channel second) {
        one.from = first;
        one.to = second;
        other.from = second;
        other.to = first;
        first.config().setAutoRead(true);
        second.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel other = to;
        if (other == null || !(message instanceof ByteBuf)) {
            ReferenceCountUtil.release(message);
            return;
        }
        seen.run();
        ChannelFuture unused = other.write(message);
        if (!other.isWritable()) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Channel other = to;
        if (other != null) {
            Channel unused = other.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Channel other = to;
        if (other != null && context.channel().isWritable()) {
            other.config().setAutoRead(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Channel other = to;
        if (other != null && other.isActive()) {
            ChannelFuture unused =
                    other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        ChannelFuture unused = context.close();
    }

    /// Ends both connections.
    void close() {
        Channel open = from;
        if (open != null) {
            ChannelFuture unused = open.close();
        }
    }
}
