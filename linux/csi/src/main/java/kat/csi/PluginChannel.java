package kat.csi;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One gRPC connection to a plug-in. It connects at the first call, again after a break, and
/// lets go of the socket when nothing is asked for a while, unless it was told to keep it.
final class PluginChannel implements AutoCloseable {

    /// After which time without a call the socket is let go.
    static final Duration IDLE = Duration.ofMinutes(1);

    /// So long that gRPC never lets go.
    static final Duration NEVER = Duration.ofDays(30);

    private final ReachableSocket socket;
    private final ManagedChannel channel;
    private volatile boolean closed;

    /// @param socket closed with this
    /// @param idle such as [#IDLE]
    PluginChannel(ReachableSocket socket, EventLoopGroup eventLoop, Duration idle) {
        this.socket = socket;
        Executor executor = task -> Thread.ofVirtual().name("kat-csi-call").start(task);
        channel =
                NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket.path()))
                        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                        .withOption(ChannelOption.SO_KEEPALIVE, null) // a Unix socket has none
                        .eventLoopGroup(eventLoop)
                        .executor(executor)
                        .offloadExecutor(executor)
                        .overrideAuthority("localhost")
                        .usePlaintext()
                        .disableRetry()
                        .idleTimeout(idle.toSeconds(), TimeUnit.SECONDS)
                        .build();
    }

    /// One request, one answer.
    ///
    /// @throws CsiException in the plug-in's words
    <Q, R> R call(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        return call(method, request, CallOptions.DEFAULT, timeout);
    }

    /// As [#call(MethodDescriptor, Object, Duration)], but waits for somebody to listen.
    <Q, R> R callWhenThere(MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        return call(method, request, CallOptions.DEFAULT.withWaitForReady(), timeout);
    }

    private <Q, R> R call(
            MethodDescriptor<Q, R> method, Q request, CallOptions base, Duration timeout) {
        channel.resetConnectBackoff();
        CallOptions options = base.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return ClientCalls.blockingUnaryCall(channel, method, options, request);
        } catch (StatusRuntimeException e) {
            String words = e.getStatus().getDescription();
            String code = e.getStatus().getCode().name();
            throw new CsiException(
                    CsiException.Code.valueOf(code), words == null ? code : words, e);
        }
    }

    /// Connects, and again after each break, until this is closed.
    ///
    /// @param told whether it is connected, at first and at each change; one call at a time
    void keepConnected(Consumer<Boolean> told) {
        if (closed) {
            return;
        }
        ConnectivityState state = channel.getState(true);
        if (state != ConnectivityState.SHUTDOWN) {
            told.accept(state == ConnectivityState.READY);
            channel.notifyWhenStateChanged(state, () -> keepConnected(told));
        }
    }

    @Override
    public void close() {
        closed = true;
        channel.shutdownNow();
        socket.close();
    }
}
