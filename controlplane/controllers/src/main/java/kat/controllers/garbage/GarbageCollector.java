package kat.controllers.garbage;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.StatusException;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.Change;
import kat.client.Index;
import kat.client.Informer;
import kat.client.Informers;
import kat.client.Plan;
import kat.client.PlanRunner;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.client.WorkQueue;
import org.jspecify.annotations.Nullable;

/// Runs the collection of garbage over all kinds that can be watched and deleted.
///
/// What informers show may lag: before an object is deleted because an owner is gone, the owner is
/// asked for at the API.
///
/// **Threads:** [#start] and [#close] by one owner.
public final class GarbageCollector implements AutoCloseable {

    private static final int WORKERS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// A circle over more objects than this is not found.
    private static final int LONGEST_CIRCLE = 1000;

    private static final Logger LOG = System.getLogger("kat.controllers.garbage");

    /// Objects by the uids of all their owners.
    private static final Index BY_OWNER =
            new Index(
                    "owners",
                    object -> object.ownerReferences().stream().map(OwnerReference::uid).toList());

    private static final int REMEMBERED = 10_000;

    private final ServedKinds kinds;
    private volatile List<Kind> watched = List.of(); // written under this
    private final RecentUids gone = new RecentUids(REMEMBERED);
    private final Informers informers;
    private final Transport transport;
    private final PlanRunner plans;
    private final Ticker ticker;
    private final WorkQueue<Id> queue;
    private final List<Threads.Running> threads = new ArrayList<>(); // guarded by this
    // Others forget kinds that are gone too: what was seen of them is asked here. Guarded by this.
    private final Map<Kind, Informer> own = new HashMap<>();
    private final Set<Kind> foreign = new HashSet<>(); // guarded by this
    private Runnable subscription = () -> {}; // guarded by this

    private record Id(Kind kind, ObjectKey key) {}

