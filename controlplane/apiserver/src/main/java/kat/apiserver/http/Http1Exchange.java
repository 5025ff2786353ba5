package kat.apiserver.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request of an HTTP/1.1 connection: request, exchange and body of the answer in one object.
///
/// **Threads:** as [Exchange] and [Outflow]; package-private methods on the event loop.
final class Http1Exchange implements Exchange, Request, Outflow {

    private final Http1Handler connection;
    private final ChannelHandlerContext context;
    private final HttpRequest head;
    private final Peer peer;
    private final String path;
    private final String rawQuery;
    private final Closing closing = new Closing();
    private final Backlog backlog = new Backlog();
    private boolean keepAlive;
    private byte[] body = {};
    private volatile @Nullable Runnable onWritable;

    Http1Exchange(
            Http1Handler connection, ChannelHandlerContext context, HttpRequest head, Peer peer) {
        this.connection = connection;
        this.context = context;
        this.head = head;
        this.peer = peer;
        this.keepAlive = HttpUtil.isKeepAlive(head);
        String target = head.uri();
        int mark = target.indexOf('?');
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.rawQuery = mark < 0 ? "" : target.substring(mark + 1);
    }

    void complete(byte[] received) {
        body = received;
    }

    void closeAfterAnswer() {
        keepAlive = false;
    }

    void closed() {
        closing.close();
    }

    void writable() {
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
        return head.method().name();
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
        String value = head.headers().get(name);
        return value == null ? null : HeaderText.read(value);
    }

    @Override
    public List<Map.Entry<String, String>> allHeaders() {
        List<Map.Entry<String, String>> all = new ArrayList<>();
        for (Map.Entry<String, String> header : head.headers()) {
            all.add(Map.entry(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        }
        return all;
    }

    @Override
    public List<String> headers(String name) {
        return head.headers().getAll(name).stream().map(HeaderText::read).toList();
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void send(Answer answer) {
        connection.later(
                () -> {
                    int length = answer.length();
                    boolean headOnly = method().equals("HEAD");
                    if (length > Pieces.MOST_BYTES && !headOnly) {
                        sendInPieces(answer, length);
                        return;
                    }
                    HttpResponse whole =
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1,
                                    HttpResponseStatus.valueOf(answer.code()),
                                    Unpooled.wrappedBuffer(
                                            headOnly ? new byte[0] : answer.joined()));
                    fill(whole, answer);
                    whole.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
                    finish(whole);
                });
    }

    /// A large answer leaves piece by piece as the client takes it: encrypted as a whole it
    /// would lie in native memory as long as a slow client pleases.
    private void sendInPieces(Answer answer, int length) {
        HttpResponse begun = begun(answer);
        begun.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, length);
        connection.answering(context);
        put(begun);
        Pieces pieces = new Pieces(answer.body());
        onWritable = () -> sendNext(pieces);
        sendNext(pieces);
    }

    private void sendNext(Pieces pieces) {
        while (!closing.isClosed() && context.channel().isWritable()) {
            byte[] piece = pieces.next();
            if (piece.length == 0) {
                onWritable = null;
                finish(LastHttpContent.EMPTY_LAST_CONTENT);
                return;
            }
            ChannelFuture unused =
                    context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)));
        }
    }

    private HttpResponse begun(Answer answer) {
        HttpResponse begun =
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.code()));
        fill(begun, answer);
        return begun;
    }

    /// A write that fails closes the connection, which tells all who care.
    private void put(Object message) {
        ChannelFuture unused = context.write(message);
    }

    private void finish(Object last) {
        if (keepAlive) {
            put(last);
        } else {
            context.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
        }
        connection.answered(context);
    }

    private void fill(HttpResponse response, Answer answer) {
        if (!answer.contentType().isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
        }
        for (Answer.Header header : answer.headers()) {
            response.headers().add(header.name(), header.value());
        }
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    @Override
    public Outflow stream(Answer answer) {
        connection.later(
                () -> {
                    HttpResponse begun = begun(answer);
                    HttpUtil.setTransferEncodingChunked(begun, true);
                    put(begun);
                    byte[] first = answer.joined();
                    if (first.length > 0) {
                        put(new DefaultHttpContent(Unpooled.wrappedBuffer(first)));
                    }
                });
        return this;
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable() && !backlog.isFull();
    }

    @Override
    public void write(byte[] part) {
        backlog.add(part);
        connection.later(
                () -> {
                    boolean roomAgain = backlog.remove(part);
                    if (!closing.isClosed()) {
                        put(new DefaultHttpContent(Unpooled.wrappedBuffer(part)));
                    }
                    if (roomAgain && context.channel().isWritable()) {
                        writable();
                    }
                });
    }

    @Override
    public void end() {
        connection.later(
                () -> {
                    if (!closing.isClosed()) {
                        finish(LastHttpContent.EMPTY_LAST_CONTENT);
                    }
                });
    }

    @Override
    public void abort() {
        connection.later(
                () -> {
                    if (!closing.isClosed()) {
                        context.flush();
                        ChannelFuture unused = context.close();
                    }
                });
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
        return true;
    }

    @Override
    public RawConnection upgrade(Answer answer, RawConnection.Receiver receiver) {
        connection.later(
                () -> {
                    HttpResponse begun =
                            new DefaultHttpResponse(
                                    HttpVersion.HTTP_1_1,
                                    HttpResponseStatus.valueOf(answer.code()));
                    for (Answer.Header header : answer.headers()) {
                        begun.headers().add(header.name(), header.value());
                    }
                    put(begun);
                    context.flush();
                    connection.upgraded(context, receiver);
                });
        return new Http1Raw(context);
    }
}
