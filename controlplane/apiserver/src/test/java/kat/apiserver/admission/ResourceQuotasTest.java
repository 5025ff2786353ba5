package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourceQuotasTest {

    private static final String POD =
            """
            {"metadata":{"name":"%s","namespace":"default"},"spec":{
             "automountServiceAccountToken":false,
             "containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"%s"}}}]}}
            """;
    private static final WriteOptions STATUS = new WriteOptions("status", "test", 0, false);

    @TempDir Path folder;
    private ApiServer server;
    private Transport api;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        api = server.transport(User.component("test"));
        api.create(
                Kinds.SERVICE_ACCOUNT,
                object("{\"metadata\":{\"name\":\"default\",\"namespace\":\"default\"}}"),
                WriteOptions.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void refusesWhatExceedsAQuotaAndCountsTheRest() {
        quota("{\"requests.cpu\":\"2\",\"pods\":\"5\"}", "{\"requests.cpu\":\"0\",\"pods\":\"0\"}");

        create(Kinds.POD, POD.formatted("one", "1500m"));

        assertEquals(
                "pods \"two\" is forbidden: exceeded quota: q, requested: requests.cpu=600m, used:"
                        + " requests.cpu=1500m, limited: requests.cpu=2",
                refused(Kinds.POD, POD.formatted("two", "600m")));
        assertEquals("{\"pods\":\"1\",\"requests.cpu\":\"1500m\"}", used());
    }

    @Test
    void wantsToKnowWhatEachContainerNeeds() {
        quota("{\"memory\":\"2Gi\"}", "{\"memory\":\"0\"}");

        assertEquals(
                "pods \"one\" is forbidden: failed quota: q: must specify memory for: a",
                refused(Kinds.POD, POD.formatted("one", "1")));
    }

    @Test
    void letsNothingInBeforeTheQuotaIsCounted() {
        quota("{\"pods\":\"5\"}", "{}");

        assertEquals(
                "pods \"one\" is forbidden: status unknown for quota: q, resources: pods",
                refused(Kinds.POD, POD.formatted("one", "1")));
    }

    @Test
    void doesNotCountDryRuns() {
        quota("{\"pods\":\"5\"}", "{\"pods\":\"0\"}");

        api.create(
                Kinds.POD,
                object(POD.formatted("one", "1")),
                new WriteOptions("", "test", 0, true));

        assertEquals("{\"pods\":\"0\"}", used());
    }

    @Test
    void countsWhatAnUpdateAdds() {
        quota(
                "{\"services.nodeports\":\"1\",\"services\":\"5\"}",
                "{\"services.nodeports\":\"0\",\"services\":\"0\"}");
        KubeObject service =
                create(
                        Kinds.SERVICE,
                        """
                        {"metadata":{"name":"s","namespace":"default"},
                         "spec":{"ports":[{"port":80}]}}
                        """);

        api.update(
                Kinds.SERVICE,
                service.withSpec(spec -> spec.with("type", "NodePort")),
                WriteOptions.NONE);

        assertEquals("{\"services\":\"1\",\"services.nodeports\":\"1\"}", used());
    }

    @Test
    void letsNoMoreInThanIsLeftWhenManyComeAtOnce() throws Exception {
        quota("{\"count/configmaps\":\"7\"}", "{\"count/configmaps\":\"0\"}");
        List<FutureTask<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String map = "{\"metadata\":{\"name\":\"m" + i + "\",\"namespace\":\"default\"}}";
            FutureTask<Boolean> task = new FutureTask<>(() -> isLetIn(map));
            all.add(task);
            Thread.ofVirtual().start(task);
        }

        int letIn = 0;
        for (FutureTask<Boolean> task : all) {
            letIn += task.get() ? 1 : 0;
        }

        assertEquals(7, letIn);
        assertEquals("{\"count/configmaps\":\"7\"}", used());
    }

    private boolean isLetIn(String map) {
        try {
            create(Kinds.CONFIG_MAP, map);
            return true;
        } catch (StatusException e) {
            assertEquals(403, e.status().code(), e.status().message());
            return false;
        }
    }

    private void quota(String hard, String used) {
        KubeObject quota =
                create(
                        Kinds.RESOURCE_QUOTA,
                        "{\"metadata\":{\"name\":\"q\",\"namespace\":\"default\"},"
                                + "\"spec\":{\"hard\":"
                                + hard
                                + "}}");
        JsonObject status = object("{\"hard\":" + hard + ",\"used\":" + used + "}").tree();
        api.update(Kinds.RESOURCE_QUOTA, quota.withStatus(_ -> status), STATUS);
    }

    private String used() {
        return api.get(Kinds.RESOURCE_QUOTA, ObjectKey.of("default", "q"))
                .status()
                .object("used")
                .toString();
    }

    private String refused(Kind kind, String json) {
        return assertThrows(StatusException.class, () -> create(kind, json)).status().message();
    }

    private KubeObject create(Kind kind, String json) {
        return api.create(kind, object(json), WriteOptions.NONE).object();
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.getBytes(UTF_8)));
    }
}
