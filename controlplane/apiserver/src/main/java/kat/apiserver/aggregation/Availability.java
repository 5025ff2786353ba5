package kat.apiserver.aggregation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonException;
import kat.api.json.JsonObject;
import kat.apiserver.aggregation.LocalServices.Condition;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.streaming.HttpAnswer;
import kat.apiserver.streaming.HttpCall;
import kat.apiserver.webhook.WebhookException;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Looks whether an extension server can be reached: its Service, its endpoints, its discovery.
///
/// **Threads:** any; blocks while the other server is asked.
///
/// **Source:** `kube-aggregator/pkg/controllers/status/remote`.
final class Availability {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int MAX_BODY = 8 << 20;
    private static final User ASKER = User.of("system:kube-aggregator", List.of(User.MASTERS));

    private final Reader reader;
    private final Resources resources;
    private final RemoteTls tls;
    private final RemoteProxy proxy;

    Availability(Reader reader, Resources resources, RemoteTls tls, RemoteProxy proxy) {
        this.reader = reader;
        this.resources = resources;
        this.tls = tls;
        this.proxy = proxy;
    }

    /// @param resources what the other server says it serves; empty when it could not be asked
    record Seen(Condition condition, JsonObject resources) {

        static Seen not(String reason, String message) {
            return new Seen(new Condition("False", reason, message), JsonObject.EMPTY);
        }
    }

    Seen look(Route route) {
        Seen missing = behindService(route);
        if (missing != null) {
            return missing;
        }
        try {
            JsonObject list = discovery(route);
            return new Seen(new Condition("True", "Passed", "all checks passed"), list);
        } catch (WebhookException | IOException e) {
            return Seen.not("FailedDiscoveryCheck", String.valueOf(e.getMessage()));
        }
    }

    /// Null when the Service has what it needs.
    private @Nullable Seen behindService(Route route) {
        Route.Service at = route.service();
        String shown = "service/" + at.name() + " in \"" + at.namespace() + "\" ";
        Resource services = resources.require(Kinds.SERVICE);
        Entry entry = reader.find(services, new ObjectKey(at.namespace(), at.name()));
        if (entry == null) {
            return Seen.not("ServiceNotFound", shown + "is not present");
        }
        KubeObject service = services.object(entry);
        if (!service.spec().string("type", "ClusterIP").equals("ClusterIP")) {
            return null;
        }
        String portName = null;
        for (JsonObject port : service.spec().array("ports").objects()) {
            if (port.integer("port", 0) == at.port()) {
                portName = port.string("name");
            }
        }
        if (portName == null) {
            return Seen.not("ServicePortError", shown + "is not listening on port " + at.port());
        }
        List<KubeObject> slices = slices(at);
        if (slices.isEmpty()) {
            return Seen.not("EndpointsNotFound", "cannot find endpointslices for " + shown.strip());
        }
        return hasEndpoint(slices, portName)
                ? null
                : Seen.not(
                        "MissingEndpoints",
                        "endpointslices for "
                                + shown
                                + "have no addresses with port name \""
                                + portName
                                + "\"");
    }

    private List<KubeObject> slices(Route.Service at) {
        Resource kind = resources.require(Kinds.ENDPOINT_SLICE);
        String label = "kubernetes.io/service-name=" + at.name();
        Reader.Query query =
                new Reader.Query(at.namespace(), Filters.of(kind, label, ""), 0, 0, "");
        return reader.page(kind, query).entries().stream().map(kind::object).toList();
    }

    private static boolean hasEndpoint(List<KubeObject> slices, String portName) {
        return slices.stream()
                .map(KubeObject::tree)
                .anyMatch(
                        slice ->
                                slice.array("endpoints").objects().stream()
                                                .anyMatch(Availability::isReady)
                                        && slice.array("ports").objects().stream()
                                                .anyMatch(p -> isNamed(p, portName)));
    }

    private static boolean isReady(JsonObject endpoint) {
        return endpoint.object("conditions").bool("ready", true);
    }

    private static boolean isNamed(JsonObject port, String name) {
        return port.string("name").equals(name) && port.has("port");
    }

    private JsonObject discovery(Route route) throws WebhookException, IOException {
        List<InetSocketAddress> addresses = proxy.addresses(route);
        InetSocketAddress first = addresses.getFirst();
        String url =
                "https://"
                        + first.getAddress().getHostAddress()
                        + ":"
                        + first.getPort()
                        + route.root();
        try {
            HttpAnswer answer = ask(route, addresses, route.root());
            if (answer.code() < 200 || answer.code() > 299) {
                throw new IOException("bad status from " + url + ": " + answer.code());
            }
            byte[] body = answer.body().readNBytes(MAX_BODY);
            return Json.parse(body) instanceof JsonObject list ? list : JsonObject.EMPTY;
        } catch (JsonException notJson) {
            return JsonObject.EMPTY;
        } catch (IOException e) {
            throw new IOException(
                    "failing or missing response from "
                            + url
                            + ": "
                            + (String.valueOf(e.getMessage()).startsWith("bad status")
                                    ? ""
                                    : "Get \"" + url + "\": ")
                            + e.getMessage(),
                    e);
        }
    }

    /// Asks in the server's own name.
    private HttpAnswer ask(Route route, List<InetSocketAddress> addresses, String path)
            throws IOException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        headers.add(Map.entry("host", route.service().host()));
        headers.add(Map.entry("accept", "application/json"));
        headers.add(Map.entry("connection", "close"));
        RemoteCall.addUser(headers, ASKER);
        try (HttpCall call = RemoteCall.open(tls, route, addresses)) {
            call.limit(PATIENCE_MILLIS);
            call.send("GET", path, headers, new byte[0]);
            HttpAnswer answer = call.answer("GET");
            byte[] body = answer.body().readNBytes(MAX_BODY);
            return new HttpAnswer(answer.code(), answer.headers(), new ByteArrayInputStream(body));
        }
    }
}
