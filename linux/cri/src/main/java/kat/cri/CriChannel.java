package kat.cri;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// One gRPC connection over a Unix socket, on one event loop thread, without native code. It
/// connects at the first call and again after a break.
final class CriChannel implements AutoCloseable {

    /// Longest answer taken: a list of thousands of containers.
    private static final int MAX_ANSWER_BYTES = 64 << 20;

    /// containerd's own limit is the same.
    private static final int MAX_HEADER_BYTES = 1 << 20;

    private final EventLoopGroup eventLoop;
    private final ManagedChannel channel;

    CriChannel(Path socket) {
        eventLoop =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("kat-cri", true), NioIoHandler.newFactory());
        Executor executor = task -> Thread.ofVirtual().name("kat-cri-call").start(task);
        channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        .withOption(ChannelOption.SO_KEEPALIVE, null) // a Unix socket has none
                        .eventLoopGroup(eventLoop)
                        .executor(executor)
                        .offloadExecutor(executor)
                        .overrideAuthority("localhost")
                        .usePlaintext()
                        .disableRetry()
                        .maxInboundMessageSize(MAX_ANSWER_BYTES)
                        .maxInboundMetadataSize(MAX_HEADER_BYTES)
                        .build();
    }

    EventLoopGroup eventLoop() {
        return eventLoop;
    }

    ManagedChannel grpc() {
        wake();
        return channel;
    }

    /// One request, one answer.
    ///
    /// @param what what is tried and on what, for the message of a failure
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration timeout, String what) {
        wake();
        CallOptions options =
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException e) {
            throw Failures.of(what, e.getStatus(), e);
        }
    }

    /// A runtime that was away is tried at once and not after gRPC's growing pauses.
    private void wake() {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.resetConnectBackoff();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
