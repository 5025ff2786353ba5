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

/// IPAddress objects come and go with the Services that have the addresses.
class ServiceAddressesTest {

    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses";
    private static final String RANGES = "/apis/networking.k8s.io/v1/servicecidrs";
    private static final String TAKEN = "provided IP is already allocated";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(ApiServerConfig.local(folder).givingOut(List.of("10.96.0.0/29")));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private JsonObject ask(int code, String method, String path, String body) throws Exception {
        String form = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", form);
        assertEquals(code, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject make(int code, String name, String spec, String query) throws Exception {
        String body = "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"ports\":[{\"port\":80}]%s}}";
        return ask(code, "POST", SERVICES + query, body.formatted(name, spec));
    }

    private JsonObject make(int code, String name, String address) throws Exception {
        String spec = address.isEmpty() ? "" : ",\"clusterIP\":\"" + address + "\"";
        return make(code, name, spec, "");
    }

    private static String address(JsonObject service) {
        return service.object("spec").string("clusterIP");
    }

    private List<String> known() throws Exception {
        return ask(200, "GET", ADDRESSES, "").array("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    @Test
    void anAddressIsThereOnceItsServiceIs() throws Exception {
        String given = address(make(201, "web", ""));

        JsonObject object = ask(200, "GET", ADDRESSES + "/" + given, "");

        JsonObject parent = object.object("spec").object("parentRef");
        assertEquals("services", parent.string("resource"));
        assertEquals("default", parent.string("namespace"));
        assertEquals("web", parent.string("name"));
        JsonObject labels = object.object("metadata").object("labels");
        assertEquals("IPv4", labels.string("ipaddress.kubernetes.io/ip-family"));
        assertEquals("ipallocator.k8s.io", labels.string("ipaddress.kubernetes.io/managed-by"));
        JsonObject owner = object.object("metadata").array("managedFields").objects().getFirst();
        assertEquals("kube-apiserver", owner.string("manager"));
    }

    @Test
    void theServiceOfTheServerItselfHasOne() throws Exception {
        assertEquals(List.of("10.96.0.1"), known());
    }

    @Test
    void anAddressGoesWithItsService() throws Exception {
        make(201, "web", "10.96.0.3");

        ask(200, "DELETE", SERVICES + "/web", "");

        assertEquals(List.of("10.96.0.1"), known());
        make(201, "next", "10.96.0.3");
    }

    @Test
    void anAddressGoesWhenTheServiceNeedsNoneAnyMore() throws Exception {
        make(201, "web", "10.96.0.3");

        String none =
                "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.example\","
                        + "\"clusterIP\":null,\"clusterIPs\":null}}";
        ask(200, "PATCH", SERVICES + "/web", none);
        List<String> without = known();
        String again =
                "{\"spec\":{\"type\":\"ClusterIP\",\"externalName\":null,"
                        + "\"clusterIP\":\"10.96.0.4\"}}";
        ask(200, "PATCH", SERVICES + "/web", again);

        assertEquals(List.of("10.96.0.1"), without);
        assertEquals(List.of("10.96.0.1", "10.96.0.4"), known());
    }

    @Test
    void anAddressGoesWithTheWriteThatEndsItsServiceAndDropsItAtOnce() throws Exception {
        make(201, "web", "10.96.0.3");
        ask(200, "PATCH", SERVICES + "/web", "{\"metadata\":{\"finalizers\":[\"a.example/b\"]}}");
        ask(200, "DELETE", SERVICES + "/web", "");

        String last =
                "{\"metadata\":{\"finalizers\":null},\"spec\":{\"type\":\"ExternalName\","
                        + "\"externalName\":\"a.example\",\"clusterIP\":null,"
                        + "\"clusterIPs\":null}}";
        ask(200, "PATCH", SERVICES + "/web", last);

        ask(404, "GET", SERVICES + "/web", "");
        assertEquals(List.of("10.96.0.1"), known());
        make(201, "next", "10.96.0.3");
    }

    private void occupy(String address) throws Exception {
        String body =
                "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"parentRef\":{\"resource\":\"gates\","
                        + "\"group\":\"example.com\",\"name\":\"a\"}}}";
        ask(201, "POST", ADDRESSES, body.formatted(address));
    }

    @Test
    void anAddressThatSomebodyElseHasIsNotGiven() throws Exception {
        for (int last = 2; last <= 5; last++) {
            occupy("10.96.0." + last);
        }

        JsonObject refused = make(422, "web", "10.96.0.2");
        String only = address(make(201, "web", ""));
        JsonObject full = make(500, "more", "");
        ask(200, "DELETE", ADDRESSES + "/10.96.0.4", "");
        String freed = address(make(201, "more", ""));

        assertTrue(refused.string("message").endsWith(TAKEN), refused::toString);
        assertEquals("10.96.0.6", only);
        assertTrue(full.string("message").endsWith("range is full"), full::toString);
        assertEquals("10.96.0.4", freed);
    }

    @Test
    void aRefusedServiceLeavesNoAddress() throws Exception {
        make(201, "web", "10.96.0.3");

        make(409, "web", "10.96.0.4");

        assertEquals(List.of("10.96.0.1", "10.96.0.3"), known());
        make(201, "next", "10.96.0.4");
    }

    @Test
    void aDryRunTakesNothing() throws Exception {
        String dry = "?dryRun=All";

        String shown = address(make(201, "web", "", dry));
        String taken = address(make(201, "web", ",\"clusterIP\":\"10.96.0.1\"", dry));
        JsonObject outside = make(422, "web", ",\"clusterIP\":\"10.97.0.1\"", dry);

        assertEquals("10.96.0.0", shown);
        assertEquals("10.96.0.1", taken);
        String words =
                "the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is"
                        + " 10.96.0.0/29";
        assertTrue(outside.string("message").endsWith(words), outside::toString);
        assertEquals(List.of("10.96.0.1"), known());
    }

    @Test
    void furtherRangesGiveAddressesUntilTheyAreDeleted() throws Exception {
        JsonObject before = make(422, "web", "10.200.0.2");
        String range =
                "{\"metadata\":{\"name\":\"more\",\"finalizers\":[\"example.com/wait\"]},"
                        + "\"spec\":{\"cidrs\":[\"10.200.0.0/29\"]}}";
        ask(201, "POST", RANGES, range);
        make(201, "web", "10.200.0.2");
        ask(200, "DELETE", RANGES + "/more", "");
        JsonObject after = make(422, "next", "10.200.0.3");
        ask(200, "DELETE", SERVICES + "/web", "");

        String words = "the provided network does not match the current range";
        assertTrue(before.string("message").endsWith(words), before::toString);
        assertTrue(after.string("message").endsWith(words), after::toString);
        assertEquals(List.of("10.96.0.1"), known());
    }

    @Test
    void aNumberThatIsAskedIsTakenAlsoWhereNoneAreAllocated() throws Exception {
        String balanced = ",\"type\":\"LoadBalancer\",\"allocateLoadBalancerNodePorts\":false";
        make(201, "plain", balanced, "");
        String asking =
                "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"ports\":[{\"port\":80,"
                        + "\"nodePort\":30500}]"
                        + balanced
                        + "}}";

        JsonObject plain = ask(200, "GET", SERVICES + "/plain", "");
        JsonObject first = ask(201, "POST", SERVICES, asking.formatted("first"));
        JsonObject second = ask(422, "POST", SERVICES, asking.formatted("second"));

        assertEquals(0, nodePort(plain));
        assertEquals(30500, nodePort(first));
        assertTrue(
                second.string("message").contains("provided port is already allocated"),
                second::toString);
    }

    private static long nodePort(JsonObject service) {
        return service.object("spec").array("ports").objects().getFirst().integer("nodePort", 0);
    }
}
