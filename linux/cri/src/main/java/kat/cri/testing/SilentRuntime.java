package kat.cri.testing;

import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server of gRPC that answers every call with an empty message, whatever its type: as a
/// container runtime it has nothing and says nothing of itself.
public final class SilentRuntime implements AutoCloseable {

    private final EventLoopGroup eventLoop;
    private final Server server;

    /// @param socket where it will listen
    public SilentRuntime(Path socket) {
        eventLoop =
                new MultiThreadIoEventLoopGroup(
                        1,
                        new DefaultThreadFactory("kat-silent-runtime", true),
                        NioIoHandler.newFactory());
        server =
                NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                        .channelType(NioServerDomainSocketChannel.class)
                        .bossEventLoopGroup(eventLoop)
                        .workerEventLoopGroup(eventLoop)
                        .fallbackHandlerRegistry(new Everything())
                        .build();
    }

    /// @throws IOException when it cannot listen
    public void start() throws IOException {
        Server unused = server.start();
    }

    @Override
    public void close() {
        server.shutdownNow();
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final class Everything extends HandlerRegistry {

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
            MethodDescriptor<byte[], byte[]> method =
                    MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                            .setType(MethodType.UNARY)
                            .setFullMethodName(name)
                            .build();
            return ServerMethodDefinition.create(
                    method,
                    ServerCalls.asyncUnaryCall(
                            (_, answer) -> {
                                answer.onNext(new byte[0]);
                                answer.onCompleted();
                            }));
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            return new byte[0]; // what was asked does not matter
        }
    }
}
