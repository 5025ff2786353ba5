package kat.app.nodeapi;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Login;
import kat.apiserver.auth.User;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Handler;
import kat.apiserver.http.HttpConfig;
import kat.apiserver.http.HttpServer;
import kat.apiserver.rest.RequestCredentials;
import kat.apiserver.streaming.NodePages;
import kat.apiserver.streaming.NodeStreams;
import kat.base.Ticker;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.NodeRequest;
import org.jspecify.annotations.Nullable;

/// The HTTPS API of one node: who asks is found out and allowed by the API server, which is a
/// method call away; nobody is let in without a name.
///
/// **Threads:** [#start] and [#close] by the owner; a virtual thread a request.
///
/// **Source:** `pkg/kubelet/server`.
public final class NodeApi implements AutoCloseable {

    /// Where Kubernetes' nodes listen.
    public static final int PORT = 10250;

    private static final Logger LOG = System.getLogger("kat.app.node");

    private final Node node;
    private final Access access;
    private final NodeGateway gateway;
    private final NodeStreams streams;
    private final Ticker ticker;
    private @Nullable HttpServer http;

    /// The node.
    ///
    /// @param address to listen on
    /// @param second address of another family, listened on where it can be had; empty for none
    /// @param pods the pod of a namespace and name, where it is on this node
    public record Node(
            String name,
            String address,
            String second,
            Function<ObjectKey, @Nullable KubeObject> pods) {

        private List<String> addresses() {
            return second.isEmpty() ? List.of(address) : List.of(address, second);
        }
    }

    /// How callers are known, and what they may do.
    public record Access(Listener listener, Authenticator authenticator, Authorizer authorizer) {}

    /// Makes the server that listens, not started. It shows a certificate for the addresses.
    public interface Listener {
        HttpServer open(HttpConfig config, List<String> addresses, Handler handler);
    }

    public NodeApi(Node node, Access access, NodeGateway gateway, Ticker ticker) {
        this.node = node;
        this.access = access;
        this.gateway = gateway;
        this.streams = new NodeStreams(gateway);
        this.ticker = ticker;
    }

    /// Begins to listen: on Kubernetes' port, or on any where that is taken.
    ///
    /// @return the port
    /// @throws IOException when the address is not of this machine
    public int start() throws IOException {
        try {
            return listen(PORT);
        } catch (IOException e) {
            LOG.log(Level.INFO, "the node API takes another port error={0}", e.getMessage());
            return listen(0);
        }
    }

    private int listen(int port) throws IOException {
        HttpConfig config =
                new HttpConfig(node.address(), port, 1, HttpConfig.DEFAULT_MAX_BODY_BYTES);
        HttpServer server = access.listener().open(config, node.addresses(), this::handle);
        try {
            server.start();
        } catch (IOException e) {
            server.close();
            throw e;
        }
        http = server;
        listenAlso(server);
        return server.port();
    }

    private void listenAlso(HttpServer server) {
        if (node.second().isEmpty()) {
            return;
        }
        try {
            server.listenAlso(node.second());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the node API has one family error={0}", e.getMessage());
        }
    }

    @Override
    public void close() {
        HttpServer open = http;
        if (open != null) {
            open.close();
        }
    }

    private void handle(Exchange exchange) {
        Thread unused = Thread.ofVirtual().name("node api").start(() -> answer(exchange));
    }

    private void answer(Exchange exchange) {
        String query = exchange.request().rawQuery();
        String target = exchange.request().path() + (query.isEmpty() ? "" : "?" + query);
        NodeRequest request = NodeRequest.of(exchange.request().method(), target);
        try {
            Login login =
                    access.authenticator().authenticate(new RequestCredentials(exchange.request()));
            if (!(login instanceof Login.Accepted accepted)
                    || accepted.user().equals(User.ANONYMOUS)) {
                send(exchange, 401, "Unauthorized");
                return;
            }
            String refusal =
                    NodePermissions.refusal(
                            access.authorizer(), accepted.user(), node.name(), request);
            if (!refusal.isEmpty()) {
                send(exchange, 403, refusal);
                return;
            }
            if (NodePages.isStream(request)) {
                NodePages.ask(exchange, request, this::pod, ticker.now())
                        .ifPresentOrElse(
                                streams::handle,
                                () -> exchange.send(NodePages.refusal(request, this::pod)));
            } else {
                page(exchange, request, target);
            }
        } catch (StatusException e) {
            send(exchange, e.status().code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "an answer of the node API broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void page(Exchange exchange, NodeRequest request, String target)
            throws IOException, InterruptedException {
        NodeAnswer answer =
                gateway.request(node.name(), request.method(), target, exchange.request().body());
        NodeStreams.pass(exchange, answer);
    }

    private Optional<KubeObject> pod(ObjectKey key) {
        return Optional.ofNullable(node.pods().apply(key));
    }

    private static void send(Exchange exchange, int code, String text) {
        exchange.send(Answer.of(code, Answer.TEXT, text.getBytes(StandardCharsets.UTF_8)));
    }
}
