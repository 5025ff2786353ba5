package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.protobuf.Envelope;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Outflow;
import kat.apiserver.measure.WatchMetrics;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WatchFeed;
import kat.apiserver.streaming.WatchSocket;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// Opens watches over HTTP.
///
/// **Threads:** any; never blocks.
final class WatchEndpoint implements AutoCloseable {

    private static final int SHORTEST_SECONDS = 1800;

    private final Store store;
    private final Reader reader;
    private final WatchMetrics metrics;
    private final Shapes shapes;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Set<WatchSession> open = ConcurrentHashMap.newKeySet();
    private final Map<Scope, AtomicInteger> scopes = new ConcurrentHashMap<>();
    private final WatchSession.Pacing pacing;

    /// What it works with.
    record Below(Store store, Reader reader, WatchMetrics metrics) {}

    WatchEndpoint(Below below, Shapes shapes, Ticker ticker, Randomness randomness) {
        this.store = below.store();
        this.reader = below.reader();
        this.metrics = below.metrics();
        this.shapes = shapes;
        this.ticker = ticker;
        this.randomness = randomness;
        this.pacing = new WatchSession.Pacing(new WatchPace(ticker), open::size);
    }

    int count() {
        return open.size();
    }

    /// How many watch what a request is about: that object, its namespace, or all of its kind.
    int count(RequestInfo info, Resource resource) {
        String all = resource.kind().resource();
        int found = watched(new Scope(all, "", ""));
        if (!info.namespace().isEmpty()) {
            found += watched(new Scope(all, info.namespace(), ""));
        }
        return info.name().isEmpty()
                ? found
                : found + watched(new Scope(all, info.namespace(), info.name()));
    }

    private int watched(Scope scope) {
        AtomicInteger count = scopes.get(scope);
        return count == null ? 0 : count.get();
    }

    /// What a watch sees of a resource.
    ///
    /// @param namespace empty for all
    /// @param name empty for all
    private record Scope(String resource, String namespace, String name) {}

    private void join(Scope scope) {
        var unused =
                scopes.compute(
                        scope,
                        (_, count) -> {
                            AtomicInteger known = count == null ? new AtomicInteger() : count;
                            known.incrementAndGet();
                            return known;
                        });
    }

    private void part(Scope scope) {
        var unused =
                scopes.computeIfPresent(
                        scope, (_, count) -> count.decrementAndGet() == 0 ? null : count);
    }

    /// Whether a watch begins with what there is.
    static boolean beginsWithAll(Query query) {
        String version = query.get("resourceVersion");
        return query.get("sendInitialEvents").equals("true")
                || ((version.isEmpty() || version.equals("0")) && !query.has("sendInitialEvents"));
    }

    void watch(Call call, Resource resource) {
        ListOptions options = ListOptions.of(call.query(), true);
        String fields = options.fieldSelector();
        String name = call.info().name();
        if (!name.isEmpty() && fields.isEmpty()) {
            fields = "metadata.name=" + name;
        }
        Predicate<KubeObject> filter = Filters.of(resource, options.labelSelector(), fields, name);
        long from = options.revision();
        boolean initial =
                options.initialEvents() || (from == 0 && !call.query().has("sendInitialEvents"));
        Reader.Page existing = initial ? existing(call, resource, filter) : null;
        if (existing != null && resource.readsBlock()) {
            existing.entries().forEach(resource::object);
        }
        long after = existing != null ? existing.revision() : from == 0 ? store.revision() : from;
        Answer head = new Answer(Answer.OK, contentType(call), Answers.NO_CACHE, List.of());
        WatchFeed feed;
        try {
            feed = open(call, resource, filter, after);
        } catch (StatusException e) {
            refuse(call, head, e.status());
            return;
        }
        Outflow out = outflow(call, head);
        WatchSession session = new WatchSession(call, feed, out, shapes, pacing);
        open.add(session);
        Scope scope = new Scope(resource.kind().resource(), call.info().namespace(), name);
        join(scope);
        out.onClosed(
                () -> {
                    part(scope);
                    open.remove(session);
                    session.close();
                });
        Kind kind = resource.kind();
        WatchMetrics.Told told = metrics.of(kind.group(), kind.version(), kind.plural());
        session.begin(
                told,
                existing,
                options.initialEvents() && options.bookmarks(),
                new WatchSession.Past(store::compactedRevision, ticker));
        Duration timeout = timeout(options);
        session.endAfter(ticker.schedule(timeout, session::end));
        if (options.bookmarks()) {
            session.bookmarkUntil(ticker.nanos() + timeout.toNanos(), ticker);
        }
    }

    /// A revision that is not reached yet is waited for in silence, as Kubernetes' cache does.
    private WatchFeed open(
            Call call, Resource resource, @Nullable Predicate<KubeObject> filter, long after) {
        String namespace = call.info().namespace();
        long newest = store.revision();
        if (after <= newest) {
            return WatchFeed.open(store, resource, namespace, filter, after);
        }
        Predicate<KubeObject> reached = object -> object.revision() > after;
        return WatchFeed.open(
                store, resource, namespace, filter == null ? reached : reached.and(filter), newest);
    }

    /// Once a watch was understood, what keeps it from starting is told as its one event.
    private static void refuse(Call call, Answer head, Status status) {
        Outflow out = outflow(call, head);
        out.write(WatchSession.frame(call, "ERROR", Answers.statusJson(status).toBytes()));
        out.end();
    }

    /// The body of the answer, or a WebSocket where the client asks for one.
    private static Outflow outflow(Call call, Answer head) {
        return WatchSocket.isAskedFor(call.exchange())
                ? WatchSocket.open(call.exchange(), call.type().isProtobuf())
                : call.exchange().stream(head);
    }

    private Reader.Page existing(
            Call call, Resource resource, @Nullable Predicate<KubeObject> filter) {
        return reader.page(resource, new Reader.Query(call.info().namespace(), filter, 0, 0, ""));
    }

    private Duration timeout(ListOptions options) {
        int seconds =
                options.timeoutSeconds() > 0
                        ? options.timeoutSeconds()
                        : SHORTEST_SECONDS + randomness.nextInt(SHORTEST_SECONDS);
        return Duration.ofSeconds(seconds);
    }

    private static String contentType(Call call) {
        return call.type().isProtobuf() ? Envelope.MEDIA_TYPE + ";stream=watch" : Answer.JSON;
    }

    /// The object of a bookmark.
    static byte[] bookmark(Resource resource, long revision, boolean initialEventsEnd) {
        String annotations =
                initialEventsEnd ? "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}," : "";
        return ("{\"kind\":\""
                        + resource.kind().kind()
                        + "\",\"apiVersion\":\""
                        + resource.kind().apiVersion()
                        + "\",\"metadata\":{"
                        + annotations
                        + "\"resourceVersion\":\""
                        + revision
                        + "\"}}")
                .getBytes(UTF_8);
    }

    @Override
    public void close() {
        for (WatchSession session : open) {
            session.end();
        }
    }
}
