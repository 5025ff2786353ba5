package kat.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.ContainerProbes.Purpose;
import kat.kubelet.PodMemory.Sick;
import kat.kubelet.metrics.ProbeTotals;
import kat.kubelet.probes.Checks;
import kat.kubelet.spec.RestartRules;

/// Probes exactly the running containers of one pod and keeps the results in the worker's memory.
///
/// **Threads:** that of the pod's worker; results come in as messages to it.
final class WorkerProbes implements AutoCloseable {

    private final PodServices services;
    private final Checks checks;
    private final WorkerMemory memory;
    private final Consumer<Runnable> tell;
    private final Map<String, ContainerProbes> running = new HashMap<>();

    WorkerProbes(
            PodServices services, Checks checks, WorkerMemory memory, Consumer<Runnable> tell) {
        this.services = services;
        this.checks = checks;
        this.memory = memory;
        this.tell = tell;
    }

    /// Starts probing containers that run now and stops for those that do not.
    void follow(KubeObject pod, PodRuntime runtime) {
        Set<String> present = new HashSet<>();
        for (PodRuntime.Known known : runtime.running()) {
            present.add(known.id());
            if (!running.containsKey(known.id())) {
                begin(pod, runtime, known);
            }
        }
        for (String id : Set.copyOf(running.keySet())) {
            if (!present.contains(id)) {
                running.remove(id).close();
                memory.started.remove(id);
                memory.ready.remove(id);
                memory.unhealthy.remove(id);
            }
        }
    }

    private void begin(KubeObject pod, PodRuntime runtime, PodRuntime.Known known) {
        JsonObject container = ContainerStopper.specification(pod, known.name());
        JsonObject before = ContainerReports.before(pod, known.name());
        boolean adopted = before.string("containerID").equals(ContainerReports.idText(known.id()));
        boolean started =
                Purpose.STARTUP.of(container).isEmpty() || (adopted && before.bool("started"));
        if (started) {
            memory.started.add(known.id());
        }
        if (Purpose.READINESS.of(container).isEmpty() || (adopted && before.bool("ready"))) {
            memory.ready.add(known.id());
        }
        KubeObject addressed =
                services.withAddresses(pod, PodServices.addresses(runtime.sandbox()));
        Checks.Target target =
                new Checks.Target(known.id(), addressed.status().string("podIP"), container);
        ContainerProbes probes =
                new ContainerProbes(
                        checks,
                        target,
                        services.ticker(),
                        (id, purpose, result, decisive) ->
                                probed(pod, target, purpose, result, decisive));
        running.put(known.id(), probes);
        Instant startedAt = known.status().startedAt();
        probes.start(startedAt == null ? services.now() : startedAt, started);
    }

    private void probed(
            KubeObject pod,
            Checks.Target target,
            Purpose purpose,
            Checks.Result result,
            boolean decisive) {
        services.probeTotals()
                .count(
                        new ProbeTotals.Probe(
                                pod.uid(),
                                pod.namespace(),
                                pod.name(),
                                target.container().string("name"),
                                purpose.word(),
                                result.success() ? "successful" : "failed"));
        if (!result.success()) {
            services.events()
                    .warning(
                            pod,
                            target.container(),
                            "Unhealthy",
                            purpose.word() + " probe failed: " + result.output());
        }
        if (result.warns()) {
            services.events()
                    .warning(
                            pod,
                            target.container(),
                            "ProbeWarning",
                            purpose.word() + " probe warning: " + result.output());
        }
        if (decisive) {
            tell.accept(() -> take(pod, target, purpose, result.success()));
        }
    }

    private void take(KubeObject pod, Checks.Target target, Purpose purpose, boolean success) {
        String id = target.containerId();
        if (!running.containsKey(id)) {
            return;
        }
        if (purpose == Purpose.READINESS) {
            if (success) {
                memory.ready.add(id);
            } else {
                memory.ready.remove(id);
            }
        } else if (!success) {
            memory.unhealthy.put(id, sick(pod, target, purpose));
        } else if (purpose == Purpose.STARTUP) {
            memory.started.add(id);
        }
    }

    /// Why a container whose probe failed is ended, and within which time when the probe says so.
    static Sick sick(KubeObject pod, Checks.Target target, Purpose purpose) {
        boolean never = !RestartRules.mayRestart(pod.spec(), target.container());
        String kind = purpose == Purpose.STARTUP ? "startup" : "liveness";
        String reason =
                "Container "
                        + target.container().string("name")
                        + " failed "
                        + kind
                        + " probe"
                        + (never ? "" : ", will be restarted");
        long grace = purpose.of(target.container()).integer("terminationGracePeriodSeconds", -1);
        return new Sick(reason, grace < 0 ? null : Duration.ofSeconds(grace));
    }

    @Override
    public void close() {
        running.values().forEach(ContainerProbes::close);
        running.clear();
    }
}
