package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Services where the cluster gives out addresses of two families.
class DualStackTest {

    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String MERGE = "application/merge-patch+json";
    private static final String JSON = "application/json";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        ApiServerConfig config =
                ApiServerConfig.local(folder).givingOut(List.of("10.96.0.0/16", "fd00:1::/126"));
        served = Served.start(config);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private JsonObject ask(int code, String method, String path, String body, String form)
            throws Exception {
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", form);
        assertEquals(code, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject make(int code, String name, String spec) throws Exception {
        String body = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"ports\":[{\"port\":80}]%s}}";
        return ask(code, "POST", SERVICES, body.formatted(name, spec), JSON);
    }

    private static List<String> addresses(JsonObject service) {
        return service.object("spec").array("clusterIPs").strings();
    }

    @Test
    void aSecondAddressComesAndGoesWithThePolicy() throws Exception {
        String only = addresses(make(201, "a", "")).getFirst();

        JsonObject two =
                ask(
                        200,
                        "PATCH",
                        SERVICES + "/a",
                        "{\"spec\":{\"ipFamilyPolicy\":\"RequireDualStack\"}}",
                        MERGE);
        JsonObject one =
                ask(
                        200,
                        "PATCH",
                        SERVICES + "/a",
                        "{\"spec\":{\"ipFamilyPolicy\":\"SingleStack\"}}",
                        MERGE);

        assertEquals(2, addresses(two).size());
        assertEquals(only, addresses(two).getFirst());
        assertTrue(addresses(two).getLast().startsWith("fd00:1::"), two::toString);
        assertEquals(List.of(only), addresses(one));
    }

    @Test
    void addressesOfBothFamiliesAreTakenAndComeBack() throws Exception {
        String both = ",\"ipFamilyPolicy\":\"PreferDualStack\"";
        for (String name : List.of("a", "b", "c")) {
            assertEquals(2, addresses(make(201, name, both)).size());
        }

        JsonObject full = make(500, "d", both);
        ask(200, "DELETE", SERVICES + "/b", "", JSON);
        JsonObject again = make(201, "d", both);

        assertEquals(
                "Internal error occurred: failed to allocate a serviceIP for Service \"d\": range"
                        + " is full",
                full.string("message"));
        assertEquals(2, addresses(again).size());
    }

    @Test
    void theServersOwnServiceHasOneFamilyAndTheRangeTwo() throws Exception {
        JsonObject own = ask(200, "GET", SERVICES + "/kubernetes", "", JSON);
        JsonObject range =
                ask(200, "GET", "/apis/networking.k8s.io/v1/servicecidrs/kubernetes", "", JSON);

        assertEquals(List.of("10.96.0.1"), addresses(own));
        assertEquals(List.of("IPv4"), own.object("spec").array("ipFamilies").strings());
        assertEquals(
                List.of("10.96.0.0/16", "fd00:1::/126"),
                range.object("spec").array("cidrs").strings());
    }
}
