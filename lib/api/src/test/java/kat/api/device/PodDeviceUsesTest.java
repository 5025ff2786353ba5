package kat.api.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kat.api.KubeObject;
import kat.api.device.PodDeviceClaim.Use;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.Test;

/// What containers have of the claims of their pod.
class PodDeviceUsesTest {

    private static final KubeObject POD =
            object(
                    """
                    {"metadata":{"namespace":"default","name":"a","uid":"uid-a"},
                     "spec":{
                       "resourceClaims":[
                         {"name":"own","resourceClaimName":"c"},
                         {"name":"made","resourceClaimTemplateName":"t"},
                         {"name":"awaited","resourceClaimTemplateName":"u"}],
                       "containers":[
                         {"name":"some","resources":{"claims":[
                           {"name":"made"},
                           {"name":"own","request":"r"},
                           {"name":"own","request":"s"},
                           {"name":"awaited"}]}},
                         {"name":"extended","resources":{"requests":{
                           "example.com/gpu":"1","example.com/none":"0"}}},
                         {"name":"neither"}]},
                     "status":{
                       "resourceClaimStatuses":[
                         {"name":"made","resourceClaimName":"a-made-x"}],
                       "extendedResourceClaimStatus":{
                         "resourceClaimName":"a-extended",
                         "requestMappings":[
                           {"containerName":"extended","resourceName":"example.com/gpu",
                            "requestName":"container-1-request-0"},
                           {"containerName":"extended","resourceName":"example.com/none",
                            "requestName":"container-1-request-1"},
                           {"containerName":"neither","resourceName":"example.com/gpu",
                            "requestName":"container-2-request-0"}]}}}
                    """);

    private static KubeObject object(String text) {
        return KubeObject.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Use> uses(String container) {
        for (JsonObject each : POD.spec().array("containers").objects()) {
            if (each.string("name").equals(container)) {
                return PodDeviceClaim.uses(POD, each);
            }
        }
        throw new AssertionError("no container " + container);
    }

    @Test
    void aContainerHasTheRequestsThatItNamesOfClaimsThatAreKnown() {
        assertEquals(
                List.of(new Use("c", "r"), new Use("c", "s"), new Use("a-made-x", "")),
                uses("some"));
    }

    @Test
    void aContainerHasTheDevicesOfItsExtendedResources() {
        assertEquals(List.of(new Use("a-extended", "container-1-request-0")), uses("extended"));
        assertEquals(List.of(), uses("neither"));
    }

    @Test
    void theClaimOfExtendedResourcesIsAmongThoseOfThePod() {
        assertEquals(List.of("c", "a-made-x", "a-extended"), PodDeviceClaim.names(POD));
    }
}
