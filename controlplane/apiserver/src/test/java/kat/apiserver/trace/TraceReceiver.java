package kat.apiserver.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// A collector of the test's own: takes OTLP over gRPC on a free port and keeps what it was sent.
public final class TraceReceiver implements AutoCloseable {

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private final List<Span> spans = new ArrayList<>(); // guarded by this
    private final List<String> paths = new ArrayList<>(); // guarded by this
    private volatile Answer answer = new Answer("0", "");

    /// A span as it came.
    public record Span(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long nanos,
            Map<String, String> attributes,
            String link,
            long status) {}

    /// What it answers.
    ///
    /// @param message in hexadecimal
    record Answer(String status, String message) {}

    public TraceReceiver() throws InterruptedException {
        channel =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel opened) {
                                        opened.pipeline()
                                                .addLast(Http2FrameCodecBuilder.forServer().build())
                                                .addLast(new Http2MultiplexHandler(streams()));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sync()
                        .channel();
    }

    private ChannelInitializer<Channel> streams() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Stream());
            }
        };
    }

    public String endpoint() {
        return "127.0.0.1:" + ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /// From now on it answers so.
    void answers(String status, String message) {
        answer = new Answer(status, message);
    }

    /// The first span that fits, once it is there.
    public synchronized Span await(Predicate<Span> wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            for (Span span : spans) {
                if (wanted.test(span)) {
                    return span;
                }
            }
            assertTrue(end - System.nanoTime() > 0, spans::toString);
            wait(100);
        }
    }

    /// All of one trace as they came so far.
    public synchronized List<Span> of(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    public synchronized List<Span> all() {
        return List.copyOf(spans);
    }

    synchronized List<String> paths() {
        return List.copyOf(paths);
    }

    synchronized int count() {
        return spans.size();
    }

    @Override
    public void close() {
        ChannelFuture unused = channel.close();
        Future<?> unusedEnd = loops.shutdownGracefully();
    }

    private synchronized void took(String path, byte[] request) {
        paths.add(path);
        for (byte[] group : parts(request, 1)) {
            for (byte[] scope : parts(group, 2)) {
                for (byte[] span : parts(scope, 2)) {
                    spans.add(span(fields(span)));
                }
            }
        }
        notifyAll();
    }

    private static Span span(SortedMap<Integer, List<Object>> fields) {
        SortedMap<String, String> attributes = new TreeMap<>();
        for (Object each : fields.getOrDefault(9, List.of())) {
            SortedMap<Integer, List<Object>> pair = fields((byte[]) each);
            SortedMap<Integer, List<Object>> value = fields((byte[]) pair.get(2).getFirst());
            attributes.put(
                    text(pair, 1), value.containsKey(1) ? text(value, 1) : "" + number(value, 3));
        }
        String link =
                fields.containsKey(13) ? hex(fields((byte[]) fields.get(13).getFirst()), 1) : "";
        long status =
                fields.containsKey(15) ? number(fields((byte[]) fields.get(15).getFirst()), 3) : 0;
        return new Span(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                text(fields, 5),
                number(fields, 6),
                number(fields, 8) - number(fields, 7),
                attributes,
                link,
                status);
    }

    private static String hex(SortedMap<Integer, List<Object>> fields, int number) {
        return fields.containsKey(number)
                ? HexFormat.of().formatHex((byte[]) fields.get(number).getFirst())
                : "";
    }

    private static String text(SortedMap<Integer, List<Object>> fields, int number) {
        return fields.containsKey(number)
                ? new String((byte[]) fields.get(number).getFirst(), UTF_8)
                : "";
    }

    private static long number(SortedMap<Integer, List<Object>> fields, int number) {
        return fields.containsKey(number) ? (long) fields.get(number).getFirst() : 0;
    }

    private static List<byte[]> parts(byte[] message, int number) {
        return fields(message).getOrDefault(number, List.of()).stream()
                .map(part -> (byte[]) part)
                .toList();
    }

    /// Runs of bytes as they are, numbers as longs.
    private static SortedMap<Integer, List<Object>> fields(byte[] message) {
        SortedMap<Integer, List<Object>> fields = new TreeMap<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = varint(message, at);
            Object value =
                    switch ((int) (tag & 7)) {
                        case 0 -> varint(message, at);
                        case 1 -> fixed(message, at, 8);
                        case 5 -> fixed(message, at, 4);
                        default -> {
                            int length = (int) varint(message, at);
                            byte[] run = new byte[length];
                            System.arraycopy(message, at[0], run, 0, length);
                            at[0] += length;
                            yield run;
                        }
                    };
            fields.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = message[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static long fixed(byte[] message, int[] at, int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (message[at[0]++] & 0xffL) << (8 * i);
        }
        return value;
    }

    /// One call.
    private final class Stream extends ChannelInboundHandlerAdapter {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private String path = "";

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            if (frame instanceof Http2HeadersFrame headers) {
                path = headers.headers().path().toString();
            } else if (frame instanceof Http2DataFrame data) {
                byte[] part = new byte[data.content().readableBytes()];
                data.content().readBytes(part);
                body.writeBytes(part);
                if (data.isEndStream()) {
                    end(context);
                }
            }
            ReferenceCountUtil.release(frame);
        }

        private void end(ChannelHandlerContext context) {
            Answer now = answer;
            byte[] all = body.toByteArray();
            byte[] message = new byte[all.length - 5];
            System.arraycopy(all, 5, message, 0, message.length);
            if (now.status().equals("0")) {
                took(path, message);
            }
            ChannelFuture unused =
                    context.write(
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers()
                                            .status("200")
                                            .set("content-type", "application/grpc")));
            byte[] told = HexFormat.of().parseHex(now.message());
            byte[] head = {0, 0, 0, 0, (byte) told.length};
            unused = context.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(head, told)));
            unused =
                    context.writeAndFlush(
                            new DefaultHttp2HeadersFrame(
                                    new DefaultHttp2Headers()
                                            .set("grpc-status", now.status())
                                            .set("grpc-message", "said by the test"),
                                    true));
        }
    }
}
