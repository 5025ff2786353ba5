package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.base.Ticker;
import kat.kubelet.metrics.ClaimUse;
import kat.kubelet.volumes.PodVolumes;

/// How full the volumes of pods' claims are. Each pod's are measured when somebody asks, and at
/// most once a minute: a driver may have to ask a store far away.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/server/stats/volume_stat_calculator.go`; `volumeStatsAggPeriod` of a
/// KubeletConfiguration is one minute by default.
final class VolumeStats {

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Function<String, Map<String, PodVolumes.ClaimFill>> fills;
    private final Ticker ticker;
    private final Map<String, Measured> known = new ConcurrentHashMap<>();

    private record Measured(Instant at, List<ClaimUse> uses) {}

    /// @param fills measures by a pod's uid ([PodVolumes#fills])
    VolumeStats(Function<String, Map<String, PodVolumes.ClaimFill>> fills, Ticker ticker) {
        this.fills = fills;
        this.ticker = ticker;
    }

    List<ClaimUse> of(KubeObject pod) {
        Instant now = ticker.now();
        return known.compute(
                        pod.uid(),
                        (_, before) ->
                                before != null && now.isBefore(before.at().plus(KEPT))
                                        ? before
                                        : measure(pod, now))
                .uses();
    }

    private Measured measure(KubeObject pod, Instant now) {
        List<ClaimUse> uses =
                fills.apply(pod.uid()).entrySet().stream()
                        .map(each -> use(pod, each.getKey(), each.getValue(), now))
                        .toList();
        return new Measured(now, uses);
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
