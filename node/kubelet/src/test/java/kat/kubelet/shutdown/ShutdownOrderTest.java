package kat.kubelet.shutdown;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.api.KubeObject;
import kat.kubelet.settings.ShutdownSettings.Period;
import org.junit.jupiter.api.Test;

class ShutdownOrderTest {

    private static KubeObject pod(long priority) {
        String text = "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"priority\":" + priority + "}}";
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void podsEndWithThePeriodAtOrBelowTheirPriority() {
        List<Period> periods = List.of(new Period(0, 60), new Period(10, 30), new Period(20, 5));
        KubeObject below = pod(-5);
        KubeObject lowest = pod(9);
        KubeObject middle = pod(10);
        KubeObject highest = pod(2_000_001_000);

        assertEquals(
                List.of(
                        new ShutdownOrder.Turn(60, List.of(below, lowest)),
                        new ShutdownOrder.Turn(30, List.of(middle)),
                        new ShutdownOrder.Turn(5, List.of(highest))),
                ShutdownOrder.of(periods, List.of(highest, below, middle, lowest)));
    }

    @Test
    void aPeriodWithoutPodsTakesNoTime() {
        List<Period> periods = List.of(new Period(0, 60), new Period(10, 30));

        assertEquals(
                List.of(new ShutdownOrder.Turn(30, List.of(pod(10)))),
                ShutdownOrder.of(periods, List.of(pod(10))));
    }
}
