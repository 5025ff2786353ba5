package kat.apiserver;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import java.util.function.Supplier;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.custom.CustomKind;
import kat.api.json.JsonObject;
import kat.apiserver.actions.Scales;
import kat.apiserver.aggregation.Aggregation;
import kat.apiserver.aggregation.RemoteReads;
import kat.apiserver.audit.AuditConfig;
import kat.apiserver.audit.Auditor;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.FrontProxy;
import kat.apiserver.auth.IssuerDocuments;
import kat.apiserver.auth.TokenSigner;
import kat.apiserver.auth.User;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Handler;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.measure.ServerFacts;
import kat.apiserver.oidc.AuthenticationConfig;
import kat.apiserver.oidc.HttpsFetch;
import kat.apiserver.oidc.JwtLogin;
import kat.apiserver.pace.Pace;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.apiserver.pki.Pki;
import kat.apiserver.pki.TlsContexts;
import kat.apiserver.registry.EventExpiry;
import kat.apiserver.registry.Resource;
import kat.apiserver.rest.ComponentHealth;
import kat.apiserver.rest.Health;
import kat.apiserver.rest.RequestLog;
import kat.apiserver.rest.RestApi;
import kat.apiserver.streaming.LateGateway;
import kat.apiserver.streaming.NodeStreams;
import kat.apiserver.trace.Tracing;
import kat.apiserver.usage.Usage;
import kat.base.Check;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.client.node.NodeGateway;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// The API server: one pipeline for every kind, reached over HTTPS or, within the process, by
/// [#transport].
///
/// The order of the pipeline: who → may they → decode → default → admit → validate → store →
/// encode; `docs/internals/apiserver.md` walks one write through it.
///
/// **Threads:** [#start] and [#close] by the owner, the rest by any.
public final class ApiServer implements AutoCloseable {

    /// How many random bytes make the administrator's token.
    private static final int TOKEN_BYTES = 32;

    private final ApiServerConfig config;
    private final Randomness randomness;
    private final Ticker ticker;
    private final @Nullable Auditor auditor;
    private final Pki pki;
    private final Core core;
    private final RestApi rest;
    private final Usage usage;
    private final FutureTask<SslContext> tls;
    private final LateGateway nodes = new LateGateway();
    private final String adminToken;
    private final TokenSigner tokenSigner;
    private final Identity admin;
    private final ComponentHealth components = new ComponentHealth();
    private final EventExpiry eventExpiry;
    private final FlowKeeper flowKeeper;
    private final Aggregation aggregation;
    private final ServedEverywhere served;
    private final List<JwtLogin> issuers;
    private final Metrics metrics = new Metrics();
    private final ServerChecks checks;
    private final Tracing tracing;
    private final Map<String, Supplier<Answer>> pages = new ConcurrentHashMap<>();
    private volatile boolean isBootstrapped;
    private volatile boolean isClosing;
    private volatile @Nullable HttpServer http;

