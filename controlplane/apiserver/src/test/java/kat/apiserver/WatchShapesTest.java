package kat.apiserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.ProtobufObjects;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every event of a watch in every shape and form that it may be asked for.
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchShapesTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String JSON = "application/json";
    private static final String PROTOBUF = Envelope.MEDIA_TYPE;
    private static final String TABLE = ";as=Table;v=v1;g=meta.k8s.io";
    private static final String METADATA = ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    private static final String FROM_ALL =
            "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                    + "&allowWatchBookmarks=true&labelSelector=mine";

    @TempDir Path folder;
    private final MemoryStore store = new MemoryStore();
    private Served served;

    @BeforeEach
    void start() throws Exception {
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        served = new Served(server, new HttpsClient(server));
        var _ = create("m", "1");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private JsonObject create(String name, String text) throws Exception {
        String body =
                """
                {"metadata": {"name": "%s", "labels": {"mine": "1"}}, "data": {"a": "%s"}}
                """
                        .formatted(name, text);
        return tree(served.client().admin("POST", MAPS, body, "Content-Type", JSON).body());
    }

    private void changeAndDelete() throws Exception {
        var _ =
                served.client()
                        .admin(
                                "PATCH",
                                MAPS + "/m",
                                "{\"data\":{\"b\":\"2\"}}",
                                "Content-Type",
                                "application/merge-patch+json");
        var _ = served.client().admin("DELETE", MAPS + "/m", "");
    }

    private static JsonObject tree(String json) {
        return (JsonObject) Json.parse(json.getBytes(UTF_8));
    }

    /// The next event.
    private static JsonObject next(InputStream in, String form) throws Exception {
        if (form.startsWith(PROTOBUF)) {
            return EncodingsTest.event(in);
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return tree(line.toString(UTF_8));
    }

    private static String shown(JsonObject event) {
        JsonObject object = event.object("object");
        boolean ends =
                object.at("metadata", "annotations").has("k8s.io/initial-events-end")
                        || object.toString().contains("k8s.io/initial-events-end");
        return event.string("type")
                + " "
                + object.string("apiVersion")
                + " "
                + object.string("kind")
                + (ends ? " END" : "");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void bareMetadataIsToldOfEveryEvent(String form) throws Exception {
        HttpResponse<InputStream> watch = served.client().open(MAPS + FROM_ALL, form + METADATA);

        try (InputStream in = watch.body()) {
            String kind = " meta.k8s.io/v1 PartialObjectMetadata";
            JsonObject added = next(in, form);
            assertEquals("ADDED" + kind, shown(added));
            assertEquals("m", added.at("object", "metadata").string("name"));
            assertEquals(List.of("apiVersion", "kind", "metadata"), members(added));
            assertEquals("BOOKMARK" + kind + " END", shown(next(in, form)));
            changeAndDelete();
            assertEquals("MODIFIED" + kind, shown(next(in, form)));
            JsonObject deleted = next(in, form);
            assertEquals("DELETED" + kind, shown(deleted));
            assertEquals("m", deleted.at("object", "metadata").string("name"));
        }
    }

    private static List<String> members(JsonObject event) {
        return event.object("object").names().stream().sorted().toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void wholeObjectsAreToldOfEveryEvent(String form) throws Exception {
        HttpResponse<InputStream> watch = served.client().open(MAPS + FROM_ALL, form);

        try (InputStream in = watch.body()) {
            assertEquals("ADDED v1 ConfigMap", shown(next(in, form)));
            assertEquals("BOOKMARK v1 ConfigMap END", shown(next(in, form)));
            changeAndDelete();
            JsonObject modified = next(in, form);
            assertEquals("MODIFIED v1 ConfigMap", shown(modified));
            assertEquals("{\"a\":\"1\",\"b\":\"2\"}", modified.at("object", "data").toString());
            assertEquals("DELETED v1 ConfigMap", shown(next(in, form)));
        }
    }

    @Test
    void aTableTellsItsColumnsInTheFirstFrameOnly() throws Exception {
        HttpResponse<InputStream> watch = served.client().open(MAPS + FROM_ALL, JSON + TABLE);

        try (InputStream in = watch.body()) {
            JsonObject added = next(in, JSON);
            assertEquals("ADDED meta.k8s.io/v1 Table", shown(added));
            assertEquals(3, added.object("object").array("columnDefinitions").size());
            JsonObject row = added.object("object").array("rows").objects().getFirst();
            assertEquals("PartialObjectMetadata", row.object("object").string("kind"));
            assertEquals("BOOKMARK meta.k8s.io/v1 Table END", shown(next(in, JSON)));
            changeAndDelete();
            for (String type : List.of("MODIFIED", "DELETED")) {
                JsonObject event = next(in, JSON);
                assertEquals(type + " meta.k8s.io/v1 Table", shown(event));
                JsonObject table = event.object("object");
                assertEquals("null", String.valueOf(table.get("columnDefinitions")));
                row = table.array("rows").objects().getFirst();
                assertEquals("\"m\"", row.array("cells").get(0).toString());
                assertEquals("2", row.array("cells").get(1).toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                JSON,
                JSON + TABLE,
                JSON + METADATA,
                PROTOBUF,
                PROTOBUF + METADATA,
            })
    void whatEndsAWatchIsAStatusInWhicheverShape(String form) throws Exception {
        String version = create("n", "1").object("metadata").string("resourceVersion");
        changeAndDelete();
        store.compact(store.revision());

        HttpResponse<InputStream> watch =
                served.client().open(MAPS + "?watch=1&resourceVersion=" + version, form);

        try (InputStream in = watch.body()) {
            JsonObject event = next(in, form);
            assertEquals(200, watch.statusCode());
            assertEquals("ERROR v1 Status", shown(event));
            assertEquals(410, event.object("object").integer("code", 0));
            assertEquals("Expired", event.object("object").string("reason"));
            assertEquals(-1, in.read());
        }
    }

    private JsonObject list(String accept) throws Exception {
        HttpResponse<byte[]> answer =
                served.client().bytes(HttpClient.Version.HTTP_2, MAPS, "Accept", accept);
        assertEquals(200, answer.statusCode(), new String(answer.body(), ISO_8859_1));
        return accept.startsWith(PROTOBUF)
                ? decoded(answer.body())
                : (JsonObject) Json.parse(answer.body());
    }

    private static JsonObject decoded(byte[] body) {
        Envelope envelope = Envelope.parse(body);
        return ProtobufObjects.decode(envelope, envelope.versionOr(""), envelope.kindOr(""));
    }

    @Test
    void listsOfBareMetadataAreEqualInBothForms() throws Exception {
        var _ = create("n", "1");
        String shape = METADATA.replace("Metadata;", "MetadataList;");

        JsonObject plain = list(JSON + shape);

        assertEquals("PartialObjectMetadataList", plain.string("kind"));
        JsonArray untyped =
                plain.array("items")
                        .map(each -> ((JsonObject) each).without("apiVersion").without("kind"));
        assertEquals(2, plain.array("items").size());
        assertEquals(
                plain.with("items", untyped),
                list(PROTOBUF + shape),
                "in protobuf items have no kind");
    }
}
