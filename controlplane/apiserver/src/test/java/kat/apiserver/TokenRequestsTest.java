package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
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

/// What a request for a token may ask for.
class TokenRequestsTest {

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;
    private KubeObject account;

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
        account =
                create(Kinds.SERVICE_ACCOUNT, "{'metadata':{'name':'bot','namespace':'default'}}");
        create(Kinds.SERVICE_ACCOUNT, "{'metadata':{'name':'default','namespace':'default'}}");
        create(
                Kinds.POD,
                "{'metadata':{'name':'web','namespace':'default'},"
                        + "'spec':{'containers':[{'name':'c','image':'i'}]}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private KubeObject create(Kind kind, String json) {
        return admin.create(kind, object(json), WriteOptions.NONE).object();
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
    }

    private KubeObject ask(String metadata, String spec) {
        String json =
                "{'metadata':{'name':'bot','namespace':'default'%s},'spec':{%s}}"
                        .formatted(metadata, spec);
        return admin.create(Kinds.SERVICE_ACCOUNT, object(json), WriteOptions.NONE.on("token"))
                .object();
    }

    private Status refusal(String metadata, String spec) {
        return assertThrows(StatusException.class, () -> ask(metadata, spec)).status();
    }

    @Test
    void answersWithTheAccountsUidAndTheServersAudience() {
        KubeObject answer = ask("", "");

        assertEquals(account.uid(), answer.uid());
        assertEquals(3600, answer.spec().integer("expirationSeconds", 0));
        assertEquals(1, answer.spec().array("audiences").size());
        assertTrue(!answer.status().string("token").isEmpty());
    }

    @Test
    void tellsWhoAskedForWhat() {
        JsonObject entry =
                ask("", "'audiences':['a']").metadata().array("managedFields").objects().getFirst();

        assertEquals("token", entry.string("subresource"));
        assertEquals("authentication.k8s.io/v1", entry.string("apiVersion"));
        assertEquals(
                "{\"f:spec\":{\"f:audiences\":{},\"f:expirationSeconds\":{}}}",
                entry.object("fieldsV1").toString());
    }

    @Test
    void refusesTheUidOfAnotherAccount() {
        Status refused = refusal(",'uid':'other'", "");

        assertEquals(409, refused.code());
        assertEquals(
                "Operation cannot be fulfilled on TokenRequest.authentication.k8s.io \"bot\": the"
                        + " UID in the token request (other) does not match the UID of the service"
                        + " account ("
                        + account.uid()
                        + ")",
                refused.message());
    }

    @Test
    void bindsToPodsOfTheAccountOnly() {
        Status refused =
                refusal("", "'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'web'}");

        assertEquals(
                "cannot bind token for serviceaccount \"bot\" to pod running with different"
                        + " serviceaccount name.",
                refused.message());
    }

    @Test
    void bindsToNothingElse() {
        Status refused =
                refusal("", "'boundObjectRef':{'kind':'Pod','apiVersion':'apps/v1','name':'web'}");

        assertEquals(400, refused.code());
        assertEquals("cannot bind token to object of type apps/v1, Kind=Pod", refused.message());
    }

    @Test
    void bindsToNothingThatIsNotNamed() {
        assertEquals(
                "cannot bind token to object of type /, Kind=",
                refusal("", "'boundObjectRef':{}").message());
        assertEquals(
                "Name parameter required.",
                refusal("", "'boundObjectRef':{'kind':'Secret'}").message());
    }

    @Test
    void refusesAnObjectThatWasMadeAnew() {
        create(Kinds.SECRET, "{'metadata':{'name':'s','namespace':'default'}}");

        Status refused =
                refusal(
                        "",
                        "'boundObjectRef':{'kind':'Secret','apiVersion':'v1','name':'s','uid':'old'}");

        assertTrue(
                refused.message()
                        .startsWith(
                                "Operation cannot be fulfilled on Secret \"s\": the UID in the"
                                        + " bound object reference (old) does not match"),
                refused.message());
    }
}
