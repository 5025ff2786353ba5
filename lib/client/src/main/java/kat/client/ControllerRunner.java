package kat.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.base.Check;
import kat.base.Threads;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Runs one [Controller]: changes become keys in a work queue, workers decide about one key at a
/// time and apply the plan.
///
/// **Reads its own writes.** Before a key is reconciled again, the runner waits until the informers
/// have seen what the last plan for it wrote; so a decision never counts too few children, and no
/// bookkeeping of expected events is needed (client-go's controllers keep "expectations" for this).
///
/// **Failure.** A refused plan is tried again with back-off. A decision that throws is a defect: it
/// is logged with its key and tried again with the same back-off, so that one bad object does not
/// stop the others.
public final class ControllerRunner implements AutoCloseable {

    /// How long a worker waits to see its own writes before it goes on without.
    /// The cause of a refusal that no retry changes: nothing is made any more in a namespace that
    /// ends, and what the plan was for is about to go.
    private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

    private static final Duration CATCH_UP = Duration.ofSeconds(10);

    private static final Set<String> ORDINARY = Set.of("Conflict", "AlreadyExists", "NotFound");
    private static final Logger LOG = System.getLogger("kat.client.controller");

    private final Controller controller;
    private final Informers informers;
    private final PlanRunner plans;
    private final Ticker ticker;
    private final int workers;
    private final WorkQueue<ObjectKey> queue;
    private final Map<ObjectKey, Long> causes = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Map<Kind, Long>> ownWrites = new ConcurrentHashMap<>();
    private final Set<Kind> watched = ConcurrentHashMap.newKeySet();
    private final List<Threads.Running> threads = new ArrayList<>(); // guarded by this

    /// @param workers how many keys may be worked on at once; 1 or more
    public ControllerRunner(
            Controller controller,
            Informers informers,
            PlanRunner plans,
            Ticker ticker,
            int workers) {
        Check.argument(workers > 0, "a controller needs at least one worker");
        this.controller = controller;
        this.informers = informers;
        this.plans = plans;
        this.ticker = ticker;
        this.workers = workers;
        this.queue = new WorkQueue<>(ticker);
    }

    /// Subscribes to what the controller watches and starts its workers once all is known.
    public synchronized void start() {
        for (Controller.Watched watch : controller.watches()) {
            watched.add(watch.kind());
            informers.informer(watch.kind(), watch.indexes().toArray(new Index[0]));
        }
        for (Controller.Watched watch : controller.watches()) {
            informers
                    .informer(watch.kind())
                    .addHandler((before, after) -> enqueue(watch, before, after));
        }
        for (int i = 0; i < workers; i++) {
            threads.add(ticker.threads().start(controller.name() + "-" + i, this::work));
        }
    }

    /// Adds a key by hand, for what no informer tells.
    public void enqueue(ObjectKey key) {
        queue.add(key);
    }

    public boolean isIdle() {
        return queue.isIdle();
    }

    /// The controller's name.
    public String name() {
        return controller.name();
    }

    /// What waits to be reconciled.
    public WorkQueue<ObjectKey> queue() {
        return queue;
    }

    @Override
    public synchronized void close() {
        queue.close();
        threads.forEach(Threads.Running::interrupt);
        threads.clear();
    }

    private void enqueue(
            Controller.Watched watch, @Nullable KubeObject before, @Nullable KubeObject after) {
        long revision = after != null ? after.revision() : before != null ? before.revision() : 0;
        for (ObjectKey key : watch.keys().keys(informers, before, after)) {
            causes.merge(key, revision, Math::max);
            queue.add(key);
        }
    }

    private void work() {
        try {
            for (Controller.Watched watch : controller.watches()) {
                while (!informers.informer(watch.kind()).awaitSynced(CATCH_UP)) {
                    LOG.log(
                            Level.INFO,
                            "waiting for objects controller={0} resource={1}",
                            controller.name(),
                            watch.kind());
                }
            }
            for (ObjectKey key = queue.take(); key != null; key = queue.take()) {
                try {
                    reconcile(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void reconcile(ObjectKey key) throws InterruptedException {
        awaitOwnWrites(key);
        Long cause = causes.remove(key);
        try {
            Plan plan = controller.reconcile(informers, key, ticker.now());
            PlanRunner.Outcome outcome = plans.run(plan, cause == null ? 0 : cause);
            remember(key, outcome.written());
            Status refused = outcome.refused();
            if (refused != null && !refused.hasCause(NAMESPACE_TERMINATING)) {
                retry(key, refused);
                return;
            }
            queue.forget(key);
            if (plan.requeueAfter() != null) {
                queue.addAfter(key, plan.requeueAfter());
            }
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "reconcile failed controller=" + controller.name() + " key=" + key,
                    e);
            queue.addRateLimited(key);
        }
    }

    private void retry(ObjectKey key, Status refused) {
        LOG.log(
                ORDINARY.contains(refused.reason()) ? Level.DEBUG : Level.WARNING,
                "plan refused controller={0} key={1} error={2}",
                controller.name(),
                key,
                refused.message());
        queue.addRateLimited(key);
    }

    private void remember(ObjectKey key, Map<Kind, Long> written) {
        Map<Kind, Long> kept = new ConcurrentHashMap<>();
        for (Map.Entry<Kind, Long> write : written.entrySet()) {
            if (watched.contains(write.getKey())) {
                kept.put(write.getKey(), write.getValue());
            }
        }
        if (kept.isEmpty()) {
            ownWrites.remove(key);
        } else {
            ownWrites.put(key, kept);
        }
    }

    private void awaitOwnWrites(ObjectKey key) throws InterruptedException {
        Map<Kind, Long> writes = ownWrites.remove(key);
        if (writes == null) {
            return;
        }
        for (Map.Entry<Kind, Long> write : writes.entrySet()) {
            Informer informer = informers.informer(write.getKey());
            if (!informer.awaitRevision(write.getValue(), CATCH_UP)) {
                LOG.log(
                        Level.WARNING,
                        "own write not seen in time controller={0} key={1} resource={2}",
                        controller.name(),
                        key,
                        write.getKey());
            }
        }
    }
}
