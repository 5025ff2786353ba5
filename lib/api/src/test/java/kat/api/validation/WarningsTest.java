package kat.api.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import org.junit.jupiter.api.Test;

class WarningsTest {

    private static final Kind QUOTA = Kinds.builtIn().require("v1", "ResourceQuota");
    private static final Kind SLICE =
            Kinds.builtIn().require("discovery.k8s.io/v1", "EndpointSlice");
    private static final Kind DRIVER = Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");
    private static final String TOKENS =
            "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to"
                    + " true to prevent possible logging of tokens in volume attributes";

    private static KubeObject object(String json) {
        return KubeObject.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    @Test
    void tellsOfLimitsBelowWhatMayBeRequested() {
        KubeObject quota =
                object(
                        "{'metadata':{'name':'q'},'spec':{'hard':{'memory':'1e3',"
                                + "'limits.memory':'500m','requests.cpu':'2','cpu':'9',"
                                + "'limits.cpu':'3'}}}");

        List<String> told = Warnings.create(QUOTA, quota);

        assertEquals(
                List.of("ResourceQuota memory (1e3) should be less than limits.memory (500m)"),
                told);
    }

    @Test
    void tellsOfSlicesThatHoldNames() {
        List<String> told =
                Warnings.create(SLICE, object("{'metadata':{'name':'s'},'addressType':'FQDN'}"));

        assertEquals(List.of("spec.addressType: FQDN endpoints are deprecated"), told);
    }

    @Test
    void tellsOfDriversThatGetTokensInTheOpenWhenThatIsNew() {
        KubeObject before = object("{'metadata':{'name':'d'},'spec':{}}");
        KubeObject asking =
                object("{'metadata':{'name':'d'},'spec':{'tokenRequests':[{'audience':'a'}]}}");

        assertEquals(List.of(TOKENS), Warnings.create(DRIVER, asking));
        assertEquals(List.of(TOKENS), Warnings.update(DRIVER, asking, before));
        assertEquals(List.of(), Warnings.update(DRIVER, asking, asking));
    }

    @Test
    void tellsOfNoMoreClashesOfPortsThanAnAnswerHolds() {
        String ports = "{'containerPort':80}" + ",{'containerPort':80}".repeat(19_999);
        KubeObject pod =
                object(
                        "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i',"
                                + "'ports':["
                                + ports
                                + "]}]}}");

        List<String> told = Warnings.create(Kinds.POD, pod);

        assertEquals(1_000, told.size());
        assertEquals(
                "spec.containers[0].ports[1]: duplicate port definition with"
                        + " spec.containers[0].ports[0]",
                told.getFirst());
    }
}
