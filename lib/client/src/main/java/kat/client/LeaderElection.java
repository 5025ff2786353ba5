package kat.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// Makes one of several processes the leader, by a Lease that the leader renews.
///
/// ```
/// acquire: try every 2 s ─had─▶ begin ─▶ renew every 2 s ─10 s without success─▶ end ─▶ acquire
/// ```
///
/// A process takes the lease over when it saw no change of it for as long as the lease says (15 s),
/// by its own clock: times in the Lease are told and not believed. Since a leader gives up after
/// 10 s and others wait 15, there are never two, as long as an end takes less than what is
/// between.
///
/// **Threads:** one of its own, which calls [Term].
///
/// **Source:** `tools/leaderelection` of k8s.io/client-go.
public final class LeaderElection implements AutoCloseable {

    private static final Logger LOG = System.getLogger(LeaderElection.class.getName());
    private static final String NAMESPACE = "kube-system";
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /// Who stands for what.
    ///
    /// @param lease its name, in `kube-system`
    /// @param identity differs between all that stand
    public record Candidate(String lease, String identity) {}

    /// @param lease how long others wait for a leader that keeps silent; default 15 s
    /// @param renewal after how long without renewal a leader gives up; default 10 s
    /// @param retry between tries; default 2 s
    public record Timing(Duration lease, Duration renewal, Duration retry) {

        public static final Timing DEFAULT =
                new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }

    /// What a leader does. Both return soon.
    public interface Term {

        void begin();

        /// Also after a beginning that failed.
        void end();
    }

    private final Candidate candidate;
    private final Timing timing;
    private final Transport transport;
    private final Term term;
    private final Ticker ticker;
    private final Randomness randomness;
    private @Nullable KubeObject seen; // own thread only
    private long seenNanos; // own thread only: when it was last seen to change
    private volatile boolean isLeader;
    private volatile Threads.@Nullable Running thread;

    /// Time and chance.
    public record Clock(Ticker ticker, Randomness randomness) {}

    /// @param transport may read and write the Lease
    public LeaderElection(
            Candidate candidate, Timing timing, Transport transport, Term term, Clock clock) {
        this.candidate = candidate;
        this.timing = timing;
        this.transport = transport;
        this.term = term;
        this.ticker = clock.ticker();
        this.randomness = clock.randomness();
    }

    public void start() {
        thread = ticker.threads().start("kat-election-" + candidate.lease(), this::run);
    }

    /// Whether this process leads at present.
    public boolean isLeader() {
        return isLeader;
    }

    private void run() {
        try {
            while (true) {
                acquire();
                LOG.log(Level.INFO, "leads now lease={0}", candidate.lease());
                isLeader = true;
                try {
                    term.begin();
                    renew();
                    LOG.log(Level.WARNING, "leads no more lease={0}", candidate.lease());
                } finally {
                    isLeader = false;
                    term.end();
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void acquire() throws InterruptedException {
        while (!attempt()) {
            int jitter = randomness.nextInt(200); // thousandths: up to a fifth more
            ticker.sleep(timing.retry().plus(timing.retry().multipliedBy(jitter).dividedBy(1000)));
        }
    }

    private void renew() throws InterruptedException {
        long last = ticker.nanos();
        while (ticker.nanos() - last < timing.renewal().toNanos()) {
            ticker.sleep(timing.retry());
            if (attempt()) {
                last = ticker.nanos();
            } else if (isHeldByAnother()) {
                return;
            }
        }
    }

    private boolean isHeldByAnother() {
        KubeObject lease = seen;
        return lease != null && !holder(lease).equals(candidate.identity());
    }

    private static String holder(KubeObject lease) {
        return lease.spec().string("holderIdentity");
    }

    /// Takes or renews the lease if it may be had.
    boolean attempt() {
        try {
            KubeObject lease = read();
            if (lease == null) {
                see(transport.create(Kinds.LEASE, fresh(), WriteOptions.NONE).object());
                return true;
            }
            see(lease);
            boolean isMine = holder(lease).equals(candidate.identity());
            if (!isMine && !holder(lease).isEmpty() && !isExpired(lease)) {
                return false;
            }
            JsonObject spec = spec(lease, isMine);
            KubeObject next = lease.withTree(tree -> tree.with("spec", spec));
            see(transport.update(Kinds.LEASE, next, WriteOptions.NONE).object());
            return true;
        } catch (StatusException e) {
            LOG.log(
                    Level.DEBUG,
                    "the lease cannot be had lease={0} reason={1}",
                    candidate.lease(),
                    e.getMessage());
            return false;
        }
    }

    private @Nullable KubeObject read() {
        try {
            return transport.get(Kinds.LEASE, new ObjectKey(NAMESPACE, candidate.lease()));
        } catch (StatusException e) {
            if (e.is("NotFound")) {
                return null;
            }
            throw e;
        }
    }

    private void see(KubeObject lease) {
        KubeObject before = seen;
        if (before == null || before.revision() != lease.revision()) {
            seen = lease;
            seenNanos = ticker.nanos();
        }
    }

    private boolean isExpired(KubeObject lease) {
        long seconds = lease.spec().integer("leaseDurationSeconds", timing.lease().toSeconds());
        return ticker.nanos() - seenNanos >= Duration.ofSeconds(seconds).toNanos();
    }

    private KubeObject fresh() {
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", Kinds.LEASE.apiVersion())
                        .put("kind", Kinds.LEASE.kind())
                        .put(
                                "metadata",
                                JsonObject.builder()
                                        .put("name", candidate.lease())
                                        .put("namespace", NAMESPACE)
                                        .build())
                        .put("spec", spec(0, text(ticker.now())))
                        .build());
    }

    private JsonObject spec(KubeObject lease, boolean isMine) {
        long transitions = lease.spec().integer("leaseTransitions", 0);
        return isMine
                ? spec(transitions, lease.spec().string("acquireTime"))
                : spec(transitions + 1, text(ticker.now()));
    }

    private JsonObject spec(long transitions, String acquired) {
        return JsonObject.builder()
                .put("holderIdentity", candidate.identity())
                .put("leaseDurationSeconds", timing.lease().toSeconds())
                .put("acquireTime", acquired)
                .put("renewTime", text(ticker.now()))
                .put("leaseTransitions", transitions)
                .build();
    }

    private static String text(Instant time) {
        return MICROS.format(time);
    }

    /// Gives the lease back, so that another need not wait until it is over.
    void release() {
        KubeObject lease = seen;
        if (lease == null || !holder(lease).equals(candidate.identity())) {
            return;
        }
        String now = text(ticker.now());
        JsonObject spec =
                JsonObject.builder()
                        .put("holderIdentity", "")
                        .put("leaseDurationSeconds", 1)
                        .put("acquireTime", now)
                        .put("renewTime", now)
                        .put("leaseTransitions", lease.spec().integer("leaseTransitions", 0))
                        .build();
        try {
            var _ =
                    transport.update(
                            Kinds.LEASE,
                            lease.withTree(tree -> tree.with("spec", spec)),
                            WriteOptions.NONE);
        } catch (StatusException e) {
            LOG.log(
                    Level.WARNING,
                    "the lease was not given back lease={0} reason={1}",
                    candidate.lease(),
                    e.getMessage());
        }
    }

    /// Ends the term, if there is one, and gives the lease back.
    @Override
    public void close() {
        Threads.Running running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        release();
    }
}
