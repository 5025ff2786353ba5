package kat.kubelet.dra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.device.PodDeviceClaim;
import org.junit.jupiter.api.Test;

class ClaimChecksTest {

    private static final String DRIVER = "gpu.example.com";
    private static final String CLAIMS = "{'name':'gpu','resourceClaimName':'c'}";
    private static final String DEVICES =
            "'allocation':{'devices':{'results':[{'request':'r','driver':'gpu.example.com',"
                    + "'pool':'p','device':'d'}]}}";
    private static final String RESERVED =
            "'reservedFor':[{'resource':'pods','name':'a','uid':'uid-a'}]";

    private static KubeObject object(String text) {
        return KubeObject.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static KubeObject pod(String claims, String status) {
        return object(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'a',"
                        + "'uid':'uid-a'},'spec':{'resourceClaims':["
                        + claims
                        + "]},'status':{"
                        + status
                        + "}}");
    }

    private static KubeObject claim(String status) {
        return object(
                "{'apiVersion':'resource.k8s.io/v1','kind':'ResourceClaim',"
                        + "'metadata':{'namespace':'default','name':'c','uid':'uid-c'},"
                        + "'spec':{},'status':{"
                        + status
                        + "}}");
    }

    private static List<ClaimRecord> required(KubeObject pod, String status, String... drivers)
            throws IOException {
        return ClaimChecks.required(pod, _ -> claim(status), Set.of(drivers)::contains);
    }

    /// @param status of the claim
    private record Case(String name, String status, String objection) {}

    @Test
    void saysWhatIsMissingBeforeDevicesAreThere() {
        List<Case> cases =
                List.of(
                        new Case(
                                "not reserved",
                                DEVICES,
                                "pod a (uid-a) is not allowed to use ResourceClaim c (uid-c)"),
                        new Case("not allotted", RESERVED, "ResourceClaim c: not allocated"),
                        new Case(
                                "no driver",
                                DEVICES + "," + RESERVED,
                                "DRA driver gpu.example.com is not registered"));

        for (Case each : cases) {
            IOException fault =
                    assertThrows(
                            IOException.class,
                            () -> required(pod(CLAIMS, ""), each.status()),
                            each.name());
            assertEquals(each.objection(), fault.getMessage(), each.name());
        }
    }

    @Test
    void asksTheDriversOfTheClaim() throws IOException {
        List<ClaimRecord> required = required(pod(CLAIMS, ""), DEVICES + "," + RESERVED, DRIVER);

        assertEquals(1, required.size());
        assertEquals("uid-c", required.getFirst().uid());
        assertEquals(Set.of(DRIVER), required.getFirst().devices().keySet());
    }

    @Test
    void needsNoDriverForAClaimWithoutDevices() throws IOException {
        List<ClaimRecord> required =
                required(pod(CLAIMS, ""), "'allocation':{'devices':{}}," + RESERVED);

        assertEquals(Set.of(), required.getFirst().devices().keySet());
    }

    @Test
    void countsTheClaimOfExtendedResources() throws IOException {
        KubeObject pod = pod("", "'extendedResourceClaimStatus':{'resourceClaimName':'c'}");

        assertEquals(1, required(pod, DEVICES + "," + RESERVED, DRIVER).size());
    }

    @Test
    void tellsThatAClaimCannotBeRead() {
        IOException fault =
                assertThrows(
                        IOException.class,
                        () ->
                                ClaimChecks.required(
                                        pod(CLAIMS, ""),
                                        _ -> {
                                            throw Status.notFound(PodDeviceClaim.KIND, "c")
                                                    .asException();
                                        },
                                        _ -> true));

        assertEquals(
                "fetch ResourceClaim c: resourceclaims.resource.k8s.io \"c\" not found",
                fault.getMessage());
    }

    @Test
    void waitsForAClaimThatIsYetToBeMade() {
        String made = "{'name':'gpu','resourceClaimTemplateName':'t'}";

        IOException fault = assertThrows(IOException.class, () -> required(pod(made, ""), ""));

        assertEquals("pod \"default/a\": ResourceClaim not created yet", fault.getMessage());
    }

    @Test
    void refusesAClaimThatWasMadeForAnother() {
        String made = "{'name':'gpu','resourceClaimTemplateName':'t'}";
        String status = "'resourceClaimStatuses':[{'name':'gpu','resourceClaimName':'c'}]";

        IOException fault = assertThrows(IOException.class, () -> required(pod(made, status), ""));

        assertEquals(
                "ResourceClaim default/c was not created for Pod default/a (Pod is not owner)",
                fault.getMessage());
    }
}