    /// Makes or opens the certificates, and begins to prepare TLS beside the caller's other work.
    ///
    /// @throws IOException when the certificates cannot be read or written
    public ApiServer(ApiServerConfig config, Store store, Ticker ticker, Randomness randomness)
            throws IOException {
        this.config = config;
        this.randomness = randomness;
        this.ticker = ticker;
        AuditConfig audit = config.guards().audit();
        this.auditor = audit == null ? null : audit.open(ticker, randomness);
        this.pki = new Pki(config.pki(), ticker, randomness);
        Identity serving = pki.serving(servingNames(config), servingAddresses(config));
        X509Certificate proxies = pki.frontProxyAuthority().certificate();
        this.tls = begun(serving, List.of(pki.authority().certificate(), proxies));
        this.admin = pki.client("admin", "kubernetes-admin", List.of(User.MASTERS));
        this.adminToken = pki.secret("admin.token", this::newToken);
        KeyPair tokenKey = pki.tokenKey();
        this.tokenSigner = new TokenSigner(tokenKey);
        AuthenticationConfig signIn = config.guards().authentication();
        this.issuers = issuers(signIn, ticker);
        User administrator = User.of("kubernetes-admin", List.of(User.MASTERS));
        this.core =
                Core.create(
                        config.services(),
                        new Core.Outside(
                                store,
                                ticker,
                                randomness,
                                tokenKey,
                                signIn.tokensWith(Map.of(adminToken, administrator)),
                                pki.authority().certificate(),
                                new FrontProxy(proxies, List.of(Pki.FRONT_PROXY)),
                                new Authenticator.Further(List.copyOf(issuers), signIn.anonymous()),
                                config.guards(),
                                metrics));
        this.checks = checks(core, ticker, serving);
        this.tracing = new Tracing(config.guards().tracing(), metrics, ticker, randomness);
        this.eventExpiry = new EventExpiry(store, core.resources().require(Kinds.EVENT), ticker);
        this.flowKeeper = new FlowKeeper(core, ticker);
        this.usage = new Usage(nodes, core.reader(), core.resources(), ticker);
        this.aggregation = aggregation(core, pki, ticker, metrics);
        this.served = new ServedEverywhere(core.resources(), aggregation);
        tellFigures();
        this.rest =
                RestApi.create(
                        below(),
                        access(new RequestLog(config.guards().logsRequests(), randomness)),
                        about(tokenKey.getPublic()),
                        ticker,
                        randomness);
    }

    private RestApi.Below below() {
        return new RestApi.Below(
                core.store(),
                core.resources(),
                core.reader(),
                core.writer(),
                core.deleter(),
                core.actions(),
                core.intake(),
                core.reviews(),
                new NodeStreams(nodes),
                usage,
                aggregation,
                new Pace(config.http().threads()));
    }

    private ServerChecks checks(Core asked, Ticker clock, Identity serving) {
        Instant until = serving.certificate().getNotAfter().toInstant();
        return new ServerChecks(
                asked.store(),
                () -> isBootstrapped,
                () -> isClosing,
                () -> !clock.now().isAfter(until));
    }

    private void tellFigures() {
        components.tell("etcd-0", () -> checks.storeAnswers() ? "" : "the store gives no answer");
        new LeadingParts(core.reader(), core.resources(), ticker).tell(components);
        metrics.add(ServerVersion.facts());
        metrics.add(to -> StoredObjects.tell(core.store(), core.resources(), to));
        if (auditor != null) {
            metrics.add(auditor.counts());
        }
    }

    private RestApi.Access access(RequestLog log) {
        return new RestApi.Access(
                core.authenticator(), core.authorizer(), auditor, log, tracing.tracer());
    }

    private RestApi.About about(PublicKey tokenKey) {
        addIssuerPages(tokenKey);
        Health health = new Health(checks.all(), ticker.now());
        return new RestApi.About(
                ServerVersion.json(), health, components, metrics, pages, config.flags());
    }

    private static Aggregation aggregation(Core core, Pki pki, Ticker ticker, Metrics metrics)
            throws IOException {
        return new Aggregation(
                new Aggregation.Below(
                        core.store(),
                        core.reader(),
                        core.writer(),
                        core.deleter(),
                        core.resources(),
                        ticker),
                pki.frontProxy(),
                metrics);
    }

    private static List<JwtLogin> issuers(AuthenticationConfig signIn, Ticker ticker) {
        return signIn.issuers().stream()
                .map(
                        issuer ->
                                new JwtLogin(
                                        issuer,
                                        new HttpsFetch(issuer.issuer().authorities()),
                                        ticker))
                .toList();
    }

    private static FutureTask<SslContext> begun(Identity serving, List<X509Certificate> clients) {
        FutureTask<SslContext> tls = new FutureTask<>(() -> TlsContexts.server(serving, clients));
        Thread.ofPlatform().name("kat-tls").daemon(true).start(tls);
        return tls;
    }

