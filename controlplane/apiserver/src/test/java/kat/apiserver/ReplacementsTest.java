package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a new version of an object must agree with: its address and what is stored.
class ReplacementsTest {

    private static final ObjectKey MAP = new ObjectKey("default", "m");

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;

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
        admin.create(
                Kinds.CONFIG_MAP,
                object("{'metadata':{'name':'m','namespace':'default'}}"),
                WriteOptions.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0} is answered with {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'metadata':{'name':null}} | 400 | the name of the object (m based on URL) was"
                        + " undeterminable: name must be provided",
                "{'metadata':{'name':'x'}} | 400 | the name of the object (x) does not match the"
                        + " name on the URL (m)",
                "{'metadata':{'namespace':'x'}} | 400 | the namespace of the provided object does"
                        + " not match the namespace sent on the request",
                "{'metadata':{'uid':'x'}} | 422 | ConfigMap ''m'' is invalid: metadata.uid: Invalid"
                        + " value: ''x'': field is immutable",
                "{'metadata':{'resourceVersion':'x'}} | 500 | strconv.ParseUint: parsing ''x'':"
                        + " invalid syntax",
                "{'metadata':{'resourceVersion':'1'}} | 409 | Operation cannot be fulfilled on"
                        + " configmaps ''m'': the object has been modified; please apply your"
                        + " changes to the latest version and try again"
            })
    void aPatchMustAgreeWithItsAddressAndWhatIsStored(String patch, int code, String message) {
        Patch merge = new Patch(Patch.MERGE, Json.parse(bytes(patch)), false);
        Status status =
                assertThrows(
                                StatusException.class,
                                () -> admin.patch(Kinds.CONFIG_MAP, MAP, merge, WriteOptions.NONE))
                        .status();
        assertEquals(code, status.code());
        assertEquals(message.replace("''", "\""), status.message());
    }

    @Test
    void aNamespaceToldByAnObjectWithoutOneIsDropped() {
        ObjectKey key = new ObjectKey("", "default");
        Json change = Json.parse(bytes("{'metadata':{'namespace':'x','labels':{'a':'b'}}}"));
        Patch merge = new Patch(Patch.MERGE, change, false);

        KubeObject patched = admin.patch(Kinds.NAMESPACE, key, merge, WriteOptions.NONE).object();

        assertEquals("", patched.namespace());
        assertEquals("b", patched.metadata().object("labels").string("a"));
    }

    @Test
    void aScaleIsMeantForItsObjectOnly() {
        admin.create(
                Kinds.REPLICA_SET,
                object(
                        """
                        {'metadata':{'name':'r','namespace':'default'},'spec':{'replicas':0,
                        'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':
                        {'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}}}
                        """),
                WriteOptions.NONE);
        assertEquals("Conflict", scaleRefused("'name':'r','uid':'x'").reason());
        assertEquals(400, scaleRefused("'name':'r','namespace':'other'").code());
        assertEquals(400, scaleRefused("'name':'other'").code());
    }

    private Status scaleRefused(String metadata) {
        KubeObject scale =
                object(
                        "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{"
                                + metadata
                                + "},'spec':{'replicas':1}}");
        Patch whole = new Patch(Patch.MERGE, scale.tree(), false);
        ObjectKey key = new ObjectKey("default", "r");
        return assertThrows(
                        StatusException.class,
                        () ->
                                admin.patch(
                                        Kinds.REPLICA_SET,
                                        key,
                                        whole,
                                        WriteOptions.NONE.on("scale")))
                .status();
    }

    @Test
    void aReplacementThatNamesAnotherUidIsAConflict() {
        Status status =
                refused(
                        Kinds.CONFIG_MAP,
                        "{'metadata':{'name':'m','namespace':'default','uid':'x'}}");
        assertEquals("Conflict", status.reason());
    }

    @Test
    void someKindsAreMadeByTheirFirstUpdateAndThenWantAVersion() {
        String lease = "{'metadata':{'name':'l','namespace':'default'},'spec':{}}";
        admin.update(Kinds.LEASE, object(lease), WriteOptions.NONE);
        assertEquals(
                "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid"
                        + " value: 0: must be specified for an update",
                refused(Kinds.LEASE, lease).message());
        String other = "{'metadata':{'name':'other','namespace':'default'}}";
        assertEquals("NotFound", refused(Kinds.CONFIG_MAP, other).reason());
    }

    @Test
    void aLabelThatIsNoneIsToldOnceForEachOfKubernetesOwnChecks() {
        Status status =
                refused(
                        Kinds.CONFIG_MAP,
                        "{'metadata':{'name':'m','namespace':'default','labels':{'a':'b c'}}}");
        assertEquals(4, status.details().causes().size());
    }

    private Status refused(Kind kind, String object) {
        return assertThrows(
                        StatusException.class,
                        () -> admin.update(kind, object(object), WriteOptions.NONE))
                .status();
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(bytes(json)));
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
