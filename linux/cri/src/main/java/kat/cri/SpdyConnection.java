package kat.cri;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A SPDY/3.1 connection to a runtime's streaming server, as a client: the only protocol of that
/// server which can end one direction of a stream and keep the other.
///
/// The server neither keeps to SPDY's windows nor grants any, so that the TCP connection carries
/// the back-pressure: reading pauses while more than [#HIGH_WATER_BYTES] wait for their readers.
final class SpdyConnection implements AutoCloseable {

    private static final long HIGH_WATER_BYTES = 1 << 20;
    private static final long LOW_WATER_BYTES = 256 << 10;
    private static final int CHUNK_BYTES = 32 << 10;
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int UPGRADE_TIMEOUT_SECONDS = 30;

    private final Map<Integer, SpdyBuffer> streams = new ConcurrentHashMap<>();
    private final AtomicInteger nextStream = new AtomicInteger(1);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Channel channel;

    /// Whether enough waits for the readers.
    private volatile boolean paused;

    /// A pair of directions.
    record Stream(SpdyBuffer input, OutputStream output) {}

    private SpdyConnection(Channel channel) {
        this.channel = channel;
    }

    /// @param protocol the value of `X-Stream-Protocol-Version`
    static SpdyConnection open(EventLoopGroup eventLoop, URI url, String protocol)
            throws IOException {
        CompletableFuture<String> upgraded = new CompletableFuture<>();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(eventLoop)
                        .channel(NioSocketChannel.class)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel ch) {
                                        ch.pipeline().addLast(new SpdyUpgrade(upgraded));
                                    }
                                });
        ChannelFuture connect = bootstrap.connect(url.getHost(), url.getPort());
        await(connect);
        Channel channel = connect.channel();
        SpdyConnection connection = new SpdyConnection(channel);
        channel.pipeline().addFirst(connection.new Gate());
        channel.pipeline().addLast(connection.new Inbound());
        try {
            await(channel.writeAndFlush(SpdyUpgrade.request(url, protocol)));
            channel.read();
            String refusal = upgraded.get(UPGRADE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (!refusal.isEmpty()) {
                throw new IOException("the streaming server refused: " + refusal);
            }
            return connection;
        } catch (InterruptedException e) {
            connection.close();
            throw interrupted(e);
        } catch (ExecutionException | TimeoutException e) {
            connection.close();
            throw new IOException("the streaming server did not answer the upgrade", e);
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    /// Opens a stream.
    ///
    /// @param headers at least one
    Stream stream(Map<String, String> headers) throws IOException {
        int id = nextStream.getAndAdd(2);
        SpdyBuffer input = new SpdyBuffer(this::consumed);
        streams.put(id, input);
        DefaultSpdySynStreamFrame open = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            open.headers().add(header.getKey(), header.getValue());
        }
        await(channel.writeAndFlush(open));
        return new Stream(input, new Output(id));
    }

    boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void close() {
        var _ = channel.close();
    }

    private void received(int count) {
        if (waitingBytes.addAndGet(count) > HIGH_WATER_BYTES) {
            paused = true;
            if (waitingBytes.get() < LOW_WATER_BYTES) {
                paused = false; // all was read between the two lines above
            }
        }
    }

    private void consumed(int count) {
        long left = waitingBytes.addAndGet(-count);
        if (left < LOW_WATER_BYTES && left + count >= LOW_WATER_BYTES) {
            paused = false;
            channel.read();
        }
    }

    private static void await(ChannelFuture future) throws IOException {
        try {
            future.await();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        if (!future.isSuccess()) {
            throw new IOException("the stream to the container broke", future.cause());
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
                new InterruptedIOException("interrupted while talking to a container");
        interrupted.initCause(cause);
        return interrupted;
    }

    /// Stands between the socket and the frame codec, which asks for more by itself whatever the
    /// channel's settings say.
    private final class Gate extends ChannelOutboundHandlerAdapter {

        @Override
        public void read(ChannelHandlerContext context) {
            if (!paused) {
                context.read();
            }
        }
    }

    private final class Inbound extends SimpleChannelInboundHandler<Object> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, Object message) {
            if (message instanceof SpdyPingFrame ping) {
                if (ping.id() % 2 == 0) {
                    var _ = context.writeAndFlush(ReferenceCountUtil.retain(ping));
                }
                return;
            }
            if (!(message instanceof SpdyStreamFrame frame)) {
                return;
            }
            SpdyBuffer buffer = streams.get(frame.streamId());
            if (buffer == null) {
                return;
            }
            switch (frame) {
                case SpdyDataFrame data -> {
                    byte[] bytes = ByteBufUtil.getBytes(data.content());
                    if (bytes.length > 0) {
                        received(bytes.length);
                        buffer.add(bytes);
                    }
                    endIfLast(data, buffer);
                }
                case SpdyRstStreamFrame reset -> reset(reset, buffer);
                default -> endIfLast(frame, buffer);
            }
        }

        /// The server ends a session by cancelling its streams, after all that was to be said.
        private void reset(SpdyRstStreamFrame reset, SpdyBuffer buffer) {
            if (reset.status().equals(SpdyStreamStatus.CANCEL)) {
                buffer.end();
            } else {
                buffer.fail(new IOException("stream reset: " + reset.status()));
            }
        }

        private void endIfLast(SpdyStreamFrame frame, SpdyBuffer buffer) {
            if (frame.isLast()) {
                buffer.end();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.read();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            streams.values().forEach(SpdyBuffer::end);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            IOException broken = new IOException("the stream to the container broke", cause);
            streams.values().forEach(buffer -> buffer.fail(broken));
            var _ = context.close();
        }
    }

    private final class Output extends OutputStream {

        private final int id;
        private boolean closed;

        Output(int id) {
            this.id = id;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            Objects.checkFromIndexSize(from, length, bytes.length);
            if (closed) {
                throw new IOException("the stream was closed");
            }
            for (int sent = 0; sent < length; sent += CHUNK_BYTES) {
                int count = Math.min(CHUNK_BYTES, length - sent);
                ByteBuf chunk = Unpooled.copiedBuffer(bytes, from + sent, count);
                await(channel.writeAndFlush(new DefaultSpdyDataFrame(id, chunk)));
            }
        }

        @Override
        public void close() throws IOException {
            if (closed) {
                return;
            }
            closed = true;
            if (channel.isActive()) {
                await(channel.writeAndFlush(new DefaultSpdyDataFrame(id).setLast(true)));
            }
        }
    }
}
