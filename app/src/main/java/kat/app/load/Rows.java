package kat.app.load;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.TaskGroup;
import kat.base.Ticker;

/// The measurements of `kat bench`, one method each. They work in a namespace of their own, which
/// [#end] deletes.
///
/// **Threads:** one caller.
public final class Rows {

    private static final Logger LOG = System.getLogger("kat.app.load");
    private static final String JSON = "application/json";
    private static final int WATCH_BUFFER = 64 << 10;
    private static final int CREATORS = 16;
    private static final Duration DEPLOYMENT_PATIENCE = Duration.ofMinutes(2);
    private static final Duration WATCH_PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final int ROUNDS = 3; // the first also for the compiler

    private final LoadClient client;
    private final Ticker ticker;
    private final Measurement measurement;
    private final Consumer<Figure> sink;
    private final String namespace;
    private final String base;

    /// @param namespace that does not exist yet
    /// @param sink takes each figure as soon as it is known
    public Rows(LoadClient client, Ticker ticker, String namespace, Consumer<Figure> sink) {
        this.client = client;
        this.ticker = ticker;
        this.measurement = new Measurement(ticker);
        this.sink = sink;
        this.namespace = namespace;
        this.base = "/api/v1/namespaces/" + namespace;
    }

    /// Makes the namespace.
    public void begin() throws IOException, InterruptedException {
        post("/api/v1/namespaces", Objects.namespace(namespace));
        // Where no controller makes it, pods still need one.
        post(base + "/serviceaccounts", Objects.serviceAccount());
    }

    /// Deletes the namespace with everything in it.
    public void end() throws IOException, InterruptedException {
        client.send(0, "DELETE", base, "", "");
    }

    private int post(String path, String body) throws IOException, InterruptedException {
        return client.send(0, "POST", path, JSON, body).code();
    }

    /// Create, get, update, merge patch, apply and delete of single objects.
    public void single(int clients, int count) throws InterruptedException {
        single(Sort.configMaps(namespace), clients, count);
    }

    /// The same of custom resources beside the usual sort, in turns; the definition is gone again
    /// afterwards.
    public void custom(int clients, int count) throws IOException, InterruptedException {
        Sort custom = Sort.custom(namespace);
        post(CustomObjects.DEFINITIONS, CustomObjects.definition());
        try {
            long begin = ticker.nanos();
            while (!get(0, custom.collection())) {
                if (ticker.nanos() - begin > WATCH_PATIENCE.toNanos()) {
                    throw new IOException("the custom resource is not served");
                }
                ticker.sleep(LOOK);
            }
            for (int round = 0; round < ROUNDS; round++) {
                single(Sort.configMaps(namespace), clients, count);
                single(custom, clients, count);
            }
        } finally {
            String path = CustomObjects.DEFINITIONS + "/" + CustomObjects.DEFINITION;
            client.send(0, "DELETE", path, "", "");
        }
    }

    private void single(Sort sort, int clients, int count) throws InterruptedException {
        String path = sort.collection() + "/c" + clients + "-";
        measure(
                sort.name() + "create",
                clients,
                count,
                (worker, i) ->
                        send(worker, "POST", sort.collection(), JSON, body(sort, clients, i, "x")));
        measure(
                sort.name() + "get",
                clients,
                2 * count,
                (worker, i) -> get(worker, path + i % count));
        if (sort.blind()) {
            measure(
                    sort.name() + "update",
                    clients,
                    count,
                    (worker, i) ->
                            send(worker, "PUT", path + i, JSON, body(sort, clients, i, "y")));
        }
        measure(
                sort.name() + "merge patch",
                clients,
                count,
                (worker, i) ->
                        send(
                                worker,
                                "PATCH",
                                path + i,
                                "application/merge-patch+json",
                                sort.patch().apply(i)));
        measure(
                sort.name() + "apply",
                clients,
                count,
                (worker, i) ->
                        send(
                                worker,
                                "PATCH",
                                path + i + "?fieldManager=bench&force=true",
                                "application/apply-patch+yaml",
                                body(sort, clients, i, "z")));
        measure(
                sort.name() + "delete",
                clients,
                count,
                (worker, i) -> send(worker, "DELETE", path + i, "", ""));
    }

