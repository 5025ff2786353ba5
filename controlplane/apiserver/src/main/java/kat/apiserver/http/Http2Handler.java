package kat.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Map;
import java.util.Set;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection. Streams are kept as properties of Netty's stream objects instead of
/// channels of their own, which saves several kilobytes and two queues per request.
///
/// **Threads:** everything on the connection's event loop but what [Http2Exchange] says.
final class Http2Handler extends Http2ConnectionHandler {

    /// What client-go expects to be enough for its informers and a burst of requests.
    private static final int MAX_STREAMS = 1000;

    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 8 << 20;
    private static final int DEFAULT_WINDOW_BYTES = 65_535;
    private static final int MAX_HEADER_LIST_BYTES = 64 << 10;

    /// A client that ends hundreds of watches at once is no attacker.
    private static final int RESETS_PER_WINDOW = 4000;

    private static final int RESET_WINDOW_SECONDS = 30;

    /// How long a connection that is ended for a fault stays open, so that GOAWAY is read.
    private static final int FAREWELL_MILLIS = 1000;

    /// Headers of answers that are worth a place in the table that both sides keep. All others
    /// stay out of it: the client says how large the table may become, and answers' headers can
    /// be made to differ.
    private static final Map<String, Set<String>> REPEATED =
            Map.of(
                    ":status", Set.of("200", "201", "403", "404", "409"),
                    "cache-control", Set.of("no-cache, private"),
                    "content-type",
                            Set.of("application/json", "application/vnd.kubernetes.protobuf"));

    private final Handler handler;
    private final Request.Peer peer;
    private final HttpConfig config;
    private final Http2Connection.PropertyKey exchangeKey;
    private final Unfinished unfinished;
    private final Patience patience;
    private Unfinished.@Nullable Share share;
    private @Nullable Turns turns;
    private boolean reading;

    static Http2Handler create(
            Handler handler, Request.Peer peer, HttpConfig config, Guards guards) {
        return new Builder(handler, peer, config, guards).build();
    }

    /// What connections share.
    record Guards(Connections connections, Unfinished unfinished) {}

