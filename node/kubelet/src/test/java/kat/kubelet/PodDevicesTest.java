package kat.kubelet;

import static kat.kubelet.Fixtures.object;
import static kat.kubelet.Fixtures.pod;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.device.PodDeviceClaim;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodDevicesTest {

    private static final String CONTAINER = "'containers':[{'name':'web','image':'nginx:1'}]";
    private static final String CLAIMS =
            "'resourceClaims':[{'name':'gpu','resourceClaimName':'c'}],";
    private static final String DEVICES =
            "{'devices':{'results':[{'request':'r','driver':'gpu.example.com','pool':'p',"
                    + "'device':'d'}]}}";
    private static final String RESERVED =
            "'reservedFor':[{'resource':'pods','name':'a','uid':'uid-a'}]";

    /// @param status of the claim
    private record Case(String name, String status, @Nullable String objection) {}

    @Test
    void saysWhatIsMissingBeforeDevicesAreThere() {
        List<Case> cases =
                List.of(
                        new Case(
                                "not reserved",
                                "{'allocation':" + DEVICES + "}",
                                "prepare dynamic resources: pod a (uid-a) is not allowed to use"
                                        + " ResourceClaim c (uid-c)"),
                        new Case(
                                "not allotted",
                                "{" + RESERVED + "}",
                                "prepare dynamic resources: ResourceClaim c: not allocated"),
                        new Case(
                                "no driver",
                                "{'allocation':" + DEVICES + "," + RESERVED + "}",
                                "prepare dynamic resources: DRA driver gpu.example.com is not"
                                        + " registered"),
                        new Case(
                                "no device",
                                "{'allocation':{'devices':{}}," + RESERVED + "}",
                                null));

        for (Case each : cases) {
            assertEquals(
                    each.objection(),
                    PodDevices.objection(pod("a", CLAIMS + CONTAINER), _ -> claim(each.status())),
                    each.name());
        }
    }

    @Test
    void tellsThatAClaimCannotBeRead() {
        assertEquals(
                "prepare dynamic resources: fetch ResourceClaim c: resourceclaims.resource.k8s.io"
                        + " \"c\" not found",
                PodDevices.objection(
                        pod("a", CLAIMS + CONTAINER),
                        _ -> {
                            throw Status.notFound(PodDeviceClaim.KIND, "c").asException();
                        }));
    }

    @Test
    void waitsForAClaimThatIsYetToBeMade() {
        String made = "'resourceClaims':[{'name':'gpu','resourceClaimTemplateName':'t'}],";

        assertEquals(
                "prepare dynamic resources: pod \"default/a\": ResourceClaim not created yet",
                PodDevices.objection(pod("a", made + CONTAINER), _ -> claim("{}")));
    }

    @Test
    void asksNothingForAPodWithoutClaims() {
        assertNull(
                PodDevices.objection(
                        pod("a", CONTAINER),
                        _ -> {
                            throw new AssertionError("asked");
                        }));
    }

    @Test
    void tellsWhyAPodWaitsForItsDevices(@TempDir Path home) throws Exception {
        try (TestNode node = new TestNode(home.resolve("n"))) {
            node.kubelet.start();
            node.api.put(
                    PodDeviceClaim.KIND, claim("{'allocation':" + DEVICES + "," + RESERVED + "}"));
            node.api.put(Kinds.POD, pod("a", CLAIMS + CONTAINER));

            node.api.awaitEvent(
                    "FailedPrepareDynamicResources",
                    "Failed to prepare dynamic resources: prepare dynamic resources: DRA driver"
                            + " gpu.example.com is not registered");
        }
    }

    private static KubeObject claim(String status) {
        return object(
                "{'apiVersion':'resource.k8s.io/v1','kind':'ResourceClaim',"
                        + "'metadata':{'namespace':'default','name':'c','uid':'uid-c'},"
                        + "'spec':{},'status':"
                        + status
                        + "}");
    }
}
