package kat.controllers.namespace;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.Informers;
import kat.client.ListQuery;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.client.WorkQueue;
import kat.client.WriteOptions;
import kat.controllers.namespace.NamespaceEmptying.Failures;

/// Deletes everything in a namespace that is to go, tells what still holds it, and lets it go when
/// it is empty.
///
/// It asks the API instead of watching: a namespace may hold objects of kinds that nobody watches.
/// While something is left it looks again after a while that grows with each look.
///
/// **Threads:** [#start] and [#close] by one owner.
public final class NamespaceController implements AutoCloseable {

    private static final String NAME = "namespace-controller";
    private static final String FINALIZER = "kubernetes";
    private static final int WORKERS = 2;
    private static final Duration FIRST_LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Logger LOG = System.getLogger("kat.controllers.namespace");

    private final ServedKinds kinds;
    private final Informers informers;
    private final Transport transport;
    private final Ticker ticker;
    private final WorkQueue<ObjectKey> queue;
    private final List<Threads.Running> threads = new ArrayList<>(); // guarded by this

    public NamespaceController(
            ServedKinds kinds, Informers informers, Transport transport, Ticker ticker) {
        this.kinds = kinds;
        this.informers = informers;
        this.transport = transport;
        this.ticker = ticker;
        this.queue = new WorkQueue<>(ticker);
    }

    public synchronized void start() {
        informers
                .informer(Kinds.NAMESPACE)
                .addHandler(
                        (before, after) -> {
                            if (after != null && after.isDeleting()) {
                                queue.add(after.key());
                            }
                        });
        for (int i = 0; i < WORKERS; i++) {
            threads.add(ticker.threads().start(NAME + "-" + i, this::work));
        }
    }

    @Override
    public synchronized void close() {
        queue.close();
        threads.forEach(Threads.Running::interrupt);
        threads.clear();
    }

    private void work() {
        try {
            while (!informers.informer(Kinds.NAMESPACE).awaitSynced(PATIENCE)) {
                LOG.log(Level.INFO, "waiting for namespaces");
            }
            for (ObjectKey key = queue.take(); key != null; key = queue.take()) {
                try {
                    empty(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void empty(ObjectKey key) {
        KubeObject namespace = informers.get(Kinds.NAMESPACE, key);
        if (namespace == null
                || !namespace.isDeleting()
                || !namespace.spec().array("finalizers").strings().contains(FINALIZER)) {
            return;
        }
        try {
            Failures failures = new Failures(kinds.away(), new LinkedHashMap<>());
            for (NamespaceEmptying.Stage stage : NamespaceEmptying.stages(holding(failures))) {
                deleteContent(stage.kinds(), key.name(), failures);
                SequencedMap<Kind, List<KubeObject>> left =
                        content(stage.kinds(), key.name(), failures);
                boolean ends = stage.isCounted() && !failures.isEmpty();
                if (!left.isEmpty() || ends) {
                    tell(namespace, stage.isCounted() ? left : new LinkedHashMap<>(), failures);
                    queue.addAfter(key, nextLook(namespace));
                    return;
                }
            }
            letGo(namespace);
            queue.forget(key);
        } catch (StatusException e) {
            boolean ordinary = e.is("NotFound") || e.is("Conflict");
            LOG.log(
                    ordinary ? Level.DEBUG : Level.WARNING,
                    "namespace not emptied name={0} error={1}",
                    key,
                    e.getMessage());
            queue.addRateLimited(key);
        }
    }

    /// A quarter of the time that it has taken so far, within bounds.
    private Duration nextLook(KubeObject namespace) {
        Instant since = namespace.deletionTimestamp();
        Duration quarter =
                since == null ? FIRST_LOOK : Duration.between(since, ticker.now()).dividedBy(4);
        Duration atLeast = quarter.compareTo(FIRST_LOOK) < 0 ? FIRST_LOOK : quarter;
        return atLeast.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : atLeast;
    }

    private void deleteContent(List<Kind> kinds, String namespace, Failures failures) {
        for (Kind kind : kinds) {
            try {
                for (KubeObject object : list(kind, namespace)) {
                    if (!object.isDeleting()) {
                        delete(kind, object);
                    }
                }
            } catch (StatusException e) {
                failures.content().put(kind, e.status().message());
            }
        }
    }

    private void delete(Kind kind, KubeObject object) {
        try {
            transport.delete(
                    kind,
                    object.key(),
                    DeleteOptions.of(object.uid()).withPropagation("Background"));
        } catch (StatusException e) {
            if (!e.is("NotFound") && !e.is("Conflict")) {
                throw e;
            }
        }
    }

    /// The kinds whose objects a namespace may hold, but those whose servers cannot be asked.
    private List<Kind> holding(Failures failures) {
        return kinds.resources().stream()
                .filter(Kind::namespaced)
                .filter(kind -> kind.verbs().containsAll(List.of("list", "delete")))
                .filter(kind -> !failures.away().contains(kind.apiVersion()))
                .toList();
    }

    private List<KubeObject> list(Kind kind, String namespace) {
        try {
            return transport.list(kind, ListQuery.in(namespace)).items();
        } catch (StatusException e) {
            if (e.is("NotFound") || e.is("MethodNotAllowed")) {
                // The kind has just ceased to be served, and its objects with it.
                return List.of();
            }
            throw e;
        }
    }

    private SequencedMap<Kind, List<KubeObject>> content(
            List<Kind> kinds, String namespace, Failures failures) {
        SequencedMap<Kind, List<KubeObject>> left = new LinkedHashMap<>();
        for (Kind kind : kinds) {
            if (failures.content().containsKey(kind)) {
                continue;
            }
            try {
                List<KubeObject> objects = list(kind, namespace);
                if (!objects.isEmpty()) {
                    left.put(kind, objects);
                }
            } catch (StatusException e) {
                failures.content().put(kind, e.status().message());
            }
        }
        return left;
    }

    private void tell(
            KubeObject namespace, SequencedMap<Kind, List<KubeObject>> left, Failures failures) {
        JsonArray conditions =
                NamespaceEmptying.conditions(namespace, left, failures, ticker.now());
        if (!conditions.equals(namespace.status().array("conditions"))) {
            transport.update(
                    Kinds.NAMESPACE,
                    namespace.withStatus(status -> status.with("conditions", conditions)),
                    WriteOptions.by(NAME).on("status").because(namespace.revision()));
        }
    }

    private void letGo(KubeObject namespace) {
        List<Json> kept = new ArrayList<>();
        for (String finalizer : namespace.spec().array("finalizers").strings()) {
            if (!finalizer.equals(FINALIZER)) {
                kept.add(Json.of(finalizer));
            }
        }
        KubeObject released =
                namespace.withSpec(spec -> spec.with("finalizers", new JsonArray(kept)));
        transport.update(
                Kinds.NAMESPACE,
                released,
                WriteOptions.by(NAME).on("finalize").because(namespace.revision()));
    }
}
