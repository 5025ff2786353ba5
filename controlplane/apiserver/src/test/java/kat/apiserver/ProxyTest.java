package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the proxy of pods, Services and nodes leads, and where nobody can make it lead.
class ProxyTest {

    private static final String CORE = "/api/v1/namespaces/default/";

    @TempDir Path folder;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        client = new HttpsClient(server);
        write("POST", CORE + "serviceaccounts", "{'metadata':{'name':'default'}}");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void write(String method, String path, String body) throws Exception {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpResponse<String> answer =
                client.admin(method, path, body.replace('\'', '"'), "Content-Type", type);
        assertTrue(answer.statusCode() < 300, answer.body());
    }

    private void createPod(String name, String address) throws Exception {
        write(
                "POST",
                CORE + "pods",
                """
                {'metadata':{'name':'%s'},'spec':{'containers':[{'name':'c','image':'i',
                  'ports':[{'containerPort':9}]}]}}
                """
                        .formatted(name));
        write(
                "PATCH",
                CORE + "pods/" + name + "/status",
                "{'status':{'podIP':'%1$s','podIPs':[{'ip':'%1$s'}]}}".formatted(address));
    }

    private String told(String path) throws Exception {
        HttpResponse<String> answer = client.admin("GET", path, "");
        JsonObject status = (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
        return answer.statusCode() + " " + status.string("message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "0.0.0.0",
                "169.254.169.254",
                "fe80::1",
                "224.0.0.1",
                "255.255.255.255"
            })
    void refusesPodsThatCallAnAddressOfThisMachineTheirOwn(String address) throws Exception {
        createPod("p", address);

        assertEquals("400 address not allowed", told(CORE + "pods/p/proxy/"));
        assertEquals("400 address not allowed", told(CORE + "pods/p:8080/proxy/metrics"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "::1"})
    void refusesNodesThatDo(String address) throws Exception {
        write("POST", "/api/v1/nodes", "{'metadata':{'name':'n'}}");
        write(
                "PATCH",
                "/api/v1/nodes/n/status",
                "{'status':{'addresses':[{'type':'InternalIP','address':'%s'}]}}"
                        .formatted(address));

        assertEquals("400 address not allowed", told("/api/v1/nodes/n:8080/proxy/metrics"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', of nobody",
        "'\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"kube-system\",\"name\":\"p\"}', elsewhere",
        "'\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"q\"}', missing pod",
        "'\"targetRef\":{\"kind\":\"Pod\",\"namespace\":\"default\",\"name\":\"p\"}', other address",
    })
    void leavesOutEndpointsThatAreNoPodsOfTheNamespace(String target, String why) throws Exception {
        createPod("p", "10.0.0.1");
        write(
                "POST",
                CORE + "services",
                "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
        write(
                "POST",
                CORE + "endpoints",
                ("{'metadata':{'name':'s'},'subsets':[{'addresses':[{'ip':'10.0.0.2'"
                        + (target.isEmpty() ? "" : "," + target)
                        + "}],'ports':[{'port':80}]}]}"));

        assertEquals(
                "503 no endpoints available for service \"s\"",
                told(CORE + "services/s/proxy/"),
                why);
    }
}
