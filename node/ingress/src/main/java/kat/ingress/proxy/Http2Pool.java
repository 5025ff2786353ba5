package kat.ingress.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HTTP/2 connections to one server, each with many streams. A request takes a stream of the
/// first connection that has room; the first request waits until the server's settings came.
///
/// **Threads:** the event loop.
final class Http2Pool implements Pools.Pool {

    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int MAX_HEADER_LIST_BYTES = 64 << 10;
    private static final int MOST_STREAMS = 100;
    private static final int MOST_WAITING = 1024;

    private final Worker worker;
    private final Dialer dialer;
    private final Target target;
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Pools.Waiting> waiting = new ArrayDeque<>();
    private boolean connecting;
    private boolean retired;

    Http2Pool(Worker worker, Dialer dialer, Target target) {
        this.worker = worker;
        this.dialer = dialer;
        this.target = target;
    }

    @Override
    public void acquire(int connectMillis, Pools.Waiting asking) {
        for (Connection connection : connections) {
            if (connection.hasRoom()) {
                connection.open(asking);
                return;
            }
        }
        if (waiting.size() >= MOST_WAITING) {
            asking.notConnected(Pools.Failure.FULL);
            return;
        }
        waiting.add(asking);
        connect(connectMillis);
    }

    private void connect(int connectMillis) {
        if (connecting) {
            return;
        }
        connecting = true;
        Connection connection = new Connection();
        ChannelFuture unused =
                dialer.connect(worker.loop(), target, connectMillis, connection.initializer())
                        .addListener(
                                future -> {
                                    if (!future.isSuccess()) {
                                        notConnected(Pools.Failure.of(future.cause()));
                                    }
                                });
    }

    private void connected(Connection connection) {
        connecting = false;
        connections.add(connection);
        worker.sweepLater();
        List<Pools.Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        for (Pools.Waiting each : all) {
            acquire(0, each);
        }
    }

    private void notConnected(Pools.Failure why) {
        connecting = false;
        List<Pools.Waiting> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(each -> each.notConnected(why));
    }

    @Override
    public void put(ServerLink link) {
        throw new IllegalStateException("streams are not used twice");
    }

    @Override
    public void closed(ServerLink link) {
        // A stream is counted by its connection.
    }

    @Override
    public void retire() {
        retired = true;
        for (Connection connection : new ArrayList<>(connections)) {
            connection.closeIfIdle();
        }
    }

    @Override
    public boolean closeIdle(long oldest) {
        for (Connection connection : new ArrayList<>(connections)) {
            if (connection.idleSince - oldest < 0) {
                connection.closeIfIdle();
            }
        }
        return !connections.isEmpty();
    }

    /// One connection; it counts its streams.
    private final class Connection extends ChannelInboundHandlerAdapter {

        private @Nullable Channel channel;
        private int streams;
        private int mostStreams = MOST_STREAMS;
        private boolean settled;
        private boolean leaving;
        private long idleSince = worker.nanos();

        ChannelInitializer<Channel> initializer() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel opened) {
                    channel = opened;
                    ChannelPipeline pipeline = opened.pipeline();
                    SslHandler tls = dialer.tls(target);
                    if (tls != null) {
                        pipeline.addLast(tls);
                    }
                    pipeline.addLast(
                            Http2FrameCodecBuilder.forClient()
                                    .initialSettings(
                                            Http2Settings.defaultSettings()
                                                    .pushEnabled(false)
                                                    .initialWindowSize(STREAM_WINDOW_BYTES)
                                                    .maxHeaderListSize(MAX_HEADER_LIST_BYTES))
                                    .build());
                    pipeline.addLast(new Http2MultiplexHandler(new RefusePushes()));
                    pipeline.addLast(Connection.this);
                }
            };
        }

        boolean hasRoom() {
            return settled && !leaving && streams < mostStreams;
        }

        void open(Pools.Waiting asking) {
            streams++;
            Channel parent = kat.base.Check.notNull(channel, "the connection was opened");
            Future<Http2StreamChannel> unused =
                    new Http2StreamChannelBootstrap(parent)
                            .handler(new RefusePushes())
                            .open()
                            .addListener(
                                    (Future<Http2StreamChannel> future) -> opened(future, asking));
        }

        private void opened(Future<Http2StreamChannel> future, Pools.Waiting asking) {
            if (!future.isSuccess()) {
                streamClosed();
                asking.notConnected(Pools.Failure.REFUSED);
                return;
            }
            Http2StreamChannel stream = future.getNow();
            ChannelFuture unused = stream.closeFuture().addListener(_ -> streamClosed());
            ServerLink link = new ServerLink(Http2Pool.this, stream, null);
            stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(false), link);
            asking.connected(link);
        }

        private void streamClosed() {
            streams--;
            idleSince = worker.nanos();
            if (leaving || retired) {
                closeIfIdle();
            }
        }

        void closeIfIdle() {
            leaving |= retired;
            Channel open = channel;
            if (streams == 0 && open != null) {
                leaving = true;
                connections.remove(this);
                ChannelFuture unused = open.close();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http2SettingsFrame frame) {
                Long most = frame.settings().maxConcurrentStreams();
                mostStreams = most == null ? MOST_STREAMS : (int) Math.min(most, MOST_STREAMS);
                if (!settled) {
                    settled = true;
                    connected(this);
                }
            } else if (message instanceof Http2GoAwayFrame) {
                leave();
            }
            ReferenceCountUtil.release(message);
        }

        private void leave() {
            leaving = true;
            connections.remove(this);
            closeIfIdle();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            leaving = true;
            connections.remove(this);
            if (!settled) {
                settled = true;
                notConnected(Pools.Failure.REFUSED);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture unused = context.close();
        }
    }

    /// What a stream has before its link does, and streams that a server opens: nothing.
    private static final class RefusePushes extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            // Handlers come with the request; a server that pushes is not listened to.
        }
    }
}
