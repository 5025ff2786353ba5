package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.measure.StoreMetrics;
import kat.apiserver.measure.StoreMetrics.Operation;
import kat.apiserver.pace.Turn;
import kat.apiserver.registry.Admission.Charge;
import kat.apiserver.registry.Reservations.Guard;
import kat.apiserver.registry.Writer.Target;
import kat.base.trace.Span;
import kat.store.Cause;
import kat.store.Change;
import kat.store.Commit;
import kat.store.Condition;
import kat.store.Entry;
import kat.store.Store;
import kat.store.StoreException;
import kat.store.Transaction;
import kat.store.Value;
import org.jspecify.annotations.Nullable;

/// Writes an object together with what it is charged to, in one transaction.
///
/// **Threads:** any; blocks until the write is forced to disk.
final class ChargedWrites {

    /// More writers at once cannot be: each try lets at least one of them through.
    private static final int TRIES = 1024;

    private static final WriteCall CHARGING =
            new WriteCall("system:apiserver", 0, "kube-apiserver", false, "status");

    /// How Kubernetes names writes of each operation, whatever the store is.
    private static final Map<Operation, String> SPANS =
            Map.of(
                    Operation.CREATE, "Create etcd3",
                    Operation.UPDATE, "GuaranteedUpdate etcd3",
                    Operation.DELETE, "Delete etcd3");

    private final Store store;
    private final Machinery machinery;
    private final StoreMetrics metrics;

    ChargedWrites(Store store, Machinery machinery, StoreMetrics metrics) {
        this.metrics = metrics;
        this.store = store;
        this.machinery = machinery;
    }

    /// One write of one object.
    ///
    /// @param revision at which the object must be; 0 for none
    /// @param guards of what was reserved for it
    record Step(
            Target target, long revision, JsonObject tree, WriteCall call, List<Guard> guards) {}

    /// What was reserved for an object may meanwhile be given to another; it must be reserved anew.
    static final class LostReservation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private LostReservation(String key) {
            super("another server has given out of " + key);
        }
    }

    /// Null when the object was not at that revision any more. What is charged beside it is judged
    /// again when that was written meanwhile.
    ///
    /// @param first what `charges` gave before
    @Nullable Outcome commit(Step step, List<Charge> first, Supplier<List<Charge>> charges) {
        List<Charge> now = first;
        for (int tries = 1; ; tries++) {
            Operation operation = step.revision() == 0 ? Operation.CREATE : Operation.UPDATE;
            Commit commit = acknowledged(operation, step.target(), transaction(step, now));
            if (commit instanceof Commit.Committed committed) {
                Entry entry = committed.events().getFirst().entry();
                boolean created = step.revision() == 0;
                return new Outcome(entry, step.tree(), committed.revision(), false, created);
            }
            Entry present = store.get(step.target().storeKey());
            long revision = present == null ? 0 : present.modRevision();
            if (revision != step.revision()) {
                return null;
            }
            requireKept(step.guards());
            if (now.isEmpty()) {
                return null;
            }
            if (tries == TRIES) {
                Target busy = now.getFirst().target();
                throw Status.modified(busy.kind(), busy.name()).asException();
            }
            now = charges.get();
        }
    }

    /// The revision of the removal; 0 when another write came first.
    ///
    /// @param beside what goes with the object, as it is now
    long remove(Target target, Entry entry, WriteCall call, Supplier<List<Guard>> beside) {
        for (int tries = 1; ; tries++) {
            List<Guard> guards = beside.get();
            List<Condition> conditions = new ArrayList<>();
            List<Change> changes = new ArrayList<>();
            conditions.add(new Condition(entry.key(), entry.modRevision()));
            changes.add(new Change.Delete(entry.key()));
            add(guards, conditions, changes);
            Cause cause = new Cause(call.actor(), call.cause());
            if (acknowledged(Operation.DELETE, target, new Transaction(conditions, changes, cause))
                    instanceof Commit.Committed committed) {
                return committed.revision();
            }
            Entry present = store.get(entry.key());
            boolean isSame = present != null && present.modRevision() == entry.modRevision();
            if (!isSame || tries == TRIES) {
                return 0;
            }
        }
    }

    private static void add(List<Guard> guards, List<Condition> conditions, List<Change> changes) {
        for (Guard guard : guards) {
            conditions.add(guard.condition());
            changes.add(guard.change());
        }
    }

    private void requireKept(List<Guard> guards) {
        for (Guard guard : guards) {
            Entry entry = store.get(guard.key());
            if ((entry == null ? 0 : entry.modRevision()) != guard.condition().modRevision()) {
                throw new LostReservation(guard.key());
            }
        }
    }

    /// A store that does not acknowledge is the server's failure, which its client must learn.
    private Commit acknowledged(Operation operation, Target target, Transaction write) {
        StoreMetrics.Asked counted = target.resource().counted(metrics);
        long since = metrics.now();
        Turn.waits();
        try (Span span = Span.start(SPANS.getOrDefault(operation, ""))) {
            span.put("key", target.storeKey());
            span.put("group", target.kind().group());
            span.put("resource", target.kind().plural());
            Commit commit = store.commit(write);
            counted.done(operation, since);
            return commit;
        } catch (StoreException e) {
            counted.failed(operation, since);
            throw StoreFailures.status(e).asException();
        }
    }

    private Transaction transaction(Step step, List<Charge> charges) {
        Target written = step.target();
        List<Condition> conditions = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        conditions.add(new Condition(written.storeKey(), step.revision()));
        changes.add(new Change.Put(written.storeKey(), encoded(written, step.tree())));
        for (Charge charge : charges) {
            Target target = charge.target();
            JsonObject live = target.resource().object(charge.entry()).tree();
            JsonObject next = machinery.owned(target.resource(), CHARGING, live, charge.next());
            conditions.add(new Condition(target.storeKey(), charge.entry().modRevision()));
            changes.add(new Change.Put(target.storeKey(), encoded(target, next)));
        }
        add(step.guards(), conditions, changes);
        WriteCall call = step.call();
        return new Transaction(conditions, changes, new Cause(call.actor(), call.cause()));
    }

    private static Value encoded(Target target, JsonObject tree) {
        return StoredForm.encode(target.resource().toStored(tree));
    }
}
