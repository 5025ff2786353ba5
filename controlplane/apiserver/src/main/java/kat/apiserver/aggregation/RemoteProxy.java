package kat.apiserver.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.apiserver.auth.User;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Exchange;
import kat.apiserver.http.Request;
import kat.apiserver.streaming.HttpAnswer;
import kat.apiserver.streaming.HttpCall;
import kat.apiserver.streaming.NodeStreams;
import kat.apiserver.streaming.Takeover;
import kat.apiserver.webhook.ServiceEndpoints;
import kat.apiserver.webhook.WebhookException;
import kat.base.trace.Span;
import kat.base.trace.TraceContext;

/// Passes a request on to the server that serves its group, in the name of its user, and the answer
/// back as it comes. Connections that are taken over (WebSocket, SPDY) are joined end to end.
///
/// **Threads:** any; blocks as long as the answer lasts.
///
/// **Source:** `kube-aggregator/pkg/apiserver/handler_proxy.go`.
public final class RemoteProxy {

    private static final Set<String> NOT_SENT =
            Set.of(
                    "authorization",
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "x-forwarded-for");

    private static final Set<String> NOT_RETURNED =
            Set.of(
                    "connection",
                    "content-length",
                    "content-type",
                    "keep-alive",
                    "proxy-connection",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private static final Set<String> TRACE = Set.of("traceparent", "tracestate");

    private final RemoteTls tls;
    private final ServiceEndpoints services;

    RemoteProxy(RemoteTls tls, ServiceEndpoints services) {
        this.tls = tls;
        this.services = services;
    }

    public void pass(Exchange exchange, Route route, User user) {
        if (!route.isAvailable()) {
            exchange.send(unavailable("service unavailable"));
            return;
        }
        List<InetSocketAddress> addresses;
        try {
            addresses = addresses(route);
        } catch (WebhookException e) {
            exchange.send(unavailable("service unavailable"));
            return;
        }
        try (HttpCall call = RemoteCall.open(tls, route, addresses)) {
            Request request = exchange.request();
            String query = request.rawQuery();
            boolean takesOver = exchange.canUpgrade() && request.header("upgrade") != null;
            call.send(
                    request.method(),
                    query.isEmpty() ? request.path() : request.path() + "?" + query,
                    headers(request, route, user, takesOver),
                    request.body());
            back(exchange, call, call.answer(request.method()));
        } catch (IOException e) {
            exchange.send(unavailable("error trying to reach service: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Where the Service leads.
    ///
    /// @throws WebhookException when it leads nowhere
    List<InetSocketAddress> addresses(Route route) throws WebhookException {
        Route.Service service = route.service();
        return services.find(service.namespace(), service.name(), service.port());
    }

    /// Opens a connection for one request.
    ///
    /// @throws WebhookException when the Service leads nowhere
    /// @throws IOException when nobody takes the connection
    HttpCall open(Route route) throws WebhookException, IOException {
        return RemoteCall.open(tls, route, addresses(route));
    }

    private static Answer unavailable(String why) {
        return Answer.of(503, Answer.TEXT, (why + "\n").getBytes(UTF_8));
    }

    private static List<Map.Entry<String, String>> headers(
            Request request, Route route, User user, boolean takesOver) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("host", route.service().host()));
        for (Map.Entry<String, String> header : request.allHeaders()) {
            String name = header.getKey();
            if (!NOT_SENT.contains(name)
                    && !name.startsWith(":")
                    && !name.startsWith("x-remote-")
                    && !name.startsWith("impersonate-")) {
                headers.add(header);
            }
        }
        String before = request.header("x-forwarded-for");
        String peer = request.peer().address();
        headers.add(Map.entry("x-forwarded-for", before == null ? peer : before + ", " + peer));
        String upgrade = request.header("upgrade");
        headers.add(Map.entry("connection", takesOver ? "Upgrade" : "close"));
        if (takesOver && upgrade != null) {
            headers.add(Map.entry("upgrade", upgrade));
        }
        RemoteCall.addUser(headers, user);
        return traced(headers);
    }

    /// Tells the server of which trace the call is part; what the client told where nothing is
    /// traced here.
    private static List<Map.Entry<String, String>> traced(List<Map.Entry<String, String>> headers) {
        TraceContext context = Span.current();
        if (context != null) {
            headers.removeIf(header -> TRACE.contains(header.getKey()));
            headers.add(Map.entry("traceparent", context.parent()));
            if (!context.state().isEmpty()) {
                headers.add(Map.entry("tracestate", context.state()));
            }
        }
        return headers;
    }

    private static void back(Exchange exchange, HttpCall call, HttpAnswer answer)
            throws IOException, InterruptedException {
        String type = "";
        List<Answer.Header> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : answer.headers()) {
            if (header.getKey().equals("content-type")) {
                type = header.getValue();
            } else if (!NOT_RETURNED.contains(header.getKey())) {
                headers.add(new Answer.Header(header.getKey(), header.getValue()));
            }
        }
        Answer head = new Answer(answer.code(), type, headers, List.of());
        if (answer.code() == HttpAnswer.SWITCHING) {
            Takeover.join(exchange, call, answer, head);
            return;
        }
        NodeStreams.relay(exchange, head, answer.body());
    }
}
