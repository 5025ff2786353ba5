package kat.ingress.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Opens connections to servers.
///
/// **Threads:** any.
final class Dialer {

    private final ByteBufAllocator buffers;
    private final ClientTls tls;

    Dialer(ByteBufAllocator buffers, ClientTls tls) {
        this.buffers = buffers;
        this.tls = tls;
    }

    /// TLS for a server; null where it speaks none.
    @Nullable SslHandler tls(Target target) {
        return target.protocol().isTls() ? tls.handler(target, buffers) : null;
    }

    ChannelFuture connect(
            EventLoop loop, Target target, int connectMillis, ChannelHandler initializer) {
        InetSocketAddress address =
                new InetSocketAddress(
                        InetAddress.ofLiteral(target.endpoint().address()),
                        target.endpoint().port());
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                .handler(initializer)
                .connect(address);
    }
}
