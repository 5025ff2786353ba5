package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class PodStatusReportTest {

    private static JsonObject report(KubeObject pod) {
        return PodStatusReport.of(
                new PodDecisions.View(pod, PodRuntime.NONE, PodMemory.EMPTY, false, NOW),
                "192.0.2.1");
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

        JsonObject first = report(late);

        assertEquals("Failed", first.string("phase"));
        assertEquals("DeadlineExceeded", first.string("reason"));
        assertEquals(
                "Pod was active on the node longer than the specified deadline",
                first.string("message"));
        JsonObject again = report(late.withStatus(_ -> first));
        assertEquals("DeadlineExceeded", again.string("reason"));
    }

    @Test
    void tellsOfEphemeralContainersApart() {
        KubeObject debugged =
                pod(
                        "a",
                        "'containers':[{'name':'web','image':'nginx:1'}],"
                                + "'ephemeralContainers':[{'name':'look','image':'i'}]");

        JsonObject report = report(debugged);

        List<JsonObject> ephemeral = report.array("ephemeralContainerStatuses").objects();
        assertEquals(List.of("look"), ephemeral.stream().map(each -> each.string("name")).toList());
        assertEquals(1, report.array("containerStatuses").size());
    }
}
