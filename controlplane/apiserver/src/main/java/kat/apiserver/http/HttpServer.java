package kat.apiserver.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// The listening socket and its event loops.
///
/// ```
/// accept → TLS → ALPN ┬ h2       → Http2Handler ┐
///                     └ http/1.1 → Http1Handler ┴→ Exchange → Handler
/// ```
///
/// **Threads:** [#start] and [#close] by the owner.
public final class HttpServer implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int CLOSE_SECONDS = 2;

    /// As Go asks whether the other side of a silent connection is still there.
    private static final int KEEP_SECONDS = 15;

    private static final ChannelOption<Integer> KEEP_IDLE =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    private static final ChannelOption<Integer> KEEP_INTERVAL =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);

    private final HttpConfig config;
    private final Supplier<SslContext> tls;
    private final Handler handler;
    private final Predicate<InetAddress> admits;
    private final EventLoopGroup loops;
    private final Connections connections;
    private final Unfinished unfinished;
    private final LongAdder failedHandshakes = new LongAdder();
    private @Nullable Channel listening;

    /// @param tls asked at each connection, so that certificates can be renewed
    public HttpServer(HttpConfig config, Supplier<SslContext> tls, Handler handler) {
        this(config, tls, handler, _ -> true);
    }

    /// @param admits which machines may connect; others are cut off before TLS begins
    public HttpServer(
            HttpConfig config,
            Supplier<SslContext> tls,
            Handler handler,
            Predicate<InetAddress> admits) {
        this.admits = admits;
        this.config = config;
        this.tls = tls;
        this.handler = handler;
        this.connections = new Connections(config.limits().connections());
        this.unfinished = new Unfinished(config.limits().unfinishedBytes());
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        config.threads(),
                        new DefaultThreadFactory("kat-http", true),
                        NioIoHandler.newFactory());
    }

    /// Begins to listen.
    ///
    /// @throws IOException when the address is in use or not of this machine
    public void start() throws IOException {
        listening = bind(config.host(), config.port());
    }

    /// Listens on one more address, with the same port; after [#start].
    ///
    /// @throws IOException when the address is in use or not of this machine
    public void listenAlso(String host) throws IOException {
        Channel unused = bind(host, port());
    }

    private Channel bind(String host, int port) throws IOException {
        ByteBufAllocator buffers = new AdaptiveByteBufAllocator(false);
        try {
            ChannelFuture bound =
                    new ServerBootstrap()
                            .group(loops)
                            .channel(NioServerSocketChannel.class)
                            .option(ChannelOption.SO_BACKLOG, BACKLOG)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .childOption(ChannelOption.ALLOCATOR, buffers)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childOption(ChannelOption.SO_KEEPALIVE, true)
                            .childOption(KEEP_IDLE, KEEP_SECONDS)
                            .childOption(KEEP_INTERVAL, KEEP_SECONDS)
                            .childHandler(new Connected())
                            .bind(host, port)
                            .await();
            if (bound.isSuccess()) {
                return bound.channel();
            }
            Throwable cause = bound.cause();
            throw new IOException(
                    "cannot listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding port " + port, e);
        }
    }

    /// The port listened on, also when the configuration left the choice open.
    public int port() {
        Channel open = Check.notNull(listening, "the server was started");
        return ((InetSocketAddress) open.localAddress()).getPort();
    }

    /// How many connections never came to a request, since TLS could not be agreed on.
    public long failedHandshakes() {
        return failedHandshakes.sum();
    }

    /// How many connections are open.
    int connections() {
        return connections.open();
    }

    /// How many bytes of bodies are held that have not come whole.
    long unfinishedBytes() {
        return unfinished.bytes();
    }

    /// Ends all connections; who asked to be told of their end has been when this returns, unless
    /// a thread of theirs hangs.
    @Override
    public void close() {
        Channel open = listening;
        if (open != null) {
            ChannelFuture unused = open.close();
        }
        loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private final class Connected extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            if (!admits.test(channel.remoteAddress().getAddress())) {
                ChannelFuture unused = channel.close();
                return;
            }
            SslHandler secure = tls.get().newHandler(channel.alloc());
            secure.setHandshakeTimeoutMillis(config.limits().handshake().toMillis());
            channel.pipeline().addLast(connections, secure, new Negotiated());
        }
    }

    private final class Negotiated extends ApplicationProtocolNegotiationHandler {

        Negotiated() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            Request.Peer peer = Netty.peer(context.channel());
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                Http2Handler.Guards guards = new Http2Handler.Guards(connections, unfinished);
                context.pipeline().addLast(Http2Handler.create(handler, peer, config, guards));
            } else {
                Http1Handler.install(context.pipeline(), handler, peer, config, unfinished);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event)
                throws Exception {
            if (event instanceof SslHandshakeCompletionEvent done && !done.isSuccess()) {
                failedHandshakes.increment();
            }
            super.userEventTriggered(context, event);
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture unused = context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture unused = context.close();
        }
    }
}
