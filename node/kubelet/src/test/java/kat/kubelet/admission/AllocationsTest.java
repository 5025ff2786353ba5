package kat.kubelet.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.kubelet.admission.Allocations.Allocation;
import org.junit.jupiter.api.Test;

class AllocationsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final NodeView NODE =
            NodeView.unregistered(
                    "node-0",
                    Map.of(),
                    Amounts.parse(
                            JsonObject.ofStrings(
                                    new TreeMap<>(
                                            Map.of("cpu", "2", "memory", "1Gi", "pods", "9")))),
                    List.of());

    private final Allocations allocations = new Allocations();

    private static KubeObject pod(String name, String cpu, long priority) {
        String text =
                """
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'NAME','uid':'NAME'},
                 'spec':{'priority':PRIORITY,'containers':[{'name':'c','image':'i',
                   'resources':{'requests':{'cpu':'CPU'}}}]},
                 'status':{'qosClass':'Burstable'}}"""
                        .replace("NAME", name)
                        .replace("CPU", cpu)
                        .replace("PRIORITY", Long.toString(priority))
                        .replace('\'', '"');
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String cpu(KubeObject pod) {
        JsonObject container = pod.spec().array("containers").objects().getFirst();
        return container.object("resources").object("requests").string("cpu");
    }

    private Allocation ask(KubeObject pod) {
        return allocations.allocate(pod, NODE, NOW);
    }

    @Test
    void aPodThatDoesNotFitHoldsNothing() {
        assertNull(allocations.admit(pod("a", "1500m", 0), NODE));
        assertNotNull(allocations.admit(pod("b", "1", 0), NODE));

        assertNull(allocations.admit(pod("c", "500m", 0), NODE));
    }

    @Test
    void aLargerRequestIsGrantedWhereThereIsRoom() {
        allocations.admit(pod("a", "1", 0), NODE);
        assertFalse(allocations.isSettled(pod("a", "2", 0)));

        Allocation given = ask(pod("a", "2", 0));

        assertFalse(given.isDeferred());
        assertEquals("2", cpu(given.pod()));
        assertTrue(allocations.isSettled(pod("a", "2", 0)));
    }

    @Test
    void aLargerRequestWaitsUntilAnotherPodHasGone() {
        allocations.admit(pod("a", "1", 0), NODE);
        allocations.admit(pod("b", "1", 0), NODE);

        Allocation waits = ask(pod("a", "1500m", 0));

        assertEquals(
                "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
                waits.why());
        assertEquals("1", cpu(waits.pod()));
        assertTrue(allocations.remove("b"));
        assertEquals(List.of("a"), allocations.retry(NODE));
        assertEquals("1500m", cpu(ask(pod("a", "1500m", 0)).pod()));
    }

    @Test
    void whoTakesTheRequestBackWaitsNoMore() {
        allocations.admit(pod("a", "1", 0), NODE);
        allocations.admit(pod("b", "1", 0), NODE);
        ask(pod("a", "2", 0));

        ask(pod("a", "1", 0));

        assertFalse(allocations.hasWaiting());
    }

    @Test
    void theMoreUrgentPodIsServedFirst() {
        allocations.admit(pod("a", "500m", 0), NODE);
        allocations.admit(pod("b", "500m", 100), NODE);
        allocations.admit(pod("c", "1", 0), NODE);
        ask(pod("a", "1500m", 0));
        ask(pod("b", "1500m", 100));

        allocations.remove("c");

        assertEquals(List.of("b"), allocations.retry(NODE));
    }

    @Test
    void aPodThatRunsHoldsWhatItsStatusSays() {
        KubeObject pod =
                pod("a", "2", 0)
                        .withStatus(
                                status ->
                                        status.with(
                                                "containerStatuses",
                                                JsonArray.of(given("c", "1"))));
        allocations.adopt(pod);

        assertNull(allocations.admit(pod("b", "1", 0), NODE));
        assertTrue(ask(pod).isDeferred());
    }

    private static JsonObject given(String name, String cpu) {
        return JsonObject.builder()
                .put("name", name)
                .put("resources", JsonObject.EMPTY.withAt(Json.of(cpu), "requests", "cpu"))
                .build();
    }
}