    private static String body(Sort sort, int clients, int i, String letter) {
        return sort.body().apply("c" + clients + "-" + i, letter);
    }

    private void measure(String name, int clients, int count, Measurement.Operation operation)
            throws InterruptedException {
        sink.accept(measurement.run(name, clients, count, operation));
    }

    private boolean send(int worker, String method, String path, String type, String body)
            throws IOException, InterruptedException {
        int code = client.send(worker, method, path, type, body).code();
        return code == 200 || code == 201;
    }

    /// Lists of pods of 4 KB each.
    public void lists(int pods, int times) throws InterruptedException {
        measure(
                "create pod",
                CREATORS,
                pods,
                (worker, i) -> send(worker, "POST", base + "/pods", JSON, Objects.pod("pod-" + i)));
        measure("list " + pods, 1, times, (worker, _) -> get(worker, base + "/pods"));
        measure("list 100 of it", 1, times, (worker, _) -> get(worker, base + "/pods?limit=100"));
    }

    private boolean get(int worker, String path) throws IOException, InterruptedException {
        return send(worker, "GET", path, "", "");
    }

    /// How fast watchers see what is created: every event counts once for each watcher.
    public void watch(int watchers, int events) throws IOException, InterruptedException {
        JsonObject now =
                (JsonObject)
                        Json.parse(
                                client.send(0, "GET", base + "/configmaps?limit=1", "", "").body());
        String path =
                base
                        + "/configmaps?watch=1&resourceVersion="
                        + now.object("metadata").string("resourceVersion");
        CountDownLatch open = new CountDownLatch(watchers);
        AtomicLong seen = new AtomicLong();
        try (TaskGroup group = new TaskGroup("watchers")) {
            for (int i = 0; i < watchers; i++) {
                int worker = i;
                var _ = group.fork(() -> follow(worker, path, open, events, seen));
            }
            if (!open.await(WATCH_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the watches did not open");
            }
            long begin = ticker.nanos();
            Figure created =
                    measurement.run(
                            "watch",
                            CREATORS,
                            events,
                            (worker, i) ->
                                    send(
                                            worker,
                                            "POST",
                                            base + "/configmaps",
                                            JSON,
                                            Objects.configMap("w-" + i, "x")));
            group.join();
            sink.accept(
                    new Figure(
                            "watch",
                            watchers,
                            watchers * events,
                            watchers * events - (int) seen.get(),
                            Duration.ofNanos(ticker.nanos() - begin),
                            created.median(),
                            created.slow()));
        } catch (ExecutionException e) {
            throw new IOException("a watcher failed", e.getCause());
        }
    }

    private int follow(int worker, String path, CountDownLatch open, int events, AtomicLong seen)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[WATCH_BUFFER];
        int lines = 0;
        try (InputStream in = client.open(worker, path)) {
            var _ = ticker.schedule(WATCH_PATIENCE, () -> giveUp(in));
            open.countDown();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
                if (lines >= events) {
                    break;
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a watch ended early lines={0} error={1}", lines, e.getMessage());
        }
        open.countDown();
        seen.addAndGet(lines);
        return lines;
    }

    /// Ends a watch that misses events, which then count as errors.
    private static void giveUp(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a watch did not close error={0}", e.getMessage());
        }
    }

    /// How long a Deployment takes until all its pods are ready; it is gone again afterwards.
    public void deployment(int replicas) throws IOException, InterruptedException {
        String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments";
        long begin = ticker.nanos();
        post(path, Objects.deployment("wide", replicas));
        long ready = 0;
        long took = 0;
        while (ready < replicas && took < DEPLOYMENT_PATIENCE.toNanos()) {
            ticker.sleep(LOOK);
            byte[] answer = client.send(0, "GET", path + "/wide", "", "").body();
            ready = ((JsonObject) Json.parse(answer)).object("status").integer("readyReplicas", 0);
            took = ticker.nanos() - begin;
        }
        Duration whole = Duration.ofNanos(took);
        int missing = (int) (replicas - ready);
        sink.accept(new Figure("pods ready", 1, replicas, missing, whole, whole, whole));
        client.send(0, "DELETE", path + "/wide?propagationPolicy=Background", "", "");
    }
}
