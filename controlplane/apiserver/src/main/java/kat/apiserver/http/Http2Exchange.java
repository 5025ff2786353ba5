package kat.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// One stream of an HTTP/2 connection: request, exchange and body of the answer in one object.
///
/// **Threads:** as [Exchange] and [Outflow]; package-private methods on the event loop.
final class Http2Exchange implements Exchange, Request, Outflow {

    private final Http2Handler connection;
    private final ChannelHandlerContext context;
    private final Http2Stream stream;
    private final Http2Headers headers;
    private final String path;
    private final String rawQuery;
    private final Body incoming;
    private final Closing closing = new Closing();
    private final Backlog backlog = new Backlog();
    private byte[] body = {};
    private @Nullable Peer peer;
    private volatile @Nullable Runnable onWritable;
    private volatile boolean writable = true;
    private int held; // bytes of the body that are counted as unfinished
    private int looks;
    private boolean isAnswered;

    Http2Exchange(
            Http2Handler connection,
            ChannelHandlerContext context,
            Http2Stream stream,
            Http2Headers headers) {
        this.connection = connection;
        this.context = context;
        this.stream = stream;
        this.headers = headers;
        this.incoming = new Body(connection.maxBodyBytes());
        String target = headers.path() == null ? "/" : headers.path().toString();
        int mark = target.indexOf('?');
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.rawQuery = mark < 0 ? "" : target.substring(mark + 1);
    }

    Body incoming() {
        return incoming;
    }

    /// Takes a part of the body; only one that more is to follow counts as held.
    void receive(ByteBuf data, boolean end) {
        incoming.add(data);
        if (!end && !incoming.isTooLarge()) {
            held += data.readableBytes();
            connection.held().add(data.readableBytes());
        }
    }

    private void letGo() {
        connection.held().add(-held);
        held = 0;
    }

    /// Counts one more look at a client that is waited for.
    Patience.Waiting waits() {
        boolean forBody = !isComplete();
        if (!forBody && !isAnswered) {
            return Patience.Waiting.NONE;
        }
        return new Patience.Waiting(++looks, forBody);
    }

    boolean isComplete() {
        return peer != null;
    }

    void complete(Peer client) {
        body = incoming.take();
        peer = client;
        looks = 0;
        letGo();
    }

    void closed() {
        letGo();
        closing.close();
    }

    void writable() {
        writable = true;
        Runnable callback = onWritable;
        if (callback != null) {
            connection.later(callback);
        }
    }

    @Override
    public Request request() {
        return this;
    }

    @Override
    public String method() {
        return String.valueOf(headers.method());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String rawQuery() {
        return rawQuery;
    }

    @Override
    public @Nullable String header(String name) {
        if (name.equals("host")) {
            CharSequence authority = headers.authority();
            return authority == null ? null : authority.toString();
        }
        CharSequence value = headers.get(name);
        return value == null ? null : HeaderText.read(value);
    }

    @Override
    public List<Map.Entry<String, String>> allHeaders() {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            all.add(Map.entry(header.getKey().toString(), header.getValue().toString()));
        }
        return all;
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (CharSequence value : headers.getAll(name)) {
            values.add(HeaderText.read(value));
        }
        return values;
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public Peer peer() {
        return Check.notNull(peer, "the request is complete");
    }

    @Override
    public void send(Answer answer) {
        connection.run(
                context,
                () -> {
                    isAnswered = true;
                    int length = answer.length();
                    Http2Headers head = head(answer);
                    head.setInt(HttpHeaderNames.CONTENT_LENGTH, length);
                    boolean headOnly = length == 0 || "HEAD".contentEquals(method());
                    write(head, headOnly ? null : inParts(answer.body()), true);
                });
    }

    /// The body without a copy of it.
    private static ByteBuf inParts(List<byte[]> parts) {
        return parts.size() == 1
                ? Unpooled.wrappedBuffer(parts.getFirst())
                : Unpooled.wrappedBuffer(parts.size(), parts.toArray(byte[][]::new));
    }

    @Override
    public Outflow stream(Answer answer) {
        connection.run(
                context,
                () -> {
                    byte[] bytes = answer.joined();
                    ByteBuf first = bytes.length == 0 ? null : Unpooled.wrappedBuffer(bytes);
                    write(head(answer), first, false);
                });
        return this;
    }

    private static Http2Headers head(Answer answer) {
        Http2Headers head = new DefaultHttp2Headers(false);
        head.status(Integer.toString(answer.code()));
        if (!answer.contentType().isEmpty()) {
            head.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        for (Answer.Header header : answer.headers()) {
            head.add(header.name(), header.value());
        }
        return head;
    }

    private void write(Http2Headers head, @Nullable ByteBuf data, boolean end) {
        if (closing.isClosed()) {
            release(data);
            return;
        }
        Http2ConnectionEncoder encoder = connection.encoder();
        ChannelFuture unusedHeaders =
                encoder.writeHeaders(
                        context, stream.id(), head, 0, end && data == null, context.newPromise());
        if (data != null) {
            ChannelFuture unusedData =
                    encoder.writeData(context, stream.id(), data, 0, end, context.newPromise());
        }
    }

    private static void release(@Nullable ByteBuf data) {
        if (data != null) {
            data.release();
        }
    }

    @Override
    public boolean isWritable() {
        return writable && !backlog.isFull();
    }

    @Override
    public void write(byte[] part) {
        backlog.add(part);
        connection.run(
                context,
                () -> {
                    boolean roomAgain = backlog.remove(part);
                    data(part, false);
                    if (roomAgain && writable) {
                        writable();
                    }
                });
    }

    @Override
    public void end() {
        connection.run(context, () -> data(new byte[0], true));
    }

    @Override
    public void abort() {
        connection.run(
                context,
                () -> {
                    if (!closing.isClosed()) {
                        ChannelFuture unused =
                                connection
                                        .encoder()
                                        .writeRstStream(
                                                context,
                                                stream.id(),
                                                Http2Error.INTERNAL_ERROR.code(),
                                                context.newPromise());
                    }
                });
    }

    private void data(byte[] part, boolean end) {
        if (closing.isClosed()) {
            return;
        }
        Http2ConnectionEncoder encoder = connection.encoder();
        ChannelFuture unusedData =
                encoder.writeData(
                        context,
                        stream.id(),
                        Unpooled.wrappedBuffer(part),
                        0,
                        end,
                        context.newPromise());
        writable = encoder.flowController().isWritable(stream);
    }

    @Override
    public void onWritable(Runnable callback) {
        onWritable = callback;
    }

    @Override
    public void onClosed(Runnable callback) {
        closing.onClosed(callback);
    }

    @Override
    public boolean isClosed() {
        return closing.isClosed();
    }

    @Override
    public void later(Runnable task) {
        connection.later(task);
    }

    @Override
    public boolean canUpgrade() {
        return false;
    }

    @Override
    public RawConnection upgrade(Answer head, RawConnection.Receiver receiver) {
        throw new IllegalStateException("an HTTP/2 stream cannot be taken over");
    }
}
