package kat.ingress.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import kat.api.ObjectKey;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.ingress.route.Certificate;
import kat.ingress.route.ClientAuth;
import kat.ingress.route.ClientLimits;
import kat.ingress.route.Endpoint;
import kat.ingress.route.Gate;
import kat.ingress.route.Route;
import kat.ingress.route.RouteTable;
import kat.ingress.route.Settings;
import kat.ingress.route.Upstream;
import kat.ingress.route.Users;
import org.jspecify.annotations.Nullable;

/// Listens for clients and answers them by the table that it was given last.
///
/// ```
/// accept ┬ without TLS → by the first bytes ┬ HTTP/1.1 ─────────────┬ ClientHandler → Exchange
///        └ TLS by name → ALPN ──────────────┴ h2, a channel a stream ┘
/// ```
///
/// **Threads:** all methods by one thread after another; data passes on event loops.
public final class FrontEnd implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.ingress");
    private static final int BACKLOG = 4096;
    private static final int MAX_HELLO_BYTES = 32 << 10;
    private static final long HANDSHAKE_MILLIS = 10_000;
    private static final int CLOSE_SECONDS = 2;
    private static final int MOST_STREAMS = 128;
    private static final int STREAM_WINDOW_BYTES = 1 << 20;
    private static final int MAX_HEADER_LIST_BYTES = 64 << 10;
    private static final int RESETS_PER_WINDOW = 400;
    private static final int RESET_WINDOW_SECONDS = 30;
    private static final int FAREWELL_MILLIS = 1000;

    private final FrontConfig config;
    private final Ticker ticker;
    private final Supplier<Certificate> fallback;
    private final Metrics metrics;
    private final MultiThreadIoEventLoopGroup loops;
    private final ByteBufAllocator buffers = new AdaptiveByteBufAllocator(false);
    private final IdentityHashMap<EventExecutor, Worker> workers = new IdentityHashMap<>();
    private final List<Channel> listening = new ArrayList<>();
    private final Threads.Permits checks;
    private final MostConnections connections;
    private final Front front = new Shared();
    private final ClientTls clientTls = new ClientTls();
    private final Lasting<LimitKey, ClientLimits> limiters =
            new Lasting<>(LimitKey::of, key -> new ClientLimits(key.rates()));
    private final Lasting<AuthCache.Key, AuthCache> caches =
            new Lasting<>(AuthCache.Key::of, AuthCache::of);
    private final Map<String, SslContext> contexts = new HashMap<>(); // by certificate's source
    private final AskingTls asking = new AskingTls();
    private @Nullable SslContext defaultContext;
    private volatile @Nullable Certificate defaultCertificate;
    private boolean isInstalled; // the first table
    private volatile Live live;
    private volatile boolean closing;

    /// @param fallback the certificate where no Secret gives one; asked once, before HTTPS is
    ///     served
    public FrontEnd(
            FrontConfig config,
            Supplier<Certificate> fallback,
            Metrics metrics,
            Ticker ticker,
            Randomness randomness) {
        this.config = config;
        this.ticker = ticker;
        this.fallback = fallback;
        this.metrics = metrics;
        this.checks = ticker.threads().permits(1);
        this.connections = new MostConnections(config.mostClients());
        this.live = new Live(RouteTable.EMPTY, new Gate(0), Map.of(), Map.of(), this::state);
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        config.loops(),
                        new DefaultThreadFactory("kat-ingress", true),
                        NioIoHandler.newFactory());
        Dialer dialer = new Dialer(buffers, clientTls);
        for (EventExecutor loop : loops) {
            workers.put(loop, new Worker((EventLoop) loop, config, dialer, ticker, randomness));
        }
    }

    /// Begins to listen. Connections wait in the kernel until the first table is installed,
    /// since an answer by no table would be a wrong one.
    ///
    /// @param port 0 for any free one
    /// @return the port
    /// @throws IOException when the address is in use or not of this machine
    public int listen(String host, int port, boolean secure) throws IOException {
        if (secure) {
            Certificate shown = fallback.get();
            defaultContext = context(shown);
            defaultCertificate = shown;
        }
        try {
            ChannelFuture bound =
                    new ServerBootstrap()
                            .group(loops)
                            .channel(NioServerSocketChannel.class)
                            .option(ChannelOption.SO_BACKLOG, BACKLOG)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .option(ChannelOption.AUTO_READ, isInstalled)
                            .childOption(ChannelOption.ALLOCATOR, buffers)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childHandler(new Connected(secure))
                            .bind(host, port)
                            .await();
            if (!bound.isSuccess()) {
                throw new IOException(
                        "cannot listen on %s:%d: %s"
                                .formatted(host, port, bound.cause().getMessage()),
                        bound.cause());
            }
            listening.add(bound.channel());
            return ((InetSocketAddress) bound.channel().localAddress()).getPort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding port " + port, e);
        }
    }

    /// Takes a new table at once. Requests that began go on by the old one; connections to
    /// servers that left are closed when they are no longer in use.
    ///
    /// @param certificates by host; a host may begin with `*.`
    /// @param httpsPort where clients reach HTTPS
    /// @return what is wrong with certificates, by what they were read from
    public Map<String, String> install(
            RouteTable table, Map<String, Certificate> certificates, int httpsPort) {
        Map<String, String> faults = new HashMap<>();
        Map<String, SslContext> byHost = new HashMap<>();
        Set<String> used = new HashSet<>();
        for (Map.Entry<String, Certificate> entry : certificates.entrySet()) {
            Certificate certificate = entry.getValue();
            try {
                byHost.put(entry.getKey(), context(certificate));
                used.add(certificate.source());
            } catch (IOException e) {
                faults.put(certificate.source(), String.valueOf(e.getMessage()));
            }
        }
        contexts.keySet().removeIf(source -> !used.contains(source) && !isFallback(source));
        Certificate shown = defaultCertificate;
        if (shown != null) {
            used.add(shown.source());
        }
        limiters.keepOnly(table);
        caches.keepOnly(table);
        live = new Live(table, new Gate(httpsPort), byHost, certificates, this::state);
        asking.keepOnly(used, table.clientTrusts());
        AuthCache.share(caches.all());
        metrics.keepOnly(table.routes());
        Set<Target> targets = targets(table);
        clientTls.keepOnly(targets);
        workers.values()
                .forEach(worker -> worker.loop().execute(() -> worker.pools().keepOnly(targets)));
        if (!isInstalled) {
            isInstalled = true;
            listening.forEach(channel -> channel.config().setAutoRead(true));
        }
        return faults;
    }

    private RouteState state(Route route) {
        return new RouteState(route, limiters.of(route), caches.of(route), metrics);
    }

    /// The routes of an Ingress share counts of limited clients.
    private record LimitKey(ObjectKey ingress, Settings.Rates rates) {

        /// None where nothing is limited.
        static Optional<LimitKey> of(Route route) {
            Settings.Rates rates = route.settings().rates();
            return rates.isLimiting()
                    ? Optional.of(new LimitKey(route.ingress(), rates))
                    : Optional.empty();
        }
    }

    private boolean isFallback(String source) {
        return defaultContext != null && contexts.get(source) == defaultContext;
    }

    private SslContext context(Certificate certificate) throws IOException {
        SslContext known = contexts.get(certificate.source());
        if (known != null) {
            return known;
        }
        try {
            SslContext made = ServerTls.of(certificate);
            contexts.put(certificate.source(), made);
            return made;
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    "certificate %s cannot be used: %s"
                            .formatted(certificate.source(), e.getMessage()),
                    e);
        }
    }

    private static Set<Target> targets(RouteTable table) {
        Set<Target> targets = new HashSet<>();
        for (Route route : table.routes()) {
            addTargets(targets, route.upstream());
            if (route.canary() != null) {
                addTargets(targets, route.canary().upstream());
            }
            if (route.pages() != null) {
                addTargets(targets, route.pages().upstream());
            }
            if (route.authenticator() != null) {
                addTargets(targets, route.authenticator().upstream());
            }
        }
        return targets;
    }

    private static void addTargets(Set<Target> targets, Upstream upstream) {
        for (Endpoint endpoint : upstream.endpoints()) {
            targets.add(Target.of(endpoint, upstream));
        }
    }

    @Override
    public void close() {
        closing = true;
        for (Channel channel : listening) {
            ChannelFuture unused = channel.close();
        }
        for (Worker worker : workers.values()) {
            worker.loop().execute(worker::close);
        }
        Future<?> unused = loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private Worker worker(Channel channel) {
        return Check.notNull(workers.get(channel.eventLoop()), "every loop has a worker");
    }

    private SslContext byName(@Nullable String name) {
        String asked = name == null ? "" : name.toLowerCase(Locale.ROOT);
        Live now = live;
        ClientAuth auth = now.table().clientAuthOfName(asked);
        if (auth != null && auth.trust() != null) {
            Certificate own = now.shown(asked);
            Certificate shown = own == null ? defaultCertificate : own;
            return asking.of(Check.notNull(shown, "HTTPS was begun"), auth.trust());
        }
        SslContext found = now.certificate(asked);
        return found == null ? Check.notNull(defaultContext, "HTTPS was begun") : found;
    }

    private void serveHttp1(ChannelPipeline pipeline, boolean secure) {
        ClientResponseEncoder encoder = new ClientResponseEncoder();
        pipeline.addLast(ClientHandler.DECODER, new StrictRequestDecoder());
        pipeline.addLast(ClientHandler.ENCODER, encoder);
        pipeline.addLast(new ClientHandler(front, worker(pipeline.channel()), secure, encoder));
    }

    private void serveHttp2(ChannelPipeline pipeline, boolean secure) {
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(MOST_STREAMS)
                                        .initialWindowSize(STREAM_WINDOW_BYTES)
                                        .maxHeaderListSize(MAX_HEADER_LIST_BYTES))
                        .gracefulShutdownTimeoutMillis(FAREWELL_MILLIS)
                        // The client says how large the table of headers may become.
                        .headerSensitivityDetector((name, value) -> !":status".contentEquals(name))
                        .decoderEnforceMaxRstFramesPerWindow(
                                RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
                        .build();
        pipeline.addLast(new IdleHttp2(codec, config.idleClient()), codec);
        pipeline.addLast(
                new Http2MultiplexHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.pipeline()
                                        .addLast(
                                                new Http2StreamFrameToHttpObjectCodec(true),
                                                new ClientHandler(
                                                        front,
                                                        worker(stream.parent()),
                                                        secure,
                                                        null));
                            }
                        }));
    }

    private final class Connected extends ChannelInitializer<SocketChannel> {

        private final boolean secure;

        Connected(boolean secure) {
            this.secure = secure;
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            channel.pipeline().addLast(connections);
            if (secure) {
                channel.pipeline().addLast(new ByName(), new Negotiated());
            } else {
                channel.pipeline()
                        .addLast(
                                new ByPreface(
                                        pipeline -> serveHttp1(pipeline, false),
                                        pipeline -> serveHttp2(pipeline, false)));
            }
        }
    }

    private final class ByName extends SniHandler {

        ByName() {
            super(FrontEnd.this::byName, MAX_HELLO_BYTES, HANDSHAKE_MILLIS);
        }

        @Override
        protected void replaceHandler(
                ChannelHandlerContext context, @Nullable String name, SslContext tls)
                throws Exception {
            ClientCertificates.keepName(context.channel(), name);
            super.replaceHandler(context, name, tls);
        }
    }

    private final class Negotiated extends ApplicationProtocolNegotiationHandler {

        Negotiated() {
            super(ApplicationProtocolNames.HTTP_1_1);
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                serveHttp2(context.pipeline(), true);
            } else {
                serveHttp1(context.pipeline(), true);
            }
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture unused = context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture unused = context.close();
        }
    }

    private final class Shared implements Front {

        @Override
        public Live live() {
            return live;
        }

        @Override
        public boolean isClosing() {
            return closing;
        }

        @Override
        public void log(Throwable cause) {
            LOG.log(Level.WARNING, "connection failed", cause);
        }

        @Override
        public void check(
                Worker worker, Users users, String[] nameAndPassword, PasswordChecked then) {
            Threads.Running unused =
                    ticker.threads()
                            .start(
                                    "check of a password",
                                    () -> check(users, nameAndPassword, worker, then));
        }

        /// One at a time: guesses take no more than one processor.
        private void check(
                Users users, String[] nameAndPassword, Worker worker, PasswordChecked then) {
            boolean right = false;
            try {
                checks.acquire();
                try {
                    right = users.check(nameAndPassword[0], nameAndPassword[1]);
                } finally {
                    checks.release();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            boolean result = right;
            worker.loop().execute(() -> then.done(result));
        }
    }
}
