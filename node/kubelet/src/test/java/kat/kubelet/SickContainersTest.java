package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.kubelet.ContainerProbes.Purpose;
import kat.kubelet.probes.Checks;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Containers whose probes failed are ended within the probe's own time, else within the pod's.
class SickContainersTest {

    private static final String AGAIN = " again";

    @ParameterizedTest
    @CsvSource({
        "LIVENESS, Always, '', 7, liveness probe" + AGAIN,
        "LIVENESS, Always, 'terminationGracePeriodSeconds:3', 3, liveness probe" + AGAIN,
        "LIVENESS, Always, 'terminationGracePeriodSeconds:60', 60, liveness probe" + AGAIN,
        "LIVENESS, Never, 'terminationGracePeriodSeconds:3', 3, liveness probe",
        "STARTUP, Always, '', 7, startup probe" + AGAIN,
        "STARTUP, OnFailure, 'terminationGracePeriodSeconds:1', 1, startup probe" + AGAIN,
    })
    void areEndedWithin(Purpose purpose, String policy, String grace, long seconds, String why) {
        KubeObject pod = pod("a", spec(policy, purpose, grace));
        PodRuntime.Known known = PodDecisionsTest.running("web");
        PodMemory.Sick sick = WorkerProbes.sick(pod, target(pod, known), purpose);

        List<Action> decided = PodDecisions.decide(view(pod, known, sick));

        String reason = "Container web failed " + why.replace(AGAIN, ", will be restarted");
        assertEquals(
                List.of(new Action.KillContainer(known, reason, Duration.ofSeconds(seconds))),
                decided.stream().filter(Action.KillContainer.class::isInstance).toList());
    }

    private static String spec(String policy, Purpose purpose, String grace) {
        String probe = purpose == Purpose.STARTUP ? "startupProbe" : "livenessProbe";
        return "'restartPolicy':'"
                + policy
                + "','terminationGracePeriodSeconds':7,"
                + "'containers':[{'name':'web','image':'web','"
                + probe
                + "':{"
                + grace.replaceFirst("(.+):", "'$1':")
                + "}}]";
    }

    private static Checks.Target target(KubeObject pod, PodRuntime.Known known) {
        return new Checks.Target(
                known.id(), "10.0.0.1", ContainerStopper.specification(pod, known.name()));
    }

    private static PodDecisions.View view(
            KubeObject pod, PodRuntime.Known known, PodMemory.Sick sick) {
        PodDecisions.View well = PodDecisionsTest.Situation.prepared("web").with(known).of(pod);
        PodMemory memory =
                new PodMemory(
                        Set.of(),
                        well.memory().images(),
                        Map.of(),
                        Map.of(),
                        true,
                        null,
                        null,
                        Set.of(known.id()),
                        Set.of(),
                        Map.of(known.id(), sick),
                        Map.of(),
                        false,
                        false,
                        null,
                        Resizes.State.NONE);
        return new PodDecisions.View(pod, well.runtime(), memory, false, NOW);
    }
}
