package kat.kubelet;

import java.time.Duration;
import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.kubelet.probes.Checks;

/// Ends one container: hook first, then its turn among the others, then the stop signal, then
/// by force.
///
/// **Source:** `killContainer` in `pkg/kubelet/kuberuntime/kuberuntime_container.go`.
record ContainerStopper(PodServices services, Hooks hooks, Turns turns) {

    /// Every container gets at least so long after its hook.
    private static final List<String> LISTS =
            List.of("containers", "initContainers", "ephemeralContainers");
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    /// @param pod with its addresses
    void stop(KubeObject pod, Action.KillContainer kill) throws InterruptedException {
        JsonObject container = specification(pod, kill.container().name());
        services.events().normal(pod, container, "Killing", kill.reason());
        Duration left = kill.grace();
        JsonObject hook = container.object("lifecycle").object("preStop");
        if (!hook.isEmpty() && left.isPositive()) {
            long begun = services.ticker().nanos();
            String address = pod.status().string("podIP");
            Checks.Target target = new Checks.Target(kill.container().id(), address, container);
            Checks.Result result = hooks.run(pod, hook, target, left);
            if (!result.success()) {
                services.events()
                        .warning(pod, container, "FailedPreStopHook", "PreStopHook failed");
            }
            left = left.minusNanos(services.ticker().nanos() - begun);
        }
        if (!kill.after().isEmpty() && left.isPositive()) {
            long begun = services.ticker().nanos();
            turns.await(kill.after(), left);
            left = left.minusNanos(services.ticker().nanos() - begun);
        }
        Duration timeout = left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
        services.runtime().stopContainer(kill.container().id(), timeout);
    }

    /// The container's specification; one with only its name when the pod no longer has it.
    static JsonObject specification(KubeObject pod, String name) {
        for (String list : LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (container.string("name").equals(name)) {
                    return container;
                }
            }
        }
        return JsonObject.EMPTY.with("name", name);
    }
}
