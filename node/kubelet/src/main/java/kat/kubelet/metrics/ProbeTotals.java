package kat.kubelet.metrics;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// How often the probes of each container gave which result.
///
/// **Threads:** any.
///
/// **Source:** `pkg/kubelet/prober/prober_manager.go`.
public final class ProbeTotals {

    private final Map<Probe, LongAdder> totals =
            new ConcurrentSkipListMap<>(
                    Comparator.comparing(Probe::uid)
                            .thenComparing(Probe::container)
                            .thenComparing(Probe::type)
                            .thenComparing(Probe::result));

    /// @param type `Liveness`, `Readiness` or `Startup`
    /// @param result `successful` or `failed`
    public record Probe(
            String uid,
            String namespace,
            String pod,
            String container,
            String type,
            String result) {}

    public void count(Probe probe) {
        totals.computeIfAbsent(probe, _ -> new LongAdder()).increment();
    }

    /// Forgets a pod that is gone.
    public void forget(String uid) {
        totals.keySet().removeIf(probe -> probe.uid().equals(uid));
    }

    /// As `/metrics/probes` has it.
    public String text() {
        Exposition out =
                new Exposition()
                        .family(
                                "prober_probe_total",
                                "counter",
                                "[BETA] Cumulative number of a liveness, readiness or startup probe"
                                        + " for a container by result.");
        totals.forEach(
                (probe, total) ->
                        out.sample(
                                "prober_probe_total",
                                List.of(
                                        "container", probe.container(),
                                        "namespace", probe.namespace(),
                                        "pod", probe.pod(),
                                        "pod_uid", probe.uid(),
                                        "probe_type", probe.type(),
                                        "result", probe.result()),
                                (double) total.sum(),
                                0));
        return out.toString();
    }
}
