package kat.api.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import org.junit.jupiter.api.Test;

class PodDeviceClaimTest {

    @Test
    void readsEachEntryWithWhatThePodKnowsOfItsClaim() {
        KubeObject pod =
                object(
                        "{metadata: {name: p, uid: u}, spec: {resourceClaims: ["
                                + "{name: own, resourceClaimName: c},"
                                + "{name: made, resourceClaimTemplateName: t},"
                                + "{name: waits, resourceClaimTemplateName: t},"
                                + "{name: none, resourceClaimTemplateName: t}]},"
                                + " status: {resourceClaimStatuses: ["
                                + "{name: made, resourceClaimName: p-made-x}, {name: none}],"
                                + " extendedResourceClaimStatus: {resourceClaimName: e}}}");

        assertEquals(
                List.of(
                        new PodDeviceClaim("own", "", "c", PodDeviceClaim.State.KNOWN),
                        new PodDeviceClaim("made", "t", "p-made-x", PodDeviceClaim.State.KNOWN),
                        new PodDeviceClaim("waits", "t", "", PodDeviceClaim.State.AWAITED),
                        new PodDeviceClaim("none", "t", "", PodDeviceClaim.State.NOT_NEEDED)),
                PodDeviceClaim.of(pod));
        assertEquals(List.of("c", "p-made-x", "e"), PodDeviceClaim.names(pod));
    }

    @Test
    void aClaimMadeFromATemplateServesItsOwnPodOnly() {
        PodDeviceClaim made = new PodDeviceClaim("gpu", "t", "c", PodDeviceClaim.State.KNOWN);
        PodDeviceClaim own = new PodDeviceClaim("gpu", "", "c", PodDeviceClaim.State.KNOWN);
        KubeObject pod = object("{metadata: {name: p, uid: u}}");
        KubeObject foreign =
                object(
                        "{metadata: {name: c, ownerReferences: [{apiVersion: v1, kind: Pod,"
                                + " name: p, uid: other, controller: true}]}}");

        assertFalse(made.mayBe(foreign, pod));
        assertTrue(own.mayBe(foreign, pod));
    }

    private static KubeObject object(String yaml) {
        return new KubeObject((JsonObject) Yaml.parse(yaml));
    }
}
