package kat.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.base.Deadline;
import kat.store.Change;
import kat.store.Commit;
import kat.store.CompactedException;
import kat.store.Condition;
import kat.store.Entry;
import kat.store.Mirror;
import kat.store.Seal;
import kat.store.StoreUnavailableException;
import kat.store.Transaction;
import org.jspecify.annotations.Nullable;

/// Carries transactions out in etcd and tells how they ended, once the mirror knows it too.
///
/// A put carries its cause in its value. A transaction that deletes writes its cause at one key of
/// its own, at the same revision.
///
/// **Threads:** any; blocks.
final class Commits {

    /// Where the cause of a transaction with deletes is written.
    static final String CAUSE = "cause";

    private static final int MOST_BYTES = 2 << 20; // of a request, as etcd's own client

    private final Calls calls;
    private final Feed feed;
    private final Barrier barrier;
    private final KeySpace keys;
    private final Seal seal;

    Commits(Calls calls, Feed feed, Barrier barrier, KeySpace keys, Seal seal) {
        this.seal = seal;
        this.calls = calls;
        this.feed = feed;
        this.barrier = barrier;
        this.keys = keys;
    }

    /// Carries `transaction` out, or finds that a condition does not hold.
    Commit commit(Transaction transaction, Deadline deadline) {
        while (true) {
            List<Condition> all = new ArrayList<>(transaction.conditions());
            List<Change> changes = certain(transaction, all, deadline);
            Commit commit =
                    changes.isEmpty()
                            ? compare(transaction, deadline)
                            : attempt(new Transaction(all, changes, transaction.cause()), deadline);
            if (!(commit instanceof Commit.Conflict(long revision, List<Commit.Failed> failed))) {
                return commit;
            }
            List<Commit.Failed> asked =
                    failed.stream()
                            .filter(each -> transaction.conditions().contains(each.condition()))
                            .toList();
            if (!asked.isEmpty()) {
                return new Commit.Conflict(revision, asked);
            }
        }
    }

    /// Deletes of what is there at a known revision: a delete of an absent key must not even write
    /// its cause.
    ///
    /// @param conditions those that make the result certain are added
    private List<Change> certain(
            Transaction transaction, List<Condition> conditions, Deadline deadline) {
        List<Change> changes = new ArrayList<>();
        boolean isNewest = false;
        for (Change change : transaction.changes()) {
            boolean isKnown =
                    change instanceof Change.Put
                            || conditions.stream()
                                    .anyMatch(
                                            each ->
                                                    each.key().equals(change.key())
                                                            && each.modRevision() > 0);
            if (isKnown) {
                changes.add(change);
                continue;
            }
            if (!isNewest) {
                barrier.await(deadline);
                isNewest = true;
            }
            Entry entry = feed.mirror().get(change.key());
            conditions.add(new Condition(change.key(), entry == null ? 0 : entry.modRevision()));
            if (entry != null) {
                changes.add(change);
            }
        }
        return changes;
    }

    /// The end of a transaction that has nothing to change.
    private Commit compare(Transaction transaction, Deadline deadline) {
        barrier.await(deadline);
        long revision = feed.mirror().revision();
        List<Commit.Failed> failed = failed(transaction.conditions(), revision);
        return failed.isEmpty()
                ? new Commit.Committed(revision, List.of())
                : new Commit.Conflict(revision, failed);
    }

    private Commit attempt(Transaction transaction, Deadline deadline) {
        Map<String, Sent.One> sent = new LinkedHashMap<>();
        TxnRequest request = request(transaction, sent);
        requireSize(request.getSerializedSize());
        sent.forEach(feed.sent()::add);
        try {
            TxnResponse response = calls.change(KVGrpc.getTxnMethod(), request, deadline);
            long revision = response.getHeader().getRevision();
            if (response.getSucceeded()) {
                requireSeen(revision, deadline);
                return new Commit.Committed(revision, feed.eventsOf(revision));
            }
            barrier.reach(revision, deadline);
            return new Commit.Conflict(revision, failed(transaction.conditions(), revision));
        } finally {
            sent.forEach(feed.sent()::remove);
        }
    }

    /// etcd itself refuses more than 1.5 MiB; its client already what no connection takes.
    private static void requireSize(int bytes) {
        if (bytes > MOST_BYTES) {
            String words = "trying to send message larger than max (%d vs. %d)";
            throw Failures.of(
                    Status.RESOURCE_EXHAUSTED.withDescription(words.formatted(bytes, MOST_BYTES)),
                    true);
        }
    }

    /// A commit is told once it can be read here. One that etcd made but that cannot be seen in
    /// time is told as uncertain, since nobody could look at it.
    private void requireSeen(long revision, Deadline deadline) {
        if (!feed.await(revision, deadline)) {
            throw new StoreUnavailableException(
                    "etcdserver: request timed out: revision " + revision + " was not seen",
                    new StoreUnavailableException.Kind(true, true));
        }
    }

    private TxnRequest request(Transaction transaction, Map<String, Sent.One> sent) {
        TxnRequest.Builder request = TxnRequest.newBuilder();
        for (Condition condition : transaction.conditions()) {
            request.addCompare(
                    Compare.newBuilder()
                            .setKey(keys.ofStore(condition.key()))
                            .setTarget(Compare.CompareTarget.MOD)
                            .setResult(Compare.CompareResult.EQUAL)
                            .setModRevision(condition.modRevision()));
        }
        boolean deletes = false;
        for (Change change : transaction.changes()) {
            ByteString key = keys.ofStore(change.key());
            switch (change) {
                case Change.Put(String name, var value) -> {
                    ByteString stored =
                            new StoredValue(value, transaction.cause()).encode(name, seal);
                    sent.put(name, new Sent.One(stored, value, transaction.cause()));
                    request.addSuccess(put(key, stored));
                }
                case Change.Delete _ -> {
                    deletes = true;
                    request.addSuccess(
                            RequestOp.newBuilder()
                                    .setRequestDeleteRange(
                                            DeleteRangeRequest.newBuilder().setKey(key)));
                }
            }
        }
        if (deletes) {
            request.addSuccess(put(keys.kept(CAUSE), StoredValue.encode(transaction.cause())));
        }
        return request.build();
    }

    private static RequestOp put(ByteString key, ByteString value) {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value))
                .build();
    }

    private List<Commit.Failed> failed(List<Condition> conditions, long revision) {
        List<Commit.Failed> failed = new ArrayList<>();
        for (Condition condition : conditions) {
            Entry current = at(condition.key(), revision);
            long stands = current == null ? 0 : current.modRevision();
            if (stands != condition.modRevision()) {
                failed.add(new Commit.Failed(condition, current));
            }
        }
        return failed;
    }

    private @Nullable Entry at(String key, long revision) {
        Mirror mirror = feed.mirror();
        try {
            return mirror.get(key, revision);
        } catch (CompactedException e) {
            return mirror.get(key);
        }
    }
}
