package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.deleting;
import static kat.kubelet.Fixtures.ownedByJob;
import static kat.kubelet.Fixtures.pod;
import static kat.kubelet.Fixtures.web;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.kubelet.SimulatedPods.Step;
import org.junit.jupiter.api.Test;

class SimulatedPodsTest {

    private static final SimulatedConfig CONFIG = SimulatedConfig.of(1);

    private static Step decide(KubeObject pod, Duration later) {
        return SimulatedPods.decide(pod, "10.128.0.2", "10.127.0.0", CONFIG, NOW.plus(later));
    }

    private static KubeObject reported(KubeObject pod, Duration later) {
        Step.Report report = assertInstanceOf(Step.Report.class, decide(pod, later));
        return pod.withStatus(_ -> report.status());
    }

    private static KubeObject job() {
        return ownedByJob(
                pod("job-1", "'restartPolicy':'Never','containers':[{'name':'main','image':'i'}]"));
    }

    @Test
    void runsANewPodInOneWrite() {
        JsonObject status = reported(web("web-1"), Duration.ZERO).status();

        assertEquals("Running", status.string("phase"));
        assertEquals("10.128.0.2", status.string("podIP"));
        assertEquals(
                "True", PodConditions.find(status.array("conditions"), "Ready").string("status"));
    }

    @Test
    void leavesARunningPodAlone() {
        KubeObject running = reported(web("web-1"), Duration.ZERO);

        assertEquals(new Step.Nothing(), decide(running, Duration.ofHours(1)));
    }

    @Test
    void waitsForAReadinessGate() {
        KubeObject gated =
                web("web-1")
                        .withSpec(
                                spec ->
                                        spec.with(
                                                "readinessGates",
                                                JsonArray.of(
                                                        JsonObject.of(
                                                                "conditionType", Json.of("x/y")))));

        JsonObject status = reported(gated, Duration.ZERO).status();

        JsonObject ready = PodConditions.find(status.array("conditions"), "Ready");
        assertEquals("False", ready.string("status"));
        assertEquals("ReadinessGatesNotReady", ready.string("reason"));
        assertEquals(
                "corresponding condition of pod readiness gate \"x/y\" does not exist.",
                ready.string("message"));
    }

    @Test
    void letsAJobsPodSucceed() {
        KubeObject running = reported(job(), Duration.ZERO);

        assertEquals(new Step.Wait(CONFIG.jobDuration()), decide(running, Duration.ZERO));
        JsonObject status = reported(running, Duration.ofSeconds(1)).status();
        assertEquals("Succeeded", status.string("phase"));
        assertEquals(
                "PodCompleted",
                PodConditions.find(status.array("conditions"), "Ready").string("reason"));
    }

    @Test
    void removesAPodThatIsDeleted() {
        KubeObject running = reported(web("web-1"), Duration.ZERO);

        assertEquals(new Step.Remove(), decide(deleting(running), Duration.ZERO));
    }

    @Test
    void failsADeletedPodThatAFinalizerHoldsAndThenConfirms() {
        KubeObject held =
                deleting(reported(job(), Duration.ZERO))
                        .withMetadata(m -> m.with("finalizers", JsonArray.of(Json.of("x/y"))));

        KubeObject failed = reported(held, Duration.ZERO);

        assertEquals("Failed", failed.status().string("phase"));
        assertEquals(new Step.Remove(), decide(failed, Duration.ZERO));
        KubeObject confirmed = failed.withMetadata(m -> m.with("deletionGracePeriodSeconds", 0));
        assertEquals(new Step.Nothing(), decide(confirmed, Duration.ZERO));
    }
}