    private void addIssuerPages(PublicKey key) {
        pages.put(
                IssuerDocuments.CONFIGURATION_PATH,
                () ->
                        page(
                                Answer.JSON,
                                IssuerDocuments.configuration(core.issuer(), advertised())));
        pages.put(
                IssuerDocuments.KEYS_PATH,
                () -> page("application/jwk-set+json", IssuerDocuments.keys(key)));
    }

    private static Answer page(String type, JsonObject document) {
        return Answer.of(Answer.OK, type, document.toBytes())
                .with("cache-control", "public, max-age=3600");
    }

    /// Where pods find this server.
    private String advertised() {
        boolean six = config.advertise().indexOf(':') >= 0;
        String host = six ? "[" + config.advertise() + "]" : config.advertise();
        return "https://" + host + ":" + address().getPort();
    }

    private String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        randomness.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static List<String> servingNames(ApiServerConfig config) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "kubernetes"));
        names.addAll(List.of("kubernetes.default", "kubernetes.default.svc"));
        names.add("kubernetes.default.svc." + config.services().domain());
        names.addAll(config.names());
        return List.copyOf(names);
    }

    private static List<String> servingAddresses(ApiServerConfig config) {
        List<String> addresses = new ArrayList<>(List.of("127.0.0.1", "::1"));
        List<String> further = new ArrayList<>(config.addresses());
        further.addAll(List.of(config.services().address(1), config.advertise()));
        for (String address : further) {
            if (!addresses.contains(address)
                    && !InetAddress.ofLiteral(address).isAnyLocalAddress()) {
                addresses.add(address);
            }
        }
        return addresses;
    }

    /// Begins to listen, also on the address under which pods know the server.
    ///
    /// @throws IOException when the port is in use or TLS cannot be set up
    public void start() throws IOException {
        core.definitions().start();
        new Bootstrap(core, ticker).run(config.services(), trust());
        isBootstrapped = true;
        eventExpiry.start();
        flowKeeper.start();
        aggregation.start();
        issuers.forEach(JwtLogin::start);
        tracing.start();
        HttpServer server = config.server(tlsContext(), rest.handler());
        http = server;
        metrics.add(to -> to.value(ServerFacts.HANDSHAKES, server.failedHandshakes()));
        server.start();
        if (!config.advertise().equals(config.listen().host())
                && !InetAddress.ofLiteral(config.listen().host()).isAnyLocalAddress()
                && !InetAddress.ofLiteral(config.advertise()).isAnyLocalAddress()) {
            server.listenAlso(config.advertise());
        }
    }

    /// By what extension servers recognise users, and requests that this server passes on.
    private Map<String, String> trust() throws IOException {
        return Map.of(
                "client-ca-file", Pem.write(pki.authority().certificate()),
                "requestheader-allowed-names", "[\"" + Pki.FRONT_PROXY + "\"]",
                "requestheader-client-ca-file", Pem.write(pki.frontProxyAuthority().certificate()),
                "requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]",
                "requestheader-group-headers", "[\"X-Remote-Group\"]",
                "requestheader-uid-headers", "[\"X-Remote-Uid\"]",
                "requestheader-username-headers", "[\"X-Remote-User\"]");
    }

    private SslContext tlsContext() throws IOException {
        try {
            return tls.get();
        } catch (ExecutionException e) {
            throw new IOException("cannot set up TLS", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while setting up TLS", e);
        }
    }

    /// The address of the API, also when the configuration left the port open.
    public URI address() {
        int port = Check.notNull(http, "the server was started").port();
        String host = config.listen().host();
        boolean any = InetAddress.ofLiteral(host).isAnyLocalAddress();
        return URI.create("https://" + (any ? "127.0.0.1" : host) + ":" + port);
    }

    /// Who decides what users may do.
    public Authorizer authorizer() {
        return core.authorizer();
    }

    /// Who knows whose a request to a node is: as here, but nobody speaks for others.
    public Authenticator nodeAuthenticator() {
        return core.authenticator().withoutProxy();
    }

    /// A server for the API of a node, not started: it shows the node's own certificate, which is
    /// made beside other work, and asks for those of the cluster's users.
    ///
    /// @param addresses that the certificate is for
    /// @param admits which machines may connect
    public HttpServer nodeServer(
            String node,
            List<String> addresses,
            HttpConfig config,
            Handler handler,
            Predicate<InetAddress> admits) {
        FutureTask<SslContext> context =
                new FutureTask<>(
                        () -> TlsContexts.server(pki.node(node, addresses), pki.authority()));
        Thread.ofPlatform().name("kat-node-tls").daemon(true).start(context);
        return new HttpServer(config, () -> ready(context), handler, admits);
    }

    private static SslContext ready(FutureTask<SslContext> context) {
        try {
            return context.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the node API has no certificate", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making a certificate", e);
        }
    }

    /// Makes tokens with the key of the cluster.
    public TokenSigner tokenSigner() {
        return tokenSigner;
    }

    /// The API as one user sees it, without a network between.
    public Transport transport(User user) {
        LocalTransport own = new LocalTransport(core, user, new LocalAudit(auditor, user));
        return new JoinedTransport(own, served, core, user);
    }

    /// Every kind that is served now, here or by a server of an APIService.
    public ServedKinds served() {
        return served;
    }

    /// The servers of other groups as one user sees them.
    public RemoteReads others(User user) {
        return new RemoteReads(aggregation, user);
    }

    /// The scale of an object of any kind that has one, in the form of `autoscaling/v1`.
    ///
    /// @throws kat.api.StatusException when there is no such object, or it has no scale
    public JsonObject scale(Kind kind, ObjectKey key) {
        Resource resource = core.resources().require(kind);
        CustomKind custom = resource.custom();
        if (custom != null && custom.scale() == null) {
            throw Status.notFound(kind, key.name()).asException();
        }
        return Scales.of(resource, transport(User.component("system:kat")).get(kind, key));
    }

    /// Every kind that is served now; custom resources come and go.
    public KindTable kinds() {
        return core.resources().kinds();
    }

    /// Calls back whenever [#kinds] has become another table. The callback must be quick.
    ///
    /// @return ends the calls
    public Runnable onKindsChanged(Runnable callback) {
        return core.resources().onChange(callback);
    }

    /// Tells the way to the nodes, for logs, exec, attach and port-forward. Until then these are
    /// refused.
    public void connectNodes(NodeGateway gateway) {
        nodes.connect(gateway);
    }

    /// What is told of the parts of the cluster; who starts one in this process tells of it
    /// here.
    public ComponentHealth components() {
        return components;
    }

    /// What pods and nodes use at present.
    public Usage usage() {
        return usage;
    }

    /// Serves `metrics.k8s.io` from now on.
    public void serveUsage() {
        core.resources().tellUsage();
    }

    /// What `/metrics` answers; parts of the cluster in this process add what they count.
    public Metrics metrics() {
        return metrics;
    }

    /// Serves a further page, to whom a rule of RBAC allows its path.
    public void addPage(String path, Supplier<Answer> page) {
        pages.put(path, page);
    }

    /// The authority that signed the server's certificate and the clients'.
    public Pki pki() {
        return pki;
    }

    /// A kubeconfig for the administrator.
    ///
    /// @param withToken whether it holds a token instead of a client certificate
    public String kubeconfig(String context, boolean withToken) {
        return Kubeconfig.write(
                new Kubeconfig.Cluster(context, address(), pki.authority().certificate()),
                withToken ? new Kubeconfig.Token(adminToken) : new Kubeconfig.Certificate(admin));
    }

    @Override
    public void close() {
        isClosing = true;
        issuers.forEach(JwtLogin::close);
        aggregation.close();
        flowKeeper.close();
        eventExpiry.close();
        rest.close();
        core.definitions().close();
        core.dynamic().close();
        core.roles().close();
        HttpServer server = http;
        if (server != null) {
            server.close();
        }
        tracing.close();
        if (auditor != null) {
            auditor.close();
        }
    }
}
