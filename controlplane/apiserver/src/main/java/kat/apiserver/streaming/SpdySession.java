package kat.apiserver.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The server's side of SPDY/3.1 over any wire: streams that the client opens. Flow control is left
/// to the wire, as in the library that Kubernetes uses.
///
/// **Threads:** bytes are received on one thread; streams are written by any.
final class SpdySession {

    private final Wire wire;
    private final Listener listener;
    private final Object codecLock = new Object();
    private final EmbeddedChannel encoder = channel(); // guarded by codecLock
    private final EmbeddedChannel decoder = channel();
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();

    /// What is told of streams.
    interface Listener {
        /// Called on a virtual thread, after the stream was accepted.
        void opened(Stream stream) throws InterruptedException;

        void closed();
    }

    SpdySession(Wire wire, Listener listener) {
        this.wire = wire;
        this.listener = listener;
    }

    private static EmbeddedChannel channel() {
        return new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    }

    /// One stream that the client opened.
    final class Stream implements ForwardedStream {
        private final int id;
        private final SpdySynStreamFrame head;
        private final Inbox input = new Inbox(wire);

        Stream(int id, SpdySynStreamFrame head) {
            this.id = id;
            this.head = head;
        }

        /// Empty when absent.
        String header(String name) {
            CharSequence value = head.headers().get(name);
            return value == null ? "" : value.toString();
        }

        @Override
        public Inbox input() {
            return input;
        }

        @Override
        public void send(byte[] bytes) throws InterruptedException {
            write(new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes)));
        }

        /// Tells the client that no more comes.
        @Override
        public void end() throws InterruptedException {
            DefaultSpdyDataFrame last = new DefaultSpdyDataFrame(id, Unpooled.EMPTY_BUFFER);
            last.setLast(true);
            write(last);
        }
    }

    void received(byte[] bytes) {
        decoder.writeInbound(Unpooled.wrappedBuffer(bytes));
        for (Object frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
            try {
                handle(frame);
            } finally {
                ReferenceCountUtil.release(frame);
            }
        }
    }

    private void handle(Object frame) {
        switch (frame) {
            case SpdySynStreamFrame opened -> open(opened);
            case SpdyDataFrame data -> data(data);
            case SpdyRstStreamFrame reset -> end(reset.streamId());
            case SpdyPingFrame ping ->
                    Thread.ofVirtual().start(() -> quietly(new DefaultSpdyPingFrame(ping.id())));
            default -> {}
        }
    }

    private void open(SpdySynStreamFrame opened) {
        Stream stream = new Stream(opened.streamId(), opened);
        streams.put(opened.streamId(), stream);
        if (opened.isLast()) {
            stream.input.end();
        }
        Thread.ofVirtual().start(() -> accept(stream));
    }

    /// An accepted stream's reply carries a header: clients in Go wait forever for an empty one.
    private void accept(Stream stream) {
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream.id);
        reply.headers().set("accepted", "true");
        try {
            write(reply);
            listener.opened(stream);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void data(SpdyDataFrame frame) {
        Stream stream = streams.get(frame.streamId());
        if (stream == null) {
            return;
        }
        byte[] bytes = new byte[frame.content().readableBytes()];
        frame.content().readBytes(bytes);
        stream.input.add(bytes);
        if (frame.isLast()) {
            stream.input.end();
        }
    }

    private void end(int id) {
        Stream stream = streams.get(id);
        if (stream != null) {
            stream.input.end();
        }
    }

    void closed() {
        for (Stream stream : streams.values()) {
            stream.input.end();
        }
        listener.closed();
    }

    private void quietly(Object frame) {
        try {
            write(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Object frame) throws InterruptedException {
        byte[] bytes;
        synchronized (codecLock) {
            encoder.writeOutbound(frame);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (ByteBuf part = encoder.readOutbound();
                    part != null;
                    part = encoder.readOutbound()) {
                byte[] copy = new byte[part.readableBytes()];
                part.readBytes(copy);
                part.release();
                all.writeBytes(copy);
            }
            bytes = all.toByteArray();
        }
        wire.send(bytes);
    }

    void close() {
        wire.close();
    }
}
