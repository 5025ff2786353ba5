package kat.app.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.TaskGroup;
import kat.base.Ticker;

/// How a client fares that writes one object after another while another user floods the server.
///
/// Both are service accounts, so that the server may tell them apart. The flood takes the machine's
/// processors too; what it costs to share the *server* is the difference to the same flood upon
/// another server on this machine.
///
/// **Threads:** one caller.
public final class Flood {

    private static final String JSON = "application/json";
    private static final String CALM = "calm";
    private static final String LOUD = "loud";
    private static final int CONNECTIONS = 8;

    /// Goes through all and finds nothing.
    private static final String NONE = "labelSelector=none";

    private final LoadClient client;
    private final LoadClient elsewhere;
    private final Measurement measurement;
    private final Consumer<Figure> sink;
    private final String namespace;
    private final String base;

    /// @param elsewhere a server that takes every request and does nothing
    /// @param namespace of the measurement, made by [Rows#begin]
    /// @param sink takes each figure as soon as it is known
    public Flood(
            LoadClient client,
            LoadClient elsewhere,
            Ticker ticker,
            String namespace,
            Consumer<Figure> sink) {
        this.client = client;
        this.elsewhere = elsewhere;
        this.measurement = new Measurement(ticker);
        this.sink = sink;
        this.namespace = namespace;
        this.base = "/api/v1/namespaces/" + namespace;
    }

    /// First without a flood, then beside one of each kind, upon the other server and upon this.
    ///
    /// @param clients how many requests the flood keeps open
    /// @param count how many objects are written beside each
    /// @param listed how many objects the lists of the flood go through
    /// @return what each kind of flood did to the client, in the order of measurement
    public List<Slowdown> run(int clients, int count, int listed)
            throws IOException, InterruptedException {
        post("/serviceaccounts", Objects.serviceAccount(CALM));
        post("/serviceaccounts", Objects.serviceAccount(LOUD));
        String bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
        client.send(
                0,
                "POST",
                bindings + "/rolebindings",
                JSON,
                Objects.editors(namespace, CALM, LOUD));
        for (int i = 0; i < listed; i++) {
            post("/secrets", Objects.secret("listed-" + i));
        }
        try (LoadClient calm = client.as(token(CALM), 1);
                LoadClient loud = client.as(token(LOUD), CONNECTIONS)) {
            var unused = create(calm, "warm", count);
            sink.accept(create(calm, "alone", count));
            List<Slowdown> slowdowns = new ArrayList<>();
            for (Kind kind : kinds()) {
                Figure other = beside(kind, " elsewhere", elsewhere, clients, calm, count);
                Figure here = beside(kind, " here", loud, clients, calm, count);
                slowdowns.add(new Slowdown(kind.name(), other, here));
            }
            return slowdowns;
        }
    }

    /// What a flood of one kind does to a client that creates.
    ///
    /// @param elsewhere the client beside the flood upon another server
    /// @param here the client beside the flood upon its own
    public record Slowdown(String kind, Figure elsewhere, Figure here) {

        /// How many times as long the client's create takes in the middle; 1 when it makes no
        /// difference whom the flood meets.
        public double times() {
            return here.median().toNanos() / (double) Math.max(1, elsewhere.median().toNanos());
        }

        /// Whether the client got all that it asked for, and took at most that many times as long.
        public boolean within(double most) {
            return here.errors() == 0 && times() <= most;
        }
    }

    /// What a flood asks for.
    private record Kind(String name, Asking how) {}

    private interface Asking {
        boolean run(LoadClient at, int worker, int index) throws IOException, InterruptedException;
    }

    private List<Kind> kinds() {
        return List.of(
                new Kind(
                        "gets",
                        (at, worker, _) ->
                                done(at.send(worker, "GET", base + "/secrets/listed-0", "", ""))),
                new Kind(
                        "creates",
                        (at, worker, i) ->
                                done(
                                        at.send(
                                                worker,
                                                "POST",
                                                base + "/configmaps",
                                                JSON,
                                                Objects.configMap(
                                                        "loud-" + worker + "-" + i, "x")))),
                new Kind(
                        "lists",
                        (at, worker, _) ->
                                done(at.send(worker, "GET", base + "/secrets?" + NONE, "", ""))));
    }

    private Figure beside(
            Kind kind, String where, LoadClient at, int clients, LoadClient calm, int count)
            throws IOException, InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        try (TaskGroup group = new TaskGroup("flood")) {
            for (int i = 0; i < clients; i++) {
                int worker = i;
                var _ = group.fork(() -> flood(kind.how(), at, worker, over));
            }
            Figure figure;
            try {
                figure = create(calm, kind.name() + where, count);
            } finally {
                over.set(true);
            }
            group.join();
            sink.accept(figure);
            return figure;
        } catch (ExecutionException e) {
            throw new IOException("the flood failed", e.getCause());
        }
    }

    /// @return how many requests it was
    private static int flood(Asking flood, LoadClient at, int worker, AtomicBoolean over)
            throws IOException, InterruptedException {
        int asked = 0;
        while (!over.get()) {
            if (!flood.run(at, worker, asked++)) {
                throw new IOException("a request of the flood was refused");
            }
        }
        return asked;
    }

    private Figure create(LoadClient calm, String name, int count) throws InterruptedException {
        String prefix = name.replace(' ', '-') + "-";
        return measurement.run(
                name,
                1,
                count,
                (worker, i) ->
                        done(
                                calm.send(
                                        worker,
                                        "POST",
                                        base + "/configmaps",
                                        JSON,
                                        Objects.configMap(prefix + i, "x"))));
    }

    private static boolean done(LoadClient.Reply reply) {
        return reply.code() == 200 || reply.code() == 201;
    }

    private String token(String account) throws IOException, InterruptedException {
        LoadClient.Reply reply =
                client.send(
                        0,
                        "POST",
                        base + "/serviceaccounts/" + account + "/token",
                        JSON,
                        Objects.tokenRequest());
        if (!done(reply)) {
            throw new IOException("there is no token for " + account + ": " + reply.code());
        }
        return ((JsonObject) Json.parse(reply.body())).object("status").string("token");
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        LoadClient.Reply reply = client.send(0, "POST", base + path, JSON, body);
        if (!done(reply)) {
            throw new IOException("cannot create an object for the measurement: " + reply.code());
        }
    }
}
