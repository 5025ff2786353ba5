package kat.ingress.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Connections over HTTP/1.1. A connection that a request has finished with waits for the next one;
/// the one that waited shortest is taken first.
///
/// **Threads:** the event loop.
final class Http1Pool implements Pools.Pool {

    private final Worker worker;
    private final Dialer dialer;
    private final Target target;
    private final Deque<ServerLink> idle = new ArrayDeque<>();
    private final Set<ServerLink> open = new HashSet<>();
    private int connecting;
    private boolean retired;

    Http1Pool(Worker worker, Dialer dialer, Target target) {
        this.worker = worker;
        this.dialer = dialer;
        this.target = target;
    }

    @Override
    public void acquire(int connectMillis, Pools.Waiting waiting) {
        ServerLink link = idle.pollLast();
        while (link != null && !link.isActive()) {
            link = idle.pollLast();
        }
        if (link != null) {
            waiting.connected(link);
            return;
        }
        if (open.size() + connecting >= worker.config().mostConnections()) {
            waiting.notConnected(Pools.Failure.FULL);
            return;
        }
        connecting++;
        Initializer initializer = new Initializer();
        ChannelFuture unused =
                dialer.connect(worker.loop(), target, connectMillis, initializer)
                        .addListener(
                                future -> connected(initializer.link, future.cause(), waiting));
    }

    private void connected(
            @Nullable ServerLink link, @Nullable Throwable cause, Pools.Waiting waiting) {
        connecting--;
        if (link == null || cause != null) {
            waiting.notConnected(Pools.Failure.of(cause));
            return;
        }
        open.add(link);
        worker.sweepLater();
        waiting.connected(link);
    }

    @Override
    public void put(ServerLink link) {
        if (retired || idle.size() >= worker.config().mostIdle()) {
            open.remove(link);
            ChannelFuture unused = link.channel().close();
            return;
        }
        idle.addLast(link);
    }

    @Override
    public void closed(ServerLink link) {
        if (open.remove(link)) {
            boolean unused = idle.remove(link);
        }
    }

    @Override
    public void retire() {
        retired = true;
        closeAll(new ArrayList<>(idle));
    }

    @Override
    public boolean closeIdle(long oldest) {
        List<ServerLink> old = new ArrayList<>();
        for (ServerLink link : idle) {
            if (link.idleSince() - oldest < 0) {
                old.add(link);
            }
        }
        closeAll(old);
        return !open.isEmpty();
    }

    private void closeAll(List<ServerLink> links) {
        for (ServerLink link : links) {
            closed(link);
            ChannelFuture unused = link.channel().close();
        }
    }

    private final class Initializer extends ChannelInitializer<Channel> {

        private @Nullable ServerLink link;

        @Override
        protected void initChannel(Channel channel) {
            ChannelPipeline pipeline = channel.pipeline();
            SslHandler tls = dialer.tls(target);
            if (tls != null) {
                pipeline.addLast(tls);
            }
            ServerResponseDecoder decoder = new ServerResponseDecoder();
            ServerLink made = new ServerLink(Http1Pool.this, channel, decoder);
            pipeline.addLast(ServerLink.CODEC, decoder);
            pipeline.addLast(ServerLink.ENCODER, new HttpRequestEncoder());
            pipeline.addLast(made);
            link = made;
        }
    }
}
