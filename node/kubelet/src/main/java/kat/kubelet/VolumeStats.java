package kat.kubelet;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Ticker;
import kat.kubelet.metrics.ClaimUse;
import kat.kubelet.volumes.PodVolumes;

/// How full the volumes of pods' claims are. Each pod's are measured when somebody asks, and at
/// most once a minute: a driver may have to ask a store far away.
///
/// Whoever asks is not held up by a driver or a disk that does not answer: measuring is done
/// apart, one measurement of a pod at a time, and what was measured last is told meanwhile.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/server/stats/volume_stat_calculator.go`; `volumeStatsAggPeriod` of
/// a KubeletConfiguration is one minute by default.
final class VolumeStats {

    /// How long an asker waits for usual disks and drivers, so that also the first one is told
    /// figures.
    static final Duration PATIENCE = Duration.ofMillis(500);

    private static final Logger LOG = System.getLogger("kat.kubelet.volumes");
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Function<String, Map<String, PodVolumes.ClaimFill>> fills;
    private final Ticker ticker;
    private final Executor executor;
    private final Duration patience;
    private final Map<String, OnePod> known = new ConcurrentHashMap<>();
    private final AtomicInteger running = new AtomicInteger();

    /// What is known of a pod.
    private static final class OnePod {
        private Instant started = Instant.MIN; // guarded by this
        private boolean measuring; // guarded by this
        private List<ClaimUse> uses = List.of(); // guarded by this

        synchronized boolean begin(Instant now) {
            if (measuring || now.isBefore(started.plus(KEPT))) {
                return false;
            }
            measuring = true;
            started = now;
            return true;
        }

        synchronized void tell(List<ClaimUse> found) {
            uses = found;
        }

        synchronized void end() {
            measuring = false;
        }

        synchronized List<ClaimUse> uses() {
            return uses;
        }
    }

    /// @param fills measures by a pod's uid ([PodVolumes#fills]); may hang
    /// @param executor runs measurements; one that hangs must not keep others from running
    /// @param patience how long an asker waits for a measurement that it started, usually
    ///     [#PATIENCE]
    VolumeStats(
            Function<String, Map<String, PodVolumes.ClaimFill>> fills,
            Ticker ticker,
            Executor executor,
            Duration patience) {
        this.fills = fills;
        this.ticker = ticker;
        this.executor = executor;
        this.patience = patience;
    }

    /// Runs each measurement in a thread of its own, since a disk that hangs keeps its thread.
    static Executor threads() {
        return task -> Thread.ofPlatform().daemon().name("volume-stats").start(task);
    }

    /// What was measured last; empty when nothing was yet. Waits only while no other
    /// measurement runs, so that many pods with a disk that hangs hold an asker up as little as
    /// one.
    List<ClaimUse> of(KubeObject pod) {
        OnePod one = known.computeIfAbsent(pod.uid(), _ -> new OnePod());
        Instant now = ticker.now();
        if (one.begin(now)) {
            start(pod, one, now);
        }
        return one.uses();
    }

    private void start(KubeObject pod, OnePod one, Instant now) {
        boolean alone = running.getAndIncrement() == 0;
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(
                () -> {
                    try {
                        one.tell(measure(pod, now));
                    } catch (RuntimeException e) {
                        LOG.log(Level.WARNING, "volumes not measured pod=" + pod.name(), e);
                    } finally {
                        one.end();
                        running.decrementAndGet();
                        done.countDown();
                    }
                });
        try {
            if (alone && !done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.log(Level.DEBUG, "volumes are still being measured pod={0}", pod.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ClaimUse> measure(KubeObject pod, Instant now) {
        return fills.apply(pod.uid()).entrySet().stream()
                .map(each -> use(pod, each.getKey(), each.getValue(), now))
                .toList();
    }

    private static ClaimUse use(
            KubeObject pod, String volume, PodVolumes.ClaimFill fill, Instant now) {
        return new ClaimUse(ObjectKey.of(pod.namespace(), fill.claim()), volume, fill.fill(), now);
    }

    /// Forgets the pods that are no longer here.
    void keepOnly(Set<String> uids) {
        known.keySet().retainAll(uids);
    }
}
