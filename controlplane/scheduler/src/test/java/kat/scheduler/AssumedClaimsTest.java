package kat.scheduler;

import static kat.scheduler.SchedulingTest.object;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

class AssumedClaimsTest {

    private static final JsonObject DEVICE =
            JsonObject.of("devices", JsonObject.EMPTY.with("results", "d"));

    private final AssumedClaims assumed = new AssumedClaims();
    private final PodInfo first = pod("a");
    private final PodInfo second = pod("b");
    private final KubeObject seen = claim(1);

    private static PodInfo pod(String name) {
        return PodInfo.of(
                object("{metadata: {name: " + name + ", namespace: ns, uid: u-" + name + "}}"));
    }

    private static KubeObject claim(int version) {
        return object(
                "{kind: ResourceClaim, metadata: {name: x, namespace: ns, uid: u-x,"
                        + " resourceVersion: '"
                        + version
                        + "'}}");
    }

    private static KubeObject allotted(int version) {
        return claim(version).withStatus(status -> status.with("allocation", DEVICE));
    }

    private boolean hasDevice() {
        KubeObject latest = assumed.latest(seen.key(), seen);
        return latest != null && latest.status().has("allocation");
    }

    @Test
    void devicesAreTakenFromTheDecisionUntilWritingFailed() {
        List<Reservations.Entry> entries = List.of(new Reservations.Entry(seen, DEVICE));

        assumed.begin(first, entries);
        assertTrue(hasDevice());
        assertTrue(assumed.isBeingAllotted(seen));
        assumed.written(first, entries, List.of());

        assertFalse(hasDevice());
    }

    @Test
    void aPodThatFailsToJoinAClaimTakesNothingFromWhoWroteIt() {
        List<Reservations.Entry> entries = List.of(new Reservations.Entry(seen, DEVICE));
        assumed.begin(first, entries);
        assumed.written(first, entries, List.of(allotted(2)));
        List<Reservations.Entry> joins = List.of(new Reservations.Entry(allotted(2), null));

        assumed.begin(second, joins);
        assumed.written(second, joins, List.of());

        assertTrue(hasDevice());
    }

    @Test
    void theNewerOfTwoWritesCountsInWhicheverOrderTheyAreTold() {
        List<Reservations.Entry> joins = List.of(new Reservations.Entry(allotted(2), null));

        assumed.written(second, joins, List.of(allotted(4)));
        assumed.written(first, joins, List.of(allotted(3)));

        KubeObject latest = assumed.latest(seen.key(), seen);
        assertEquals(4, latest == null ? 0 : latest.revision());
    }

    private static KubeObject special() {
        return allotted(2)
                .withMetadata(
                        metadata ->
                                metadata.withAt(
                                        Json.of("true"),
                                        "annotations",
                                        "resource.kubernetes.io/extended-resource-claim"));
    }

    private static Reservations.Entry made() {
        return new Reservations.Entry(special(), DEVICE, List.of(JsonObject.EMPTY));
    }

    @Test
    void aClaimThatWasMadeCountsUntilItIsSeenOrGone() {
        assumed.written(first, List.of(made()), List.of(special()));
        assertEquals(List.of(special()), assumed.latest(List.of()));

        assumed.seen(seen.key(), seen);
        assertEquals(List.of(special()), assumed.latest(List.of(seen)));
        assumed.seen(special().key(), special());

        assertTrue(assumed.isEmpty());
    }

    @Test
    void aClaimThatWasMadeAndWentUnseenCountsNoMore() {
        assumed.written(first, List.of(made()), List.of(special()));

        assumed.seen(special().key(), null);
        assertFalse(assumed.isEmpty());
        assumed.gone(special());

        assertTrue(assumed.isEmpty());
    }

    @Test
    void nothingIsKeptOfAClaimThatIsSeenToHaveCaughtUpOrToBeGone() {
        List<Reservations.Entry> entries = List.of(new Reservations.Entry(seen, DEVICE));
        assumed.written(first, entries, List.of(allotted(2)));
        assumed.seen(seen.key(), seen);
        assertFalse(assumed.isEmpty());
        assumed.seen(seen.key(), allotted(2));
        assertTrue(assumed.isEmpty());

        assumed.written(first, entries, List.of(allotted(2)));
        assumed.seen(seen.key(), null);
        assertTrue(assumed.isEmpty());
    }
}
