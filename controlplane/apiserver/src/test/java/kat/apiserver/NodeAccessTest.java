package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// What a node's agent may read and write, and what it may not.
class NodeAccessTest {

    private static final String POD =
            """
            {"metadata":{"name":"%s","namespace":"default"},
             "spec":{"nodeName":"%s","containers":[{"name":"c","image":"i",
               "envFrom":[{"secretRef":{"name":"%s"}}]}],
               "volumes":[{"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;
    private Transport agent;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        agent = server.transport(NodeAuthorizer.agent("a"));
        create(Kinds.SERVICE_ACCOUNT, "{'metadata':{'name':'default','namespace':'default'}}");
        create(Kinds.POD, POD.formatted("mine", "a", "used"));
        create(Kinds.POD, POD.formatted("other", "b", "unused"));
        for (String name : List.of("used", "unused")) {
            create(
                    Kinds.SECRET,
                    "{'metadata':{'name':'%s','namespace':'default'}}".formatted(name));
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void create(Kind kind, String json) {
        admin.create(kind, object(json), WriteOptions.NONE);
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
    }

    private static String refusal(Executable action) {
        return assertThrows(StatusException.class, action).status().message();
    }

    @Test
    void readsTheSecretsOfItsPodsOnly() {
        ObjectKey used = ObjectKey.of("default", "used");
        ObjectKey unused = ObjectKey.of("default", "unused");

        assertEquals("used", agent.get(Kinds.SECRET, used).name());
        assertEquals(
                "secrets \"unused\" is forbidden: User \"system:node:a\" cannot get resource"
                        + " \"secrets\" in API group \"\" in the namespace \"default\": no"
                        + " relationship found between node 'a' and this object",
                refusal(() -> agent.get(Kinds.SECRET, unused)));
    }

    @Test
    void listsItsOwnPodsOnly() {
        ListQuery mine = new ListQuery("", "", "spec.nodeName=a", 0, "");

        assertEquals(1, agent.list(Kinds.POD, mine).items().size());
        assertEquals(
                "pods is forbidden: User \"system:node:a\" cannot list resource \"pods\" in API"
                        + " group \"\" at the cluster scope: can only list/watch pods with"
                        + " spec.nodeName field selector",
                refusal(() -> agent.list(Kinds.POD, ListQuery.ALL)));
    }

    @Test
    void deletesItsOwnPodsOnly() {
        ObjectKey mine = ObjectKey.of("default", "mine");
        ObjectKey other = ObjectKey.of("default", "other");

        agent.delete(Kinds.POD, mine, DeleteOptions.NONE.withGrace(0));

        assertEquals(
                "pods \"other\" is forbidden: node \"a\" can only delete pods with spec.nodeName"
                        + " set to itself",
                refusal(() -> agent.delete(Kinds.POD, other, DeleteOptions.NONE)));
    }

    @Test
    void labelsItsOwnNodeWithWhatIsItsOwn() {
        KubeObject own =
                object("{'metadata':{'name':'a','labels':{'kubernetes.io/hostname':'a','x':'y'}}}");
        KubeObject foreign = object("{'metadata':{'name':'b'}}");
        Patch role =
                Patch.merge(
                        object("{'metadata':{'labels':{'node-role.kubernetes.io/master':''}}}")
                                .tree());

        agent.create(Kinds.NODE, own, WriteOptions.NONE);

        assertEquals(
                "nodes \"b\" is forbidden: node \"a\" is not allowed to modify node \"b\"",
                refusal(() -> agent.create(Kinds.NODE, foreign, WriteOptions.NONE)));
        assertEquals(
                "nodes \"a\" is forbidden: is not allowed to modify labels:"
                        + " node-role.kubernetes.io/master",
                refusal(
                        () ->
                                agent.patch(
                                        Kinds.NODE,
                                        ObjectKey.of("", "a"),
                                        role,
                                        WriteOptions.NONE)));
    }

    @Test
    void asksForTokensOfItsPodsOnly() {
        KubeObject unbound =
                object("{'metadata':{'name':'default','namespace':'default'},'spec':{}}");

        assertEquals(
                "serviceaccounts \"default\" is forbidden: node requested token not bound to a pod",
                refusal(
                        () ->
                                agent.create(
                                        Kinds.SERVICE_ACCOUNT,
                                        unbound,
                                        WriteOptions.NONE.on("token"))));
    }

    @Test
    void knowsWhatItsRoleSays() {
        assertEquals(
                "deployments.apps is forbidden: User \"system:node:a\" cannot list resource"
                        + " \"deployments\" in API group \"apps\" at the cluster scope",
                refusal(() -> agent.list(Kinds.DEPLOYMENT, ListQuery.ALL)));
    }

    @Test
    void tellsExtensionServersWhomToTrust() {
        ObjectKey key = ObjectKey.of("kube-system", "extension-apiserver-authentication");

        JsonObject data = admin.get(Kinds.CONFIG_MAP, key).tree().object("data");

        assertEquals("[\"front-proxy-client\"]", data.string("requestheader-allowed-names"));
    }
}
