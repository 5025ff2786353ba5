package kat.apiserver.trace;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.apiserver.config.ConfigFileException;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Calls methods of one gRPC server, one after the other, over a connection that is kept.
///
/// There is no TLS: Kubernetes has none to collectors either.
///
/// **Threads:** one.
///
/// **Source:** "gRPC over HTTP2" (`doc/PROTOCOL-HTTP2.md` of grpc/grpc); RFC 9113.
final class GrpcCaller implements AutoCloseable {

    private static final int HEAD = 5;
    private static final int MOST_ANSWER = 64 << 10;
    private static final int MOST_FAULT = 300;

    private final Target target;
    private final Ticker ticker;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("kat-traces-io", true), NioIoHandler.newFactory());
    private @Nullable Channel connection;

    GrpcCaller(Target target, Ticker ticker) {
        this.target = target;
        this.ticker = ticker;
    }

    /// A server as gRPC names it.
    ///
    /// @param authority as requests tell it
    /// @param path of a socket; empty for one that is reached over the network
    record Target(String authority, String host, int port, String path) {

        private static final Pattern NETWORK =
                Pattern.compile(
                        "(?:dns:(?:///)?)?(\\[[0-9a-fA-F:.]+\\]|[^:/\\[\\]]+)(?::([0-9]{1,5}))?");
        private static final Pattern SOCKET = Pattern.compile("unix:(?://)?(/.+)");
        private static final int DEFAULT_PORT = 443;
        private static final int MOST_PORT = 65_535;

        /// @throws ConfigFileException when a target cannot be reached from here
        static Target of(String text) {
            Matcher socket = SOCKET.matcher(text);
            if (socket.matches()) {
                return new Target("localhost", "", 0, socket.group(1));
            }
            Matcher network = NETWORK.matcher(text);
            int port = 0;
            if (network.matches()) {
                String told = network.group(2);
                port = told == null ? DEFAULT_PORT : Integer.parseInt(told);
            }
            if (port < 1 || port > MOST_PORT) {
                throw new ConfigFileException(
                        "endpoint: Invalid value: \""
                                + text
                                + "\": must be host:port, dns:///host:port or unix:///path");
            }
            String host = network.group(1);
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new Target(host + ":" + port, bare, port, "");
        }

        SocketAddress address() {
            return path.isEmpty()
                    ? new InetSocketAddress(host, port)
                    : UnixDomainSocketAddress.of(path);
        }
    }

    /// The answer to one call.
    ///
    /// @param path of the method
    /// @throws IOException when the server could not be asked or refused, or gave no answer in time
    /// @throws InterruptedException when the thread was told to end
    byte[] call(String path, byte[] message, Duration timeout)
            throws IOException, InterruptedException {
        long end = ticker.nanos() + timeout.toNanos();
        Channel open = connected(end);
        Promise<byte[]> answer = open.eventLoop().newPromise();
        Channel stream =
                within(
                        new Http2StreamChannelBootstrap(open).handler(new Collector(answer)).open(),
                        end);
        try {
            // What cannot be written ends the stream, which the collector is told of.
            ChannelFuture unusedHead =
                    stream.write(new DefaultHttp2HeadersFrame(headers(path, timeout), false));
            byte[] head = {
                0,
                (byte) (message.length >>> 24),
                (byte) (message.length >>> 16),
                (byte) (message.length >>> 8),
                (byte) message.length
            };
            ChannelFuture unused =
                    stream.writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(head, message), true));
            return within(answer, end);
        } finally {
            ChannelFuture unusedEnd = stream.close();
            if (answer.isCancelled()) {
                // Nobody may be behind it any more, which TCP notices after many minutes.
                connection = null;
                ChannelFuture unusedConnection = open.close();
            }
        }
    }

    private Http2Headers headers(String path, Duration timeout) {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path(path)
                .authority(target.authority())
                .set("content-type", "application/grpc")
                .set("te", "trailers")
                .set("grpc-timeout", timeout.toMillis() + "m")
                .set("user-agent", "kat");
    }

    private Channel connected(long end) throws IOException, InterruptedException {
        Channel known = connection;
        if (known != null && known.isActive()) {
            return known;
        }
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loop)
                        .channel(
                                target.path().isEmpty()
                                        ? NioSocketChannel.class
                                        : NioDomainSocketChannel.class)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millisTo(end))
                        .handler(new Opening())
                        .connect(target.address());
        within(connecting, end);
        connection = connecting.channel();
        return connecting.channel();
    }

    private long millisTo(long end) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - ticker.nanos()));
    }

    private <T> T within(Future<T> future, long end) throws IOException, InterruptedException {
        if (!future.await(millisTo(end))) {
            future.cancel(false);
            throw new IOException("no answer in time");
        }
        if (!future.isSuccess()) {
            Throwable cause = future.cause();
            throw new IOException(cause.getMessage(), cause);
        }
        return future.getNow();
    }

    @Override
    public void close() {
        Future<?> unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /// HTTP/2 without a question before: the server is known to speak it.
    private static final class Opening extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(
                            Http2FrameCodecBuilder.forClient()
                                    .initialSettings(
                                            Http2Settings.defaultSettings().pushEnabled(false))
                                    .build())
                    .addLast(new Http2MultiplexHandler(new Refusing()));
        }
    }

    /// No server has to open streams here.
    private static final class Refusing extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ChannelFuture unused = context.close();
        }
    }

    /// Waits for one answer.
    private static final class Collector extends ChannelInboundHandlerAdapter {
        private final Promise<byte[]> answer;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String status = "";

        Collector(Promise<byte[]> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            try {
                switch (frame) {
                    case Http2HeadersFrame headers -> headers(headers);
                    case Http2DataFrame data -> data(data);
                    case Http2ResetFrame reset -> fail("the call was reset, " + reset.errorCode());
                    default -> {}
                }
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }

        private void headers(Http2HeadersFrame frame) {
            Http2Headers headers = frame.headers();
            CharSequence code = headers.status();
            if (code != null && !code.toString().equals("200")) {
                fail("the server answered with HTTP status " + code);
                return;
            }
            CharSequence result = headers.get("grpc-status");
            if (result != null) {
                status = result.toString();
                CharSequence why = headers.get("grpc-message");
                if (!status.equals("0")) {
                    fail("grpc-status " + status + (why == null ? "" : ": " + why));
                }
            }
            if (frame.isEndStream()) {
                end();
            }
        }

        private void data(Http2DataFrame frame) {
            int length = frame.content().readableBytes();
            if (body.size() + length > MOST_ANSWER) {
                fail("the answer is too large");
                return;
            }
            byte[] part = new byte[length];
            frame.content().readBytes(part);
            body.writeBytes(part);
            if (frame.isEndStream()) {
                end();
            }
        }

        private void end() {
            if (!status.equals("0")) {
                fail("the answer has no grpc-status");
                return;
            }
            byte[] all = body.toByteArray();
            byte[] message = new byte[Math.max(0, all.length - HEAD)];
            System.arraycopy(all, all.length - message.length, message, 0, message.length);
            answer.trySuccess(message);
        }

        private void fail(String why) {
            answer.tryFailure(
                    new IOException(
                            why.length() > MOST_FAULT ? why.substring(0, MOST_FAULT) : why));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail("the connection was closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.tryFailure(cause);
        }
    }
}
