package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Stream;
import kat.api.KubeObject;
import kat.api.Status;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Outflow;
import kat.apiserver.http.QueryFlag;
import kat.apiserver.http.RawConnection;
import kat.apiserver.http.Request;
import kat.client.node.ExecOptions;
import kat.client.node.LogOptions;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.client.node.PodTarget;

/// Answers `log`, `exec`, `attach` and `portforward` of pods.
///
/// **Threads:** one virtual thread a request; blocks as long as the stream lasts.
///
/// **Source:** `pkg/registry/core/pod/rest`; KEP-4006 (WebSocket for kubectl).
public final class NodeStreams {

    private static final String SPDY = "SPDY/3.1";
    private static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";
    private static final List<String> FORWARDING =
            Stream.concat(Stream.of(TUNNEL), PortSocket.PROTOCOLS.stream()).toList();
    private static final String PROTOCOL = "x-stream-protocol-version";
    private static final int PART_BYTES = 32 << 10;

    /// A pod without a node has written nothing.
    private static final Answer NOT_STARTED = new Answer(204, "", List.of(), List.of());

    private final NodeGateway nodes;

    public NodeStreams(NodeGateway nodes) {
        this.nodes = nodes;
    }

    /// One request.
    ///
    /// @param query every value of a parameter
    public record Ask(
            Exchange exchange,
            Function<String, List<String>> query,
            String subresource,
            KubeObject pod,
            java.time.Instant now) {

        String one(String name) {
            List<String> values = query.apply(name);
            return values.isEmpty() ? "" : values.getFirst();
        }

        boolean flag(String name) {
            return QueryFlag.isTrue(query.apply(name));
        }
    }

    public static boolean handles(String subresource) {
        return switch (subresource) {
            case "log", "exec", "attach", "portforward" -> true;
            default -> false;
        };
    }

    /// Checks what a request asks of a pod, before the pod is looked for.
    ///
    /// @throws kat.api.StatusException 400 or 422
    public static void requireOptions(
            String subresource, String pod, Function<String, List<String>> query) {
        if (subresource.equals("log")) {
            LogParameters.check(pod, query);
        }
    }

