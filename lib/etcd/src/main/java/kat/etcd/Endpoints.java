package kat.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Connections to etcd's members, of which one is in use until it fails.
///
/// **Threads:** any.
final class Endpoints implements AutoCloseable {

    private static final int DEFAULT_PORT = 2379;
    private static final int MAX_ANSWER_BYTES = Integer.MAX_VALUE; // as etcd's own client

    private final EventLoopGroup eventLoop;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<URI> addresses;
    private final AtomicInteger turn = new AtomicInteger(); // of the member in use

    /// @throws IllegalArgumentException when a TLS file cannot be used
    Endpoints(EtcdConfig config) {
        addresses = config.endpoints();
        boolean isSecure = addresses.stream().anyMatch(Endpoints::isSecure);
        SslContext tls = isSecure ? tls(config.tls()) : null;
        eventLoop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("kat-etcd", true), NioIoHandler.newFactory());
        for (URI address : addresses) {
            channels.add(channel(address, isSecure(address) ? tls : null));
        }
    }

    private static boolean isSecure(URI address) {
        return "https".equals(address.getScheme());
    }

    private ManagedChannel channel(URI address, @Nullable SslContext tls) {
        Executor executor = task -> Thread.ofVirtual().name("kat-etcd-call").start(task);
        int port = address.getPort() < 0 ? DEFAULT_PORT : address.getPort();
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(address.getHost(), port)
                        .channelType(NioSocketChannel.class)
                        .eventLoopGroup(eventLoop)
                        .executor(executor)
                        .offloadExecutor(executor)
                        .disableRetry()
                        .keepAliveTime(30, TimeUnit.SECONDS)
                        .keepAliveTimeout(10, TimeUnit.SECONDS)
                        .maxInboundMessageSize(MAX_ANSWER_BYTES);
        return (tls == null ? builder.usePlaintext() : builder.sslContext(tls)).build();
    }

    private static SslContext tls(EtcdConfig.Tls files) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        Path authority = files.authority();
        Path certificate = files.certificate();
        Path key = files.key();
        if (authority != null) {
            builder.trustManager(authority.toFile());
        }
        if (certificate != null && key != null) {
            builder.keyManager(certificate.toFile(), key.toFile());
        }
        try {
            return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("etcd's TLS files cannot be used: " + files, e);
        }
    }

    /// A member to ask, and what to say when it fails.
    record Choice(Channel channel, int turn, URI address) {}

    Choice choose() {
        int now = turn.get();
        int index = now % channels.size();
        ManagedChannel channel = channels.get(index);
        channel.resetConnectBackoff(); // try at once, not after gRPC's growing pauses
        return new Choice(channel, now, addresses.get(index));
    }

    /// Has the next member asked from now on, unless somebody else saw to that.
    void failed(Choice choice) {
        turn.compareAndSet(choice.turn(), (choice.turn() + 1) & Integer.MAX_VALUE);
    }

    /// Answers are taken on the thread that reads them: for callbacks that only wake a thread.
    static CallOptions answeredAtOnce() {
        return CallOptions.DEFAULT.withExecutor(Runnable::run);
    }

    @Override
    public String toString() {
        return addresses.toString();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