    public GarbageCollector(
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

    private static boolean canCollect(Kind kind) {
        boolean able = kind.verbs().containsAll(List.of("list", "watch", "delete"));
        return able && !kind.kind().equals("Event");
    }

    public synchronized void start() {
        refresh();
        subscription = kinds.onChange(() -> ticker.threads().start("garbage-kinds", this::refresh));
        for (int i = 0; i < WORKERS; i++) {
            threads.add(ticker.threads().start("garbage-collector-" + i, this::work));
        }
    }

    /// Watches what is served now, and nothing else.
    private synchronized void refresh() {
        List<Kind> before = watched;
        List<Kind> now = kinds.resources().stream().filter(GarbageCollector::canCollect).toList();
        List<Kind> fresh = now.stream().filter(kind -> !before.contains(kind)).toList();
        for (Kind kind : fresh) {
            own.put(kind, informers.informer(kind, BY_OWNER));
            if (kinds.isForeign(kind)) {
                foreign.add(kind);
            }
        }
        watched = now;
        for (Kind kind : fresh) {
            informers.informer(kind).addHandler((old, after) -> changed(kind, old, after));
        }
        for (Kind kind : before) {
            if (!now.contains(kind)) {
                forget(kind);
            }
        }
    }

    /// What was left of a kind is gone with it. Not so where another server has the objects: it may
    /// only not be asked any more.
    private void forget(Kind kind) {
        Informer informer = own.remove(kind);
        if (informer != null && !foreign.remove(kind)) {
            informer.list("").forEach(object -> changed(kind, object, null));
        }
        informers.forget(kind);
    }

    @Override
    public synchronized void close() {
        subscription.run();
        queue.close();
        threads.forEach(Threads.Running::interrupt);
        threads.clear();
    }

    private void changed(Kind kind, @Nullable KubeObject before, @Nullable KubeObject after) {
        if (after == null) {
            if (before != null) {
                gone.add(before.uid());
                enqueueRelatives(before);
            }
            return;
        }
        boolean wasWaiting = before != null && isHeld(before);
        if (isHeld(after) || (before == null && !after.ownerReferences().isEmpty())) {
            queue.add(new Id(kind, after.key()));
        }
        if (isHeld(after) && !wasWaiting) {
            enqueueDependents(after);
        }
        if (before != null && !before.ownerReferences().equals(after.ownerReferences())) {
            queue.add(new Id(kind, after.key()));
            enqueueOwners(before);
        }
    }

    private static boolean isHeld(KubeObject object) {
        return object.isDeleting()
                && (object.finalizers().contains(Collection.FOREGROUND)
                        || object.finalizers().contains(Collection.ORPHAN));
    }

    /// Dependents may have lost their last owner, owners may have waited for this object.
    private void enqueueRelatives(KubeObject gone) {
        enqueueDependents(gone);
        enqueueOwners(gone);
    }

    private void enqueueOwners(KubeObject object) {
        for (OwnerReference owner : object.ownerReferences()) {
            Kind kind = watched(owner);
            if (kind != null) {
                String namespace = kind.namespaced() ? object.namespace() : "";
                queue.add(new Id(kind, ObjectKey.of(namespace, owner.name())));
            }
        }
    }

    /// The kind of an owner in the version that is watched; null when there is none.
    private @Nullable Kind watched(OwnerReference reference) {
        Kind named = kinds.now().byKind(reference.apiVersion(), reference.kind());
        if (named == null) {
            return null;
        }
        for (Kind kind : watched) {
            if (kind.resource().equals(named.resource())) {
                return kind;
            }
        }
        return null;
    }

    private void enqueueDependents(KubeObject owner) {
        for (Collection.Dependent dependent : dependents(owner)) {
            queue.add(new Id(dependent.kind(), dependent.object().key()));
        }
    }

    private List<Collection.Dependent> dependents(KubeObject owner) {
        List<Collection.Dependent> found = new ArrayList<>();
        for (Kind kind : watched) {
            for (KubeObject object : informers.indexed(kind, BY_OWNER, owner.uid())) {
                boolean within =
                        owner.namespace().isEmpty() || owner.namespace().equals(object.namespace());
                if (within) {
                    found.add(new Collection.Dependent(kind, object));
                }
            }
        }
        return found;
    }

    private void work() {
        try {
            for (Kind kind : watched.stream().filter(each -> !kinds.isForeign(each)).toList()) {
                // Deciding before all is known would take dependents for orphans. For the servers
                // of others nobody waits: they may be away for good.
                while (!informers.informer(kind).awaitSynced(PATIENCE)) {
                    LOG.log(Level.INFO, "waiting for objects resource={0}", kind);
                }
            }
            for (Id id = queue.take(); id != null; id = queue.take()) {
                try {
                    collect(id);
                } finally {
                    queue.done(id);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void collect(Id id) throws InterruptedException {
        try {
            boolean isServed = watched.contains(id.kind());
            KubeObject object = isServed ? informers.get(id.kind(), id.key()) : null;
            if (object == null) {
                queue.forget(id);
                return;
            }
            List<Change> changes =
                    Collection.decide(
                            id.kind(),
                            object,
                            owners(id.kind(), object),
                            dependents(object),
                            isInCircle(object));
            PlanRunner.Outcome outcome = plans.run(new Plan(changes, null), object.revision());
            if (outcome.refused() == null) {
                queue.forget(id);
            } else {
                LOG.log(
                        Level.DEBUG,
                        "not collected object={0} error={1}",
                        object,
                        outcome.refused().message());
                queue.addRateLimited(id);
            }
        } catch (StatusException e) {
            LOG.log(Level.WARNING, "owner not found out object={0} error={1}", id, e.getMessage());
            queue.addRateLimited(id);
        }
    }

    /// Whether the way up over owners that wait for their dependents leads back to the object.
    private boolean isInCircle(KubeObject object) {
        if (!Collection.mayBeInCircle(object)) {
            return false;
        }
        Set<String> seen = new HashSet<>();
        Deque<KubeObject> open = new ArrayDeque<>(List.of(object));
        while (!open.isEmpty() && seen.size() < LONGEST_CIRCLE) {
            for (KubeObject owner : blockedOwners(open.removeFirst())) {
                if (owner.uid().equals(object.uid())) {
                    return true;
                }
                if (seen.add(owner.uid())) {
                    open.addLast(owner);
                }
            }
        }
        return false;
    }

    private List<KubeObject> blockedOwners(KubeObject object) {
        List<KubeObject> found = new ArrayList<>();
        for (OwnerReference reference : object.ownerReferences()) {
            Kind kind = reference.blockOwnerDeletion() ? watched(reference) : null;
            if (kind == null) {
                continue;
            }
            String namespace = kind.namespaced() ? object.namespace() : "";
            KubeObject owner = informers.get(kind, ObjectKey.of(namespace, reference.name()));
            if (owner != null
                    && owner.uid().equals(reference.uid())
                    && Collection.waitsForDependents(owner)) {
                found.add(owner);
            }
        }
        return found;
    }

    private List<Collection.Owner> owners(Kind kind, KubeObject object) {
        List<Collection.Owner> owners = new ArrayList<>();
        for (OwnerReference reference : object.ownerReferences()) {
            owners.add(new Collection.Owner(reference, standing(kind, object, reference)));
        }
        return owners;
    }

    private Collection.Standing standing(Kind kind, KubeObject object, OwnerReference reference) {
        if (gone.contains(reference.uid())) {
            return Collection.Standing.GONE;
        }
        Kind ownerKind = watched(reference);
        if (ownerKind == null) {
            // Of a kind that is not known nothing can be said; the object stays.
            return Collection.Standing.PRESENT;
        }
        if (ownerKind.namespaced() && !kind.namespaced()) {
            return Collection.Standing.PRESENT;
        }
        String namespace = ownerKind.namespaced() ? object.namespace() : "";
        ObjectKey key = ObjectKey.of(namespace, reference.name());
        KubeObject owner = informers.get(ownerKind, key);
        if (owner == null || !owner.uid().equals(reference.uid())) {
            owner = ask(ownerKind, key);
        }
        if (owner == null || !owner.uid().equals(reference.uid())) {
            return Collection.Standing.GONE;
        }
        return Collection.waitsForDependents(owner)
                ? Collection.Standing.WAITING
                : Collection.Standing.PRESENT;
    }

    private @Nullable KubeObject ask(Kind kind, ObjectKey key) {
        try {
            return transport.get(kind, key);
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                return null;
            }
            throw e;
        }
    }
}