    public void handle(Ask ask) {
        try {
            switch (ask.subresource()) {
                case "log" -> log(ask);
                case "exec", "attach" -> process(ask);
                default -> forward(ask);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static PodTarget target(KubeObject pod, String container) {
        return new PodTarget(
                pod.spec().string("nodeName"), pod.namespace(), pod.name(), pod.uid(), container);
    }

    private void log(Ask ask) throws InterruptedException {
        LogOptions options = LogParameters.of(ask);
        String container = Containers.choose(ask.pod(), ask.one("container"));
        Answer head =
                new Answer(
                        200,
                        "text/plain",
                        List.of(new Answer.Header("cache-control", "no-cache, private")),
                        List.of());
        if (ask.pod().spec().string("nodeName").isEmpty()) {
            ask.exchange().send(NOT_STARTED);
            return;
        }
        try (InputStream log = nodes.logs(target(ask.pod(), container), options)) {
            if (WebSocket.isAskedFor(ask.exchange().request())) {
                logSocket(ask.exchange(), log);
                return;
            }
            Outflow out = ask.exchange().stream(head);
            out.onClosed(() -> quietlyClose(log));
            try {
                copy(log, out);
            } finally {
                out.end(); // as Kubernetes ends it, also when no more could be read
            }
        } catch (IOException clientOrNodeGone) {
            System.getLogger(NodeStreams.class.getName())
                    .log(System.Logger.Level.DEBUG, "log stream ended early", clientOrNodeGone);
        }
    }

    private static void logSocket(Exchange exchange, InputStream log)
            throws IOException, InterruptedException {
        String protocol = webSocketProtocol(exchange.request(), LogSocket.PROTOCOLS);
        LogSocket client =
                new LogSocket(protocol.equals(LogSocket.BASE64), () -> quietlyClose(log));
        Answer head = WebSocket.head(exchange.request(), protocol);
        client.socket().attach(exchange.upgrade(head, client.socket()));
        client.send(log);
    }

    private static void quietlyClose(InputStream log) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                log.close();
                            } catch (IOException e) {
                                System.getLogger(NodeStreams.class.getName())
                                        .log(System.Logger.Level.DEBUG, "log not closed", e);
                            }
                        });
    }

    /// Asks a node's agent.
    public NodeAnswer ask(String node, String method, String path, byte[] body) {
        return nodes.request(node, method, path, body);
    }

    /// Hands an agent's answer on as it comes.
    public static void pass(Exchange exchange, NodeAnswer answer) throws InterruptedException {
        relay(
                exchange,
                new Answer(answer.code(), answer.contentType(), List.of(), List.of()),
                answer.body());
    }

    /// Sends an answer whose body comes from elsewhere, as it comes, and closes that body at the
    /// end. One that breaks off is broken off for the client too, since what it got is not whole.
    public static void relay(Exchange exchange, Answer head, InputStream body)
            throws InterruptedException {
        Outflow out = exchange.stream(head);
        out.onClosed(() -> quietlyClose(body));
        try (body) {
            copy(body, out);
            out.end();
        } catch (IOException brokenOff) {
            System.getLogger(NodeStreams.class.getName())
                    .log(System.Logger.Level.DEBUG, "answer broken off", brokenOff);
            out.abort();
        } catch (InterruptedException e) {
            out.abort();
            throw e;
        }
    }

    /// Sends what there is to read, as fast as the client takes it.
    private static void copy(InputStream from, Outflow out)
            throws IOException, InterruptedException {
        Semaphore writable = new Semaphore(0);
        out.onWritable(writable::release);
        byte[] part = new byte[PART_BYTES];
        for (int read = from.read(part); read >= 0; read = from.read(part)) {
            if (out.isClosed()) {
                return;
            }
            out.write(Arrays.copyOf(part, read));
            while (!out.isWritable() && !out.isClosed()) {
                writable.tryAcquire(1, java.util.concurrent.TimeUnit.SECONDS);
            }
        }
    }

    private void process(Ask ask) throws InterruptedException {
        boolean exec = ask.subresource().equals("exec");
        String container = Containers.choose(ask.pod(), ask.one("container"));
        ExecOptions options =
                new ExecOptions(
                        exec ? ask.query().apply("command") : List.of(),
                        ask.flag("stdin"),
                        ask.flag("stdout"),
                        ask.flag("stderr"),
                        ask.flag("tty"));
        Containers.requireNode(ask.pod());
        if (exec && options.command().isEmpty()) {
            throw Status.badRequest("you must specify at least 1 command for the container")
                    .asException();
        }
        PodTarget target = target(ask.pod(), container);
        ProcessClient client = client(ask.exchange(), options);
        new ProcessBridge(client, options)
                .run(() -> exec ? nodes.exec(target, options) : nodes.attach(target, options));
    }

    private static ProcessClient client(Exchange exchange, ExecOptions options) {
        Request request = exchange.request();
        if (WebSocket.isAskedFor(request)) {
            List<String> known =
                    Arrays.stream(ChannelProtocol.values()).map(ChannelProtocol::label).toList();
            String protocol = webSocketProtocol(request, known);
            WebSocketClient client = new WebSocketClient(ChannelProtocol.of(protocol), options);
            Answer head = WebSocket.head(request, protocol);
            client.socket().attach(exchange.upgrade(head, client.socket()));
            return client;
        }
        requireSpdy(exchange);
        SpdyClient client = new SpdyClient(options);
        client.attach(spdy(exchange, client, "v4.channel.k8s.io"));
        return client;
    }

    private void forward(Ask ask) throws InterruptedException {
        Containers.requireNode(ask.pod());
        Request request = ask.exchange().request();
        boolean isSocket = WebSocket.isAskedFor(request);
        String protocol = isSocket ? webSocketProtocol(request, FORWARDING) : "";
        if (!isSocket) {
            requireSpdy(ask.exchange());
        }
        PodTarget target = target(ask.pod(), "");
        // once the connection is taken over, kubectl says that it forwards
        nodes.requireForwarding(target);
        PortLink link = new PortLink(nodes, target);
        PortBridge bridge = new PortBridge(link);
        if (isSocket) {
            Answer head = WebSocket.head(request, protocol);
            if (protocol.equals(TUNNEL)) {
                Tunnel tunnel = new Tunnel(bridge);
                tunnel.socket().attach(ask.exchange().upgrade(head, tunnel.socket()));
                return;
            }
            PortSocket client =
                    new PortSocket(
                            ChannelProtocol.of(protocol),
                            PortSocket.ports(ask.query().apply("ports")));
            client.socket().attach(ask.exchange().upgrade(head, client.socket()));
            client.run(link);
            return;
        }
        SpdySession opened = spdy(ask.exchange(), bridge, "portforward.k8s.io");
        System.getLogger(NodeStreams.class.getName())
                .log(System.Logger.Level.DEBUG, "port forwarding begins session={0}", opened);
    }

    private static void requireSpdy(Exchange exchange) {
        String upgrade = exchange.request().header("upgrade");
        if (!exchange.canUpgrade() || upgrade == null || !upgrade.equalsIgnoreCase(SPDY)) {
            throw Status.badRequest("Upgrade request required").asException();
        }
    }

    /// The first of the known protocols that the client offers too.
    private static String webSocketProtocol(Request request, List<String> known) {
        String offered = String.join(",", request.headers("sec-websocket-protocol"));
        List<String> names = Arrays.stream(offered.split(",", -1)).map(String::strip).toList();
        return known.stream()
                .filter(names::contains)
                .findFirst()
                .orElseThrow(
                        () ->
                                Status.badRequest(
                                                "no supported WebSocket protocol was offered: "
                                                        + offered)
                                        .asException());
    }

    private static SpdySession spdy(
            Exchange exchange, SpdySession.Listener listener, String protocol) {
        SpdyWire wire = new SpdyWire();
        SpdySession session = new SpdySession(wire, listener);
        Answer head = WebSocket.switching(SPDY).with(PROTOCOL, protocol);
        RawConnection connection =
                exchange.upgrade(
                        head,
                        new RawConnection.Receiver() {
                            @Override
                            public void received(byte[] bytes) {
                                session.received(bytes);
                            }

                            @Override
                            public void closed() {
                                session.closed();
                            }
                        });
        wire.attach(connection);
        return session;
    }
}
