package kat.apiserver.aggregation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.pki.Identity;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WatchFeed;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.apiserver.webhook.ServiceEndpoints;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.client.DeleteOptions;
import kat.store.Entry;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// Keeps the APIServices: those of this server's own groups are written, those of other servers
/// are watched over, and requests find their way by them.
///
/// | an APIService | then |
/// |---|---|
/// | names no Service | it is this server's own: always available |
/// | names a Service | the way to it is kept; its condition says whether it can be reached |
///
/// As long as no APIService names a Service, nothing but APIServices and definitions is watched,
/// and a request pays one look at an empty list.
///
/// **Threads:** one of its own makes every change.
public final class Aggregation implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Aggregation.class.getName());
    private static final String ACTOR = "system:apiserver";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    /// Changes of Services and endpoints come in crowds.
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final Below below;
    private final Resource services;
    private final RemoteProxy proxy;
    private final RemoteOpenApi openApi;
    private final Availability availability;
    private final AvailabilityFigures figures;
    private final Threads.Permits woken;
    private final Map<String, WatchFeed> feeds = new HashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Duration retry = FIRST_RETRY;
    private boolean isFirst = true;
    private volatile RemoteGroups remote = RemoteGroups.NONE;
    private volatile boolean closed;
    private volatile Threads.@Nullable Running thread;
    private volatile Runnable ending = () -> {};

    /// What lies below.
    public record Below(
            Store store,
            Reader reader,
            Writer writer,
            Deleter deleter,
            Resources resources,
            Ticker ticker) {}

    /// @param client what this server shows to others when it speaks for a user
    /// @param metrics where it is counted which of them cannot be reached
    public Aggregation(Below below, Identity client, Metrics metrics) {
        this.below = below;
        this.figures = new AvailabilityFigures(metrics);
        this.services = below.resources().require(Kinds.API_SERVICE);
        RemoteTls tls = new RemoteTls(client);
        this.proxy = new RemoteProxy(tls, new ServiceEndpoints(below.reader(), below.resources()));
        this.openApi = new RemoteOpenApi(this, below.ticker());
        this.availability = new Availability(below.reader(), below.resources(), tls, proxy);
        this.woken = below.ticker().threads().permits(0);
    }

    public void start() {
        ending = below.resources().onChange(woken::release);
        thread = below.ticker().threads().start("kat-aggregation", this::run);
    }

    /// What other servers serve now.
    public RemoteGroups remote() {
        return remote;
    }

    /// Calls back whenever [#remote] has become another. The callback must be quick.
    ///
    /// @return ends the calls
    public Runnable onChange(Runnable callback) {
        listeners.add(callback);
        return () -> listeners.remove(callback);
    }

    public RemoteOpenApi openApi() {
        return openApi;
    }

    public RemoteProxy proxy() {
        return proxy;
    }

    private void run() {
        try {
            while (!closed) {
                watch(Kinds.API_SERVICE);
                settleSafely();
                if (!remote.isEmpty()) {
                    watch(Kinds.SERVICE);
                    watch(Kinds.ENDPOINT_SLICE);
                }
                await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            feeds.values().forEach(WatchFeed::close);
        }
    }

    private void watch(Kind kind) {
        feeds.computeIfAbsent(
                kind.kind(),
                _ ->
                        WatchFeed.open(
                                below.store(),
                                below.resources().require(kind),
                                "",
                                null,
                                below.store().revision()));
    }

    /// Waits until something changed that may matter.
    private void await() throws InterruptedException {
        Ticker.@Nullable Scheduled timer =
                remote.isEmpty()
                        ? null
                        : below.ticker().schedule(isAllWell() ? LOOK_AGAIN : retry, woken::release);
        if (!hasNews()) {
            feeds.values().forEach(feed -> feed.onReady(woken::release));
            woken.acquire();
            woken.drain();
            hasNews();
        }
        if (timer != null) {
            timer.cancel();
            below.ticker().sleep(BETWEEN_LOOKS);
        }
    }

    private boolean isAllWell() {
        return remote.routes().stream().allMatch(Route::isAvailable);
    }

    /// Reads what the watches have; a broken one is opened anew by the next round.
    private boolean hasNews() {
        boolean news = false;
        List<String> broken = new ArrayList<>();
        for (Map.Entry<String, WatchFeed> each : feeds.entrySet()) {
            WatchFeed.Batch batch = each.getValue().poll();
            while (batch.failure() == null && !batch.caughtUp()) {
                news = true;
                batch = each.getValue().poll();
            }
            if (batch.failure() != null) {
                broken.add(each.getKey());
                news = true;
            }
        }
        for (String kind : broken) {
            feeds.remove(kind).close();
        }
        return news;
    }

    private void settleSafely() {
        try {
            settle();
        } catch (StatusException e) {
            LOG.log(System.Logger.Level.DEBUG, "api services not kept error={0}", e.getMessage());
            below.ticker().schedule(FIRST_RETRY, woken::release);
        }
    }

    private void settle() {
        SequencedMap<String, JsonObject> local = LocalServices.of(below.resources());
        Map<String, KubeObject> stored = stored();
        local.forEach(
                (name, wanted) -> {
                    if (!stored.containsKey(name) && (isFirst || !isOnStart(wanted))) {
                        create(wanted);
                    }
                });
        isFirst = false;
        List<Route> routes = new ArrayList<>();
        List<Runnable> told = new ArrayList<>();
        Map<String, KubeObject> all = stored();
        figures.keep(all.keySet());
        for (KubeObject service : all.values()) {
            if (service.spec().has("service")) {
                routes.add(looked(service, told));
            } else if (!local.containsKey(service.name())
                    && service.label(LocalServices.MANAGED).equals(LocalServices.ALWAYS)) {
                delete(service);
            } else {
                tell(service, LocalServices.condition());
            }
        }
        RemoteGroups found = new RemoteGroups(routes);
        retry = min(retry.multipliedBy(2), LOOK_AGAIN);
        if (!found.routes().equals(remote.routes())) {
            retry = FIRST_RETRY;
            remote = found;
            listeners.forEach(Runnable::run);
        }
        told.forEach(Runnable::run);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static boolean isOnStart(JsonObject service) {
        return service.at("metadata", "labels")
                .string(LocalServices.MANAGED)
                .equals(LocalServices.ON_START);
    }

    private Map<String, KubeObject> stored() {
        Map<String, KubeObject> found = new TreeMap<>();
        Reader.Query all = new Reader.Query("", null, 0, 0, "");
        for (Entry entry : below.reader().page(services, all).entries()) {
            KubeObject service = services.object(entry);
            found.put(service.name(), service);
        }
        return found;
    }

    /// @param told takes what is to be told once requests find their way
    private Route looked(KubeObject service, List<Runnable> told) {
        Availability.Seen seen = availability.look(Route.of(service, false, JsonObject.EMPTY));
        told.add(() -> tell(service, seen.condition()));
        JsonObject resources = seen.resources();
        Route before =
                remote.find(service.spec().string("group"), service.spec().string("version"));
        if (resources.isEmpty() && before != null) {
            resources = before.resources();
        }
        return Route.of(service, seen.condition().isTrue(), resources);
    }

    private static WriteCall call(String subresource) {
        return new WriteCall(ACTOR, 0, "kube-apiserver", false, subresource);
    }

    private void create(JsonObject service) {
        try {
            below.writer().create(services, "", service, call(""));
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
        }
    }

    private void delete(KubeObject service) {
        try {
            Target target = new Target(services, new ObjectKey("", service.name()));
            below.deleter().delete(target, DeleteOptions.of(service.uid()), call(""));
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    private void tell(KubeObject service, LocalServices.Condition condition) {
        figures.found(service.name(), condition);
        String now = Times.format(below.ticker().now());
        if (condition.in(service.status(), now).equals(service.status())) {
            return;
        }
        Target target = new Target(services, new ObjectKey("", service.name()));
        try {
            below.writer()
                    .update(
                            target,
                            live -> live.withStatus(status -> condition.in(status, now)),
                            call("status"));
        } catch (StatusException e) {
            if (!e.is("NotFound")) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        ending.run();
        Threads.Running running = thread;
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
