package kat.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.store.Mirror;
import kat.store.StoreException;
import org.jspecify.annotations.Nullable;

/// Forgets history that is older than the interval: in this process's mirror, and in etcd, where
/// of several processes one does it each time.
///
/// They agree by a key whose version counts the rounds: each writes it on condition that it still
/// has the version seen last, and who succeeds compacts etcd to the revision of one interval ago.
///
/// **Threads:** one at a time, its own.
///
/// **Source:** `storage/etcd3/compact.go` of k8s.io/apiserver.
final class Compactor implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Compactor.class.getName());
    private static final String ROUND = "compaction";

    private final Calls calls;
    private final Mirror mirror;
    private final EtcdConfig config;
    private final Ticker ticker;
    private long round; // version of the key as seen last
    private long revision; // of one interval ago; 0 for not known
    private volatile Ticker.@Nullable Scheduled next;
    private volatile boolean isClosed;

    Compactor(Calls calls, Mirror mirror, EtcdConfig config, Ticker ticker) {
        this.calls = calls;
        this.mirror = mirror;
        this.config = config;
        this.ticker = ticker;
    }

    void start() {
        Duration interval = config.timing().compaction();
        next =
                ticker.schedule(
                        interval,
                        () -> Thread.ofVirtual().name("kat-etcd-compaction").start(this::run));
    }

    private void run() {
        if (isClosed) {
            return;
        }
        try {
            compact();
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "etcd was not compacted reason={0}", e.getMessage());
        }
        start();
    }

    /// One round.
    void compact() {
        Deadline deadline = Deadline.in(config.timing().request(), ticker);
        long old = revision;
        revision = mirror.revision();
        TxnResponse answer = calls.change(KVGrpc.getTxnMethod(), claim(), deadline);
        if (!answer.getSucceeded()) {
            round = seen(answer);
        } else {
            round++;
            if (old > 0) {
                compactEtcd(calls, old, deadline);
            }
        }
        if (old > mirror.compactedRevision()) {
            mirror.compact(old);
        }
    }

    private static long seen(TxnResponse answer) {
        for (KeyValue row : answer.getResponses(0).getResponseRange().getKvsList()) {
            return row.getVersion();
        }
        return 0;
    }

    private TxnRequest claim() {
        ByteString key = config.keys().kept(ROUND);
        return TxnRequest.newBuilder()
                .addCompare(
                        Compare.newBuilder()
                                .setKey(key)
                                .setTarget(Compare.CompareTarget.VERSION)
                                .setResult(Compare.CompareResult.EQUAL)
                                .setVersion(round))
                .addSuccess(
                        RequestOp.newBuilder()
                                .setRequestPut(
                                        PutRequest.newBuilder()
                                                .setKey(key)
                                                .setValue(
                                                        ByteString.copyFromUtf8(
                                                                Long.toString(revision)))))
                .addFailure(
                        RequestOp.newBuilder()
                                .setRequestRange(RangeRequest.newBuilder().setKey(key)))
                .build();
    }

    static void compactEtcd(Calls calls, long upTo, Deadline deadline) {
        CompactionRequest request = CompactionRequest.newBuilder().setRevision(upTo).build();
        try {
            calls.ask(KVGrpc.getCompactMethod(), request, deadline);
        } catch (kat.store.StoreRefusedException e) {
            LOG.log(Level.DEBUG, "etcd was compacted by somebody else revision={0}", upTo);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        Ticker.Scheduled waiting = next;
        if (waiting != null) {
            waiting.cancel();
        }
    }
}
