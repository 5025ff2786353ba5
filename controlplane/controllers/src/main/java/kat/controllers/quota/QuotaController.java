package kat.controllers.quota;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.quota.Evaluator;
import kat.api.quota.Quota;
import kat.base.Ticker;
import kat.client.Change;
import kat.client.Informers;
import kat.client.ListQuery;
import kat.client.Plan;
import kat.client.PlanRunner;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.client.WorkQueue;
import org.jspecify.annotations.Nullable;

/// Keeps the status of ResourceQuotas: the limits that hold, and what is used of them.
///
/// The API server adds what it lets in. So a quota is counted anew only when its limits change,
/// when something it counts goes or gets less, and once in a while. It is counted from lists that
/// are asked for after the quota was read: what came later than those has changed the quota too,
/// and the write is refused.
///
/// **Source:** kube-controller-manager `resourcequota/resource_quota_controller.go`.
///
/// **Threads:** [#start] and [#close] by one owner.
public final class QuotaController implements AutoCloseable {

    public static final String NAME = "resourcequota-controller";

    private static final int WORKERS = 5;
    private static final Duration COUNT_AGAIN = Duration.ofMinutes(5);
    private static final Set<String> ORDINARY = Set.of("Conflict", "NotFound");
    private static final Logger LOG = System.getLogger("kat.controllers.quota");

    private final ServedKinds kinds;
    private final Informers informers;
    private final Transport transport;
    private final PlanRunner plans;
    private final Ticker ticker;
    private final WorkQueue<ObjectKey> queue;
    private final List<Thread> threads = new ArrayList<>(); // guarded by this
    private volatile List<Kind> watched = List.of(); // written under this
    private Runnable subscription = () -> {}; // guarded by this

    public QuotaController(
            ServedKinds kinds,
            Informers informers,
            Transport transport,
            PlanRunner plans,
            Ticker ticker) {
        this.kinds = kinds;
        this.informers = informers;
        this.transport = transport;
        this.plans = plans;
        this.ticker = ticker;
        this.queue = new WorkQueue<>(ticker);
    }

    public synchronized void start() {
        informers.informer(Kinds.RESOURCE_QUOTA).addHandler(this::quotaChanged);
        refresh();
        subscription =
                kinds.onChange(() -> Thread.ofVirtual().name("quota-kinds").start(this::refresh));
        for (int i = 0; i < WORKERS; i++) {
            threads.add(Thread.ofVirtual().name(NAME + "-" + i).start(this::work));
        }
    }

    @Override
    public synchronized void close() {
        subscription.run();
        queue.close();
        threads.forEach(Thread::interrupt);
        threads.clear();
    }

    private static boolean canCount(Kind kind) {
        return Evaluator.counts(kind)
                && kind.verbs().containsAll(List.of("create", "list", "watch", "delete"));
    }

    /// Watches what is served now. A quota may limit what only now can be counted.
    private synchronized void refresh() {
        List<Kind> before = watched;
        List<Kind> now = kinds.resources().stream().filter(QuotaController::canCount).toList();
        watched = now;
        boolean isFirst = before.isEmpty();
        for (Kind kind : now) {
            if (!before.contains(kind)) {
                Evaluator evaluator = Evaluator.of(kind);
                informers.informer(kind).addHandler((old, after) -> changed(evaluator, old, after));
                if (!isFirst) {
                    informers.list(Kinds.RESOURCE_QUOTA, "").stream()
                            .filter(quota -> limits(Quota.of(quota), evaluator))
                            .forEach(quota -> queue.add(quota.key()));
                }
            }
        }
        before.stream().filter(kind -> !now.contains(kind)).forEach(informers::forget);
    }

    private void quotaChanged(@Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null) {
            return;
        }
        Quota quota = Quota.of(after);
        if (before == null || !quota.hard().equals(quota.limits())) {
            queue.add(after.key());
        }
    }

    private void changed(
            Evaluator evaluator, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (before == null) {
            return; // counted when it was let in
        }
        for (KubeObject object : informers.list(Kinds.RESOURCE_QUOTA, before.namespace())) {
            Quota quota = Quota.of(object);
            if (limits(quota, evaluator)
                    && (after == null || countsElse(quota, evaluator, before, after))) {
                queue.add(object.key());
            }
        }
    }

    private static boolean limits(Quota quota, Evaluator evaluator) {
        return !evaluator.matching(quota.hard().byName().keySet()).isEmpty();
    }

    /// Whether two versions of an object count differently.
    private boolean countsElse(
            Quota quota, Evaluator evaluator, KubeObject before, KubeObject after) {
        Instant now = ticker.now();
        return quota.isInScope(evaluator, before.tree()) != quota.isInScope(evaluator, after.tree())
                || (after.isDeleting() && !before.isDeleting())
                || !evaluator.usage(before.tree(), now).equals(evaluator.usage(after.tree(), now));
    }

    private void work() {
        try {
            for (ObjectKey key = queue.take(); key != null; key = queue.take()) {
                try {
                    count(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count(ObjectKey key) throws InterruptedException {
        try {
            KubeObject object = transport.get(Kinds.RESOURCE_QUOTA, key);
            Quota quota = Quota.of(object);
            Count count = Count.of(quota, objects(quota), ticker.now());
            if (!count.status().equals(object.status())) {
                Change change =
                        Change.Update.status(
                                Kinds.RESOURCE_QUOTA, object.withStatus(_ -> count.status()));
                var outcome = plans.run(Plan.of(change), object.revision());
                if (outcome.refused() != null) {
                    throw outcome.refused().asException();
                }
            }
            queue.forget(key);
            Duration next = count.next();
            queue.addAfter(
                    key, next == null || next.compareTo(COUNT_AGAIN) > 0 ? COUNT_AGAIN : next);
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                queue.forget(key);
                return;
            }
            LOG.log(
                    ORDINARY.contains(e.status().reason()) ? Level.DEBUG : Level.WARNING,
                    "quota not counted key={0} error={1}",
                    key,
                    e.getMessage());
            queue.addRateLimited(key);
        }
    }

    /// The objects that a quota may count. A kind that is served no longer has none.
    private SequencedMap<Kind, List<KubeObject>> objects(Quota quota) {
        SequencedMap<Kind, List<KubeObject>> found = new LinkedHashMap<>();
        String namespace = quota.object().namespace();
        for (Kind kind : watched) {
            if (limits(quota, Evaluator.of(kind))) {
                found.put(kind, transport.list(kind, ListQuery.in(namespace)).items());
            }
        }
        return found;
    }
}
