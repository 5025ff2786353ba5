package kat.csi;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import kat.csi.grpc.Plugins.InfoRequest;
import kat.csi.grpc.Plugins.RegistrationStatus;
import kat.csi.grpc.RegistrationGrpc;
import org.jspecify.annotations.Nullable;

/// Plug-ins over gRPC on Unix sockets; all share one event loop, which is there from the first
/// call on.
public final class UnixPlugins implements Plugins {

    private static final Duration INFO_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration NOTIFY_TIMEOUT = Duration.ofSeconds(5);

    /// Connections that were closed just now end meanwhile.
    private static final long QUIET_MILLIS = 100;

    private static final Path RUN = Path.of("/run");

    private final Path links;
    private @Nullable EventLoopGroup eventLoop; // guarded by this

    /// Plug-ins whose links lie where nobody cleans up: in a folder of the caller's own, or in
    /// `/run` when its path is too long for links. Links that a process before left in the own
    /// folder are removed.
    ///
    /// @param own a folder that is there and that no other process uses
    public static UnixPlugins of(Path own) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        Path links = ReachableSocket.place(own, RUN, temporary);
        if (links.equals(own)) {
            ReachableSocket.clear(own);
        }
        return new UnixPlugins(links);
    }

    /// @param links a folder with a short path: sockets under long ones are reached through it
    UnixPlugins(Path links) {
        this.links = links;
    }

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
        return new GrpcNode(channel(endpoint, PluginChannel.IDLE));
    }

    @Override
    public DevicePlugin connectDevices(
            Path endpoint, DevicePlugin.Service service, Consumer<Boolean> connected) {
        PluginChannel channel = channel(endpoint, PluginChannel.NEVER);
        channel.keepConnected(connected);
        return new GrpcDevices(channel, service);
    }

    private <T> T with(Path socket, Function<PluginChannel, T> work) {
        try (PluginChannel channel = channel(socket, PluginChannel.IDLE)) {
            return work.apply(channel);
        }
    }

    private PluginChannel channel(Path socket, Duration idle) {
        return new PluginChannel(new ReachableSocket(socket, links), eventLoop(), idle);
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
            var _ = eventLoop.shutdownGracefully(QUIET_MILLIS, 1000, TimeUnit.MILLISECONDS);
        }
    }
}
