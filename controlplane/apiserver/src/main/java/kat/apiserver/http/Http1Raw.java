package kat.apiserver.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;

/// A connection after its upgrade.
final class Http1Raw implements RawConnection {

    private final ChannelHandlerContext context;

    Http1Raw(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void write(byte[] bytes) throws InterruptedException {
        ChannelFuture written = context.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        if (!context.channel().isWritable()) {
            written.await();
        }
    }

    @Override
    public void pause() {
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        context.channel().config().setAutoRead(true);
    }

    @Override
    public void close() {
        ChannelFuture unused = context.close();
    }
}
