package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentStatusesTest {

    private static final String ALL = "/api/v1/componentstatuses";
    private static final String LEASES =
            "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private JsonObject ask(int code, String path, String accept) throws Exception {
        HttpResponse<String> answer = served.client().admin("GET", path, "", "Accept", accept);
        assertEquals(code, answer.statusCode(), answer.body());
        return (JsonObject) Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject ask(int code, String path) throws Exception {
        return ask(code, path, "application/json");
    }

    private static List<String> names(JsonObject list) {
        return list.array("items").objects().stream()
                .map(each -> each.object("metadata").string("name"))
                .toList();
    }

    private JsonObject condition(String name) throws Exception {
        return ask(200, ALL + "/" + name).array("conditions").objects().getFirst();
    }

    @Test
    void tellsOfStoreControllersAndScheduler() throws Exception {
        JsonObject list = ask(200, ALL);

        assertEquals("ComponentStatusList", list.string("kind"));
        assertEquals(List.of("controller-manager", "etcd-0", "scheduler"), names(list));
        JsonObject store = condition("etcd-0");
        assertEquals("True", store.string("status"));
        assertEquals("ok", store.string("message"));
    }

    @Test
    void whatDoesNotRunIsNotHealthy() throws Exception {
        JsonObject scheduler = condition("scheduler");

        assertEquals("False", scheduler.string("status"));
        assertTrue(scheduler.string("message").startsWith("it does not run"), scheduler::toString);
    }

    @Test
    void whatRunsHereTellsOfItself() throws Exception {
        served.server().components().tell("scheduler", () -> "");

        assertEquals("True", condition("scheduler").string("status"));
    }

    private void lease(Instant renewed) throws Exception {
        String lease =
                "{\"metadata\":{\"name\":\"kube-scheduler\"},\"spec\":{\"holderIdentity\":\"a\","
                        + "\"leaseDurationSeconds\":15,\"renewTime\":\"%s\"}}";
        String time = renewed.toString().replaceAll("\\.\\d+Z$", "Z").replace("Z", ".000000Z");
        HttpResponse<String> made = served.client().admin("POST", LEASES, lease.formatted(time));
        assertEquals(201, made.statusCode(), made.body());
    }

    @Test
    void whatRunsElsewhereIsKnownByItsLease() throws Exception {
        lease(Instant.now().plus(Duration.ofHours(1)));

        assertEquals("True", condition("scheduler").string("status"));
    }

    @Test
    void aLeaseThatNobodyRenewsTellsOfNobody() throws Exception {
        lease(Instant.parse("2026-01-01T00:00:00Z"));

        JsonObject scheduler = condition("scheduler");

        assertEquals("False", scheduler.string("status"));
        assertTrue(scheduler.string("message").contains("renewed last"), scheduler::toString);
    }

    @Test
    void areShownAsATable() throws Exception {
        String form = "application/json;as=Table;v=v1;g=meta.k8s.io";

        JsonObject row = ask(200, ALL, form).array("rows").objects().get(1);

        assertEquals(List.of("etcd-0", "Healthy", "ok", ""), row.array("cells").strings());
    }

    @Test
    void areChosenByNameAndHaveNoLabels() throws Exception {
        JsonObject one = ask(200, ALL + "?fieldSelector=metadata.name%3Detcd-0");
        JsonObject none = ask(200, ALL + "?labelSelector=a%3Db");

        assertEquals(List.of("etcd-0"), names(one));
        assertEquals(List.of(), names(none));
    }

    @Test
    void whatIsNoneIsNotFoundAndCannotBeWatched() throws Exception {
        JsonObject refused = ask(404, ALL + "/x");

        assertEquals("componentstatus \"x\" not found", refused.string("message"));
        ask(405, ALL + "?watch=1");
    }
}
