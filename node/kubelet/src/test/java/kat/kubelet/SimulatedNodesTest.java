package kat.kubelet;

import static kat.kubelet.Fixtures.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.testing.FakeTicker;
import kat.client.Informers;
import org.junit.jupiter.api.Test;

class SimulatedNodesTest {

    private static final ObjectKey NODE = ObjectKey.of("", "sim-0");

    private final FakeTicker ticker = new FakeTicker(NOW);
    private final FakeApi api = new FakeApi();
    private final SimulatedConfig config = SimulatedConfig.of(1).withPrefix("sim-");

    @Test
    void hasRoomForFilesAndIsReadyAgainByItsOwnWordWhenItWasGivenUp() throws InterruptedException {
        try (Informers informers = new Informers(api, ticker);
                SimulatedNodes nodes =
                        new SimulatedNodes(config, api, informers, ticker, Randomness.seeded(1))) {
            nodes.start();
            KubeObject node = api.await(Kinds.NODE, NODE, NodeObjects::isReady);
            assertEquals("1Ti", node.status().object("allocatable").string("ephemeral-storage"));
            CountDownLatch known = new CountDownLatch(1);
            informers
                    .informer(Kinds.NODE)
                    .addHandler(
                            (_, after) -> {
                                if (after != null && !NodeObjects.isReady(after)) {
                                    known.countDown();
                                }
                            });

            api.put(Kinds.NODE, givenUp(node));
            assertTrue(known.await(10, TimeUnit.SECONDS));
            ticker.advance(config.leaseRenewal());
            KubeObject again = api.await(Kinds.NODE, NODE, NodeObjects::isReady);

            JsonObject memory =
                    PodConditions.find(again.status().array("conditions"), "MemoryPressure");
            assertEquals("False", memory.string("status"));
        }
    }

    private static KubeObject givenUp(KubeObject node) {
        JsonObject ready = JsonObject.of("type", Json.of("Ready"), "status", Json.of("Unknown"));
        return node.withStatus(status -> status.with("conditions", JsonArray.of(ready)));
    }
}
