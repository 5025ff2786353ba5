package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.cri.ContainerMetadata;
import kat.cri.ContainerState;
import kat.cri.ContainerStatus;
import org.junit.jupiter.api.Test;

class PodStatusReportTest {

    /// A container that was killed.
    private static final PodRuntime KILLED = exited(137);

    private static PodRuntime exited(int code) {
        return one(ContainerState.EXITED, code);
    }

    private static PodRuntime one(ContainerState state, int code) {
        return new PodRuntime(
                List.of(),
                List.of(
                        new PodRuntime.Known(
                                "s",
                                new ContainerStatus(
                                        "id",
                                        new ContainerMetadata("web", 0),
                                        state,
                                        NOW,
                                        NOW,
                                        NOW,
                                        code,
                                        "i",
                                        "sha256:x",
                                        "",
                                        "",
                                        Map.of(),
                                        Map.of(),
                                        List.of(),
                                        "",
                                        null))));
    }

    private static JsonObject report(KubeObject pod, PodRuntime runtime) {
        return report(pod, runtime, PodMemory.EMPTY);
    }

    private static JsonObject report(KubeObject pod, PodRuntime runtime, PodMemory memory) {
        return PodStatusReport.of(
                new PodDecisions.View(pod, runtime, memory, false, NOW), List.of("192.0.2.1"));
    }

    /// Of a node that evicts the pod.
    private static PodMemory evicts(boolean usesDevices) {
        return new PodMemory(
                Set.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                true,
                null,
                null,
                Set.of(),
                Set.of(),
                Map.of(),
                Map.of(),
                false,
                usesDevices,
                new Ending("Evicted", "Too much.", false, true, Duration.ZERO),
                Resizes.State.NONE);
    }

    @Test
    void tellsOfADisruptionWithTheEndOfThePod() {
        KubeObject pod = pod("a", "'containers':[{'name':'web','image':'nginx:1'}]");

        JsonObject ending = report(pod, one(ContainerState.RUNNING, 0), evicts(false));
        JsonObject releasing = report(pod.withStatus(_ -> ending), KILLED, evicts(true));
        JsonObject ended = report(pod.withStatus(_ -> releasing), KILLED, evicts(false));

        for (JsonObject early : List.of(ending, releasing)) {
            assertEquals(JsonObject.EMPTY, disruption(early), early::toString);
            assertEquals("", early.string("reason"));
        }
        assertEquals("Failed", ended.string("phase"));
        assertEquals("Evicted", ended.string("reason"));
        assertEquals("TerminationByKubelet", disruption(ended).string("reason"));
        JsonObject again = report(pod.withStatus(_ -> ended), KILLED, evicts(false));
        assertEquals(disruption(ended), disruption(again));
    }

    private static JsonObject disruption(JsonObject status) {
        return PodConditions.find(status.array("conditions"), "DisruptionTarget");
    }

    @Test
    void tellsThatAPodWasActiveTooLong() {
        KubeObject late =
                pod(
                                "a",
                                "'restartPolicy':'Always','activeDeadlineSeconds':5,"
                                        + "'containers':[{'name':'web','image':'nginx:1'}]")
                        .withStatus(
                                status -> status.with("startTime", NOW.minusSeconds(5).toString()));

        JsonObject first = report(late, KILLED);

        assertEquals("Failed", first.string("phase"));
        assertEquals("DeadlineExceeded", first.string("reason"));
        assertEquals(
                "Pod was active on the node longer than the specified deadline",
                first.string("message"));
        JsonObject again = report(late.withStatus(_ -> first), KILLED);
        assertEquals("DeadlineExceeded", again.string("reason"));
    }

    @Test
    void tellsThatAllContainersAreBeingRestarted() {
        KubeObject renewed =
                pod(
                        "a",
                        "'restartPolicy':'Never','containers':[{'name':'web','image':'nginx:1',"
                                + "'restartPolicy':'Never','restartPolicyRules':[{"
                                + "'action':'RestartAllContainers','exitCodes':"
                                + "{'operator':'In','values':[88]}}]}]");

        JsonObject ended = report(renewed, exited(88));
        JsonObject removed = report(renewed.withStatus(_ -> ended), PodRuntime.NONE);
        JsonObject later = report(renewed.withStatus(_ -> removed), PodRuntime.NONE);

        JsonObject began = condition(ended);
        assertEquals("True", began.string("status"));
        assertEquals("RestartAllContainersStarted", began.string("reason"));
        assertEquals("container exited with restart policy rule", began.string("message"));
        assertEquals("False", condition(removed).string("status"));
        JsonObject status = removed.array("containerStatuses").objects().getFirst();
        assertEquals(
                "RestartingAllContainers",
                status.object("state").object("waiting").string("reason"));
        assertEquals(
                "RestartingAllContainers",
                status.object("lastState").object("terminated").string("reason"));
        assertEquals(1, status.integer("restartCount", 0));
        JsonObject waits = later.array("containerStatuses").objects().getFirst();
        assertEquals("ContainerCreating", waits.object("state").object("waiting").string("reason"));
        assertEquals(status.object("lastState"), waits.object("lastState"));
        assertEquals("Running", later.string("phase"));
        assertEquals(1, waits.integer("restartCount", 0));
    }

    @Test
    void countsAContainerThatWasHeldBackBeforeAllWereTakenAway() {
        KubeObject renewed =
                pod(
                        "a",
                        "'restartPolicy':'Always','containers':[{'name':'web','image':'nginx:1',"
                                + "'restartPolicy':'Always','restartPolicyRules':[{"
                                + "'action':'RestartAllContainers','exitCodes':"
                                + "{'operator':'In','values':[88]}}]}]");
        JsonObject held =
                report(renewed, exited(88))
                        .with(
                                "containerStatuses",
                                JsonArray.of(
                                        object(
                                                        "{'name':'web','restartCount':3,"
                                                                + "'state':{'waiting':{'reason':"
                                                                + "'CrashLoopBackOff'}}}")
                                                .tree()));

        JsonObject removed = report(renewed.withStatus(_ -> held), PodRuntime.NONE);

        JsonObject status = removed.array("containerStatuses").objects().getFirst();
        assertEquals(4, status.integer("restartCount", 0));
        assertEquals(
                "RestartingAllContainers",
                status.object("lastState").object("terminated").string("reason"));
    }

    private static JsonObject condition(JsonObject status) {
        return PodConditions.find(status.array("conditions"), "AllContainersRestarting");
    }

    @Test
    void tellsOfEphemeralContainersApart() {
        KubeObject debugged =
                pod(
                        "a",
                        "'containers':[{'name':'web','image':'nginx:1'}],"
                                + "'ephemeralContainers':[{'name':'look','image':'i'}]");

        JsonObject report = report(debugged, PodRuntime.NONE);

        List<JsonObject> ephemeral = report.array("ephemeralContainerStatuses").objects();
        assertEquals(List.of("look"), ephemeral.stream().map(each -> each.string("name")).toList());
        assertEquals(1, report.array("containerStatuses").size());
    }
}
