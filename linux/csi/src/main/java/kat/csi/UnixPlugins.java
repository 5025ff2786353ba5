package kat.csi;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import kat.csi.grpc.Plugins.InfoRequest;
import kat.csi.grpc.Plugins.RegistrationStatus;
import kat.csi.grpc.RegistrationGrpc;
import org.jspecify.annotations.Nullable;

/// Plug-ins over gRPC on Unix sockets; all share one event loop, which is there from the first call
/// on.
public final class UnixPlugins implements Plugins {

    private static final Duration INFO_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration NOTIFY_TIMEOUT = Duration.ofSeconds(5);

    private @Nullable EventLoopGroup eventLoop; // guarded by this

    @Override
    public PluginInfo info(Path socket) {
        return with(
                socket,
                channel -> {
                    var info =
                            channel.callWhenThere(
                                    RegistrationGrpc.getGetInfoMethod(),
                                    InfoRequest.getDefaultInstance(),
                                    INFO_TIMEOUT);
                    return new PluginInfo(
                            info.getType(),
                            info.getName(),
                            info.getEndpoint(),
                            info.getSupportedVersionsList());
                });
    }

    @Override
    public void notify(Path socket, boolean registered, String error) {
        RegistrationStatus status =
                RegistrationStatus.newBuilder()
                        .setPluginRegistered(registered)
                        .setError(error)
                        .build();
        var _ =
                with(
                        socket,
                        channel ->
                                channel.call(
                                        RegistrationGrpc.getNotifyRegistrationStatusMethod(),
                                        status,
                                        NOTIFY_TIMEOUT));
    }

    @Override
    public NodePlugin connect(Path endpoint) {
        return new GrpcNode(new PluginChannel(endpoint, eventLoop()));
    }

    private <T> T with(Path socket, Function<PluginChannel, T> work) {
        try (PluginChannel channel = new PluginChannel(socket, eventLoop())) {
            return work.apply(channel);
        }
    }

    private synchronized EventLoopGroup eventLoop() {
        EventLoopGroup known = eventLoop;
        if (known == null) {
            known =
                    new MultiThreadIoEventLoopGroup(
                            1,
                            new DefaultThreadFactory("kat-csi", true),
                            NioIoHandler.newFactory());
            eventLoop = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        if (eventLoop != null) {
            var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