    private Http2Handler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Builder builder) {
        super(decoder, encoder, settings);
        this.handler = builder.handler;
        this.peer = builder.peer;
        this.config = builder.config;
        this.exchangeKey = connection().newKey();
        this.unfinished = builder.guards.unfinished();
        this.patience = new Patience(config.limits(), builder.guards.connections(), new Overdue());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        turns = new Turns(context, () -> flush(context));
        share = unfinished.open(() -> later(() -> closeNow(context)));
        patience.begin(context, connection());
        super.handlerAdded(context);
        decoder()
                .flowController()
                .incrementWindowSize(
                        connection().connectionStream(),
                        CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES);
        encoder().flowController().listener(this::writabilityChanged);
        flush(context);
    }

    private static void closeNow(ChannelHandlerContext context) {
        ChannelFuture unused = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        patience.end();
        held().end();
        super.channelInactive(context);
    }

    private static boolean isSensitive(CharSequence name, CharSequence value) {
        Set<String> values = REPEATED.get(name.toString());
        return values == null || !values.contains(value.toString());
    }

    /// What this connection holds of bodies that have not come whole.
    Unfinished.Share held() {
        return Check.notNull(share, "the handler was added");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        reading = true;
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        reading = false;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        if (cause instanceof java.io.IOException) {
            ChannelFuture unused = context.close();
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    /// Runs a task where it may write; what it writes is flushed soon after.
    void run(ChannelHandlerContext context, Runnable task) {
        if (reading && context.executor().inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    void later(Runnable task) {
        Check.notNull(turns, "the handler was added").add(task);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Exchange exchange = stream.getProperty(exchangeKey);
        if (exchange != null && encoder().flowController().isWritable(stream)) {
            exchange.writable();
        }
    }

    private final class Events extends Http2EventAdapter {

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int padding,
                boolean end) {
            Http2Stream stream = connection().stream(streamId);
            if (stream == null) {
                return;
            }
            Http2Exchange exchange = stream.getProperty(exchangeKey);
            if (exchange == null) {
                exchange = new Http2Exchange(Http2Handler.this, context, stream, headers);
                stream.setProperty(exchangeKey, exchange);
            }
            if (end) {
                complete(exchange);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            onHeadersRead(context, streamId, headers, padding, end);
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext context, int streamId, ByteBuf data, int padding, boolean end)
                throws Http2Exception {
            Http2Stream stream = connection().stream(streamId);
            Http2Exchange exchange = stream == null ? null : stream.getProperty(exchangeKey);
            if (exchange != null && !exchange.isComplete()) {
                exchange.receive(data, end);
                if (end || exchange.incoming().isTooLarge()) {
                    complete(exchange);
                }
            }
            return data.readableBytes() + padding;
        }

        private void complete(Http2Exchange exchange) {
            if (exchange.isComplete()) {
                return;
            }
            boolean tooLarge = exchange.incoming().isTooLarge();
            exchange.complete(peer);
            if (tooLarge) {
                exchange.send(TooLarge.answer(config.maxBodyBytes()));
            } else {
                handler.handle(exchange);
            }
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Exchange exchange = stream.getProperty(exchangeKey);
            if (exchange != null) {
                exchange.closed();
            }
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
                throws Http2Exception {
            patience.greeted();
            patience.idleFrame();
        }

        @Override
        public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
            patience.idleFrame();
        }

        @Override
        public void onPriorityRead(
                ChannelHandlerContext context,
                int streamId,
                int dependency,
                short weight,
                boolean exclusive)
                throws Http2Exception {
            patience.idleFrame();
        }

        @Override
        public void onUnknownFrame(
                ChannelHandlerContext context,
                byte type,
                int streamId,
                Http2Flags flags,
                ByteBuf payload)
                throws Http2Exception {
            patience.idleFrame();
        }
    }

    private final class Overdue implements Patience.Ends {

        @Override
        public void goAway(ChannelHandlerContext context) {
            try {
                close(context, context.newPromise());
            } catch (Exception e) {
                closeNow(context);
                throw new IllegalStateException("no GOAWAY could be sent", e);
            }
        }

        @Override
        public void reset(ChannelHandlerContext context, Http2Stream stream, Http2Error error) {
            ChannelFuture unused =
                    resetStream(context, stream.id(), error.code(), context.newPromise());
            context.flush();
        }

        @Override
        public Patience.Waiting waits(Http2Stream stream) {
            Http2Exchange exchange = stream.getProperty(exchangeKey);
            return exchange == null ? Patience.Waiting.NONE : exchange.waits();
        }
    }

    int maxBodyBytes() {
        return config.maxBodyBytes();
    }

    private static final class Builder
            extends AbstractHttp2ConnectionHandlerBuilder<Http2Handler, Builder> {

        private final Handler handler;
        private final Request.Peer peer;
        private final HttpConfig config;
        private final Guards guards;

        Builder(Handler handler, Request.Peer peer, HttpConfig config, Guards guards) {
            this.guards = guards;
            this.handler = handler;
            this.peer = peer;
            this.config = config;
            server(true);
            initialSettings(
                    Http2Settings.defaultSettings()
                            .maxConcurrentStreams(MAX_STREAMS)
                            .initialWindowSize(STREAM_WINDOW_BYTES)
                            .maxHeaderListSize(MAX_HEADER_LIST_BYTES));
            gracefulShutdownTimeoutMillis(FAREWELL_MILLIS);
            headerSensitivityDetector(Http2Handler::isSensitive);
            decoderEnforceMaxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS);
        }

        @Override
        protected Http2Handler build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings settings) {
            Http2Handler built = new Http2Handler(decoder, encoder, settings, this);
            Events events = built.new Events();
            built.connection().addListener(events);
            frameListener(events);
            return built;
        }

        @Override
        public Http2Handler build() {
            return super.build();
        }
    }
}
