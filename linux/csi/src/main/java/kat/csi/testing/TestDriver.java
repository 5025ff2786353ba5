package kat.csi.testing;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.csi.NodeCapability;
import kat.csi.NodeFacts;
import org.jspecify.annotations.Nullable;

/// A whole storage driver: Identity, Controller and Node on one Unix socket, Registration on
/// another, with volumes that are folders. It remembers what it was asked and fails when it is
/// told to.
///
/// **Threads:** any.
public final class TestDriver implements AutoCloseable {

    private static final long CLOSING_SECONDS = 10;

    private static final int MOST_WAITED = 12;
    private static final int TURN_SECONDS = 5;

    private final Options options;
    private final Placement placement;
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Status> failures = new ConcurrentHashMap<>();
    private final List<Server> servers = new ArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile boolean registered;
    private volatile String refusal = "";
    private @Nullable EventLoopGroup eventLoop;

    /// How a driver is.
    ///
    /// @param folder of its own: its socket and its volumes
    /// @param endpoint of its socket as it tells the node; empty for where the socket really is
    /// @param versions of the interface that it says it speaks
    /// @param facts of the node
    public record Options(
            String name,
            Path folder,
            String endpoint,
            List<String> versions,
            Set<NodeCapability> capabilities,
            NodeFacts facts) {

        public Options {
            versions = List.copyOf(versions);
            capabilities = EnumSet.copyOf(capabilities);
        }
    }

    public TestDriver(Options options, Placement placement) {
        this.options = options;
        this.placement = placement;
    }

    /// Serves, and asks the kubelet of `registry` to be registered.
    public void start(Path registry) throws IOException {
        Files.createDirectories(volumes());
        Files.createDirectories(registry);
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(
                        1, new DefaultThreadFactory("csi-driver", true), NioIoHandler.newFactory());
        eventLoop = group;
        servers.add(
                server(socket(), group)
                        .addService(new TestNodeService(this))
                        .addService(new TestControllerService(this))
                        .addService(new TestIdentityService(this))
                        .build()
                        .start());
        servers.add(
                server(registration(registry), group)
                        .addService(new TestRegistrationService(this))
                        .build()
                        .start());
    }

    static NettyServerBuilder server(Path socket, EventLoopGroup group) throws IOException {
        Files.deleteIfExists(socket);
        return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .withChildOption(ChannelOption.SO_KEEPALIVE, null) // a Unix socket has none
                .directExecutor();
    }

    /// Where the driver's own socket is.
    public Path socket() {
        return options.folder().resolve("csi.sock");
    }

    /// The socket by which it is found in a kubelet's folder.
    public Path registration(Path registry) {
        return registry.resolve(options.name() + "-reg.sock");
    }

    Path volumes() {
        return options.folder().resolve("volumes");
    }

    Options options() {
        return options;
    }

    Placement placement() {
        return placement;
    }

    /// What it was asked so far, oldest first; questions about the driver itself are left out.
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /// The same as methods with volumes.
    public List<String> course() {
        return calls.stream().map(Call::text).toList();
    }

    /// Lets every call of a method fail from now on.
    ///
    /// @param code as gRPC writes it, such as `INTERNAL`
    public void fail(String method, String code, String words) {
        failures.put(method, Status.Code.valueOf(code).toStatus().withDescription(words));
    }

    public void succeed(String method) {
        failures.remove(method);
    }

    /// Waits until the kubelet has said what it thinks of the driver.
    ///
    /// @return why it is not registered; empty when it is
    public String awaitVerdict() throws InterruptedException {
        return awaitVerdict(() -> {});
    }

    /// The same with a kubelet whose clock stands still: on a slow machine it may try twice.
    ///
    /// @param passing lets its time pass until it tries again
    public String awaitVerdict(Runnable passing) throws InterruptedException {
        for (int waited = 0; waited < MOST_WAITED; waited++) {
            if (told.await(TURN_SECONDS, TimeUnit.SECONDS)) {
                return registered ? "" : refusal;
            }
            passing.run();
        }
        return "nobody asked";
    }

    void verdict(boolean accepted, String error) {
        registered = accepted;
        refusal = error;
        told.countDown();
    }

    /// @return how the call is to fail; null when it is to succeed
    @Nullable Status asked(Call call) {
        calls.add(call);
        return failures.get(call.method());
    }

    /// Whoever comes next may use the same sockets: their files go before this returns.
    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
        for (Server server : servers) {
            try {
                var _ = server.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (eventLoop != null) {
            var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
