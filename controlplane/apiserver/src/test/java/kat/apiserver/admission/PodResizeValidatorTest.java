package kat.apiserver.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
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

class PodResizeValidatorTest {

    private static final WriteOptions RESIZE = new WriteOptions("resize", "test", 0, false);

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
        create(
                Kinds.NODE,
                "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n'},"
                        + "'status':{'allocatable':{'cpu':'2','memory':'1Gi'}}}");
        create(
                Kinds.SERVICE_ACCOUNT,
                "{'apiVersion':'v1','kind':'ServiceAccount',"
                        + "'metadata':{'name':'default','namespace':'default'}}");
        create(Kinds.POD, pod("1"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private KubeObject create(Kind kind, String text) {
        return api.create(kind, object(text), WriteOptions.by("test")).object();
    }

    private static KubeObject object(String text) {
        return KubeObject.parse(text.replace('\'', '"').getBytes(UTF_8));
    }

    private static String pod(String cpu) {
        return "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a','namespace':'default'},"
                + "'spec':{'nodeName':'n','containers':[{'name':'c','image':'i',"
                + "'resources':{'requests':{'cpu':'"
                + cpu
                + "'}}}]}}";
    }

    private KubeObject resized(String cpu) {
        KubeObject pod = api.get(Kinds.POD, object(pod(cpu)).key());
        String text = pod.tree().toString().replace("\"cpu\":\"1\"", "\"cpu\":\"" + cpu + "\"");
        return KubeObject.parse(text.getBytes(UTF_8));
    }

    @Test
    void letsAPodHaveAllThatItsNodeHas() {
        KubeObject after = api.update(Kinds.POD, resized("2"), RESIZE).object();

        assertEquals(2, after.generation());
    }

    @Test
    void refusesMoreThanTheWholeNodeHas() {
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () -> api.update(Kinds.POD, resized("2500m"), RESIZE));

        assertEquals(
                "pods \"a\" is forbidden: node didn't have enough allocatable resources: cpu,"
                        + " requested: 2500, allocatable: 2000",
                refused.getMessage());
        assertTrue(refused.status().hasCause("NodeCapacity"));
    }
}
