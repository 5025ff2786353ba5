package kat.proxy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import kat.api.ObjectKey;

/// Answers the `healthCheckNodePort` of Services whose `externalTrafficPolicy` is Local: a load
/// balancer asks there whether this node has endpoints of the Service.
///
/// **Threads:** [#update] and [#close] by one; requests are answered on the servers' own.
///
/// **Source:** kube-proxy `healthcheck/service_health.go`.
final class HealthChecks implements AutoCloseable {

    private static final Logger LOG = System.getLogger("kat.proxy");
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final List<String> addresses;
    private final Map<ObjectKey, Served> served = new HashMap<>();

    private record Served(int port, AtomicInteger endpoints, List<HttpServer> servers) {}

    /// @param addresses of the machine on which node ports answer
    HealthChecks(List<String> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /// @param port 0 when the Service has none, or is gone
    /// @param endpoints how many ready ones this node has
    void update(ObjectKey service, int port, int endpoints) {
        Served before = served.get(service);
        if (before != null && before.port() == port) {
            before.endpoints().set(endpoints);
            return;
        }
        if (before != null) {
            served.remove(service);
            before.servers().forEach(server -> server.stop(0));
        }
        if (port > 0) {
            served.put(service, serve(service, port, endpoints));
        }
    }

    private Served serve(ObjectKey service, int port, int endpoints) {
        AtomicInteger count = new AtomicInteger(endpoints);
        List<HttpServer> servers = new ArrayList<>();
        for (String address : addresses) {
            try {
                HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
                server.createContext("/", exchange -> answer(exchange, service, count.get()));
                server.start();
                servers.add(server);
            } catch (IOException e) {
                LOG.log(
                        Level.WARNING,
                        "node healthcheck for service cannot listen service={0} address={1}"
                                + " port={2} error={3}",
                        service,
                        address,
                        String.valueOf(port),
                        e.getMessage());
            }
        }
        return new Served(port, count, servers);
    }

    private static void answer(HttpExchange exchange, ObjectKey service, int endpoints)
            throws IOException {
        byte[] body =
                """
                {
                	"service": {
                		"namespace": "%s",
                		"name": "%s"
                	},
                	"localEndpoints": %d,
                	"serviceProxyHealthy": true
                }\
                """
                        .formatted(service.namespace(), service.name(), endpoints)
                        .getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Load-Balancing-Endpoint-Weight", String.valueOf(endpoints));
        try (exchange) {
            exchange.sendResponseHeaders(endpoints > 0 ? OK : UNAVAILABLE, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        served.values().forEach(one -> one.servers().forEach(server -> server.stop(0)));
        served.clear();
    }
}
