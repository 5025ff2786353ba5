package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.protobuf.Envelope;
import kat.api.protobuf.Messages;
import kat.api.protobuf.ProtobufDecoder;
import kat.api.protobuf.ProtobufObjects;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forms of bodies over HTTPS.
class EncodingsTest {

    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PROTOBUF = Envelope.MEDIA_TYPE;

    @TempDir Path folder;
    private ApiServer server;
    private HttpClient client;
    private String token;

    @BeforeEach
    void start() throws Exception {
        server =
                new ApiServer(
                        ApiServerConfig.local(folder),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        JsonObject config = (JsonObject) Json.parse(server.kubeconfig("t", true).getBytes(UTF_8));
        token = config.array("users").objects().getFirst().object("user").string("token");
        client = HttpClient.newBuilder().sslContext(trusting()).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.close();
    }

    private SSLContext trusting() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private HttpRequest.Builder request(String path, String accept) {
        return HttpRequest.newBuilder(server.address().resolve(path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", accept);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void theVersionOfTheCoreGroupMayBeginWithASlash() throws Exception {
        String map =
                "{\"apiVersion\":\"/v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\"}}";

        HttpResponse<byte[]> answer =
                send(
                        request(MAPS, "application/json")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(map)));

        assertEquals(201, answer.statusCode());
        JsonObject made = (JsonObject) Json.parse(answer.body());
        assertEquals("v1", made.string("apiVersion"));
    }

    private HttpResponse<byte[]> create(String accept, String name, String text) throws Exception {
        String json =
                "{\"apiVersion\":\"v1\",\"data\":{\"text\":\""
                        + text
                        + "\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                        + name
                        + "\"}}";
        byte[] body = ProtobufObjects.encode(json.getBytes(UTF_8));
        assertTrue(body != null);
        return send(
                request(MAPS, accept)
                        .header("Content-Type", PROTOBUF)
                        .POST(BodyPublishers.ofByteArray(body)));
    }

    private static JsonObject decoded(byte[] body) {
        Envelope envelope = Envelope.parse(body);
        return ProtobufObjects.decode(envelope, envelope.versionOr(""), envelope.kindOr(""));
    }

    private static JsonObject json(HttpResponse<byte[]> answer) {
        return (JsonObject) Json.parse(answer.body());
    }

    @Test
    void takesAndGivesAnObjectInProtobuf() throws Exception {
        HttpResponse<byte[]> created = create(PROTOBUF, "m", "x");
        HttpResponse<byte[]> asJson = send(request(MAPS + "/m", "application/json"));
        HttpResponse<byte[]> asProtobuf = send(request(MAPS + "/m", PROTOBUF));

        assertEquals(201, created.statusCode());
        assertEquals(PROTOBUF, created.headers().firstValue("content-type").orElse(""));
        assertEquals("x", json(asJson).object("data").string("text"));
        assertEquals(json(asJson), decoded(created.body()));
        assertEquals(json(asJson), decoded(asProtobuf.body()));
    }

    @Test
    void tellsUsageInJsonToClientsThatWouldLikeProtobufBetter() throws Exception {
        String path = "/apis/metrics.k8s.io/v1beta1";
        assertEquals(404, send(request(path, "application/json")).statusCode());
        server.serveUsage();

        HttpResponse<byte[]> nodes = send(request(path + "/nodes", PROTOBUF + ",application/json"));
        HttpResponse<byte[]> kinds = send(request(path, "application/json"));

        assertEquals("NodeMetricsList", json(nodes).string("kind"));
        assertEquals(
                List.of("nodes", "pods"),
                json(kinds).array("resources").objects().stream()
                        .map(each -> each.string("name"))
                        .toList());
    }

    @Test
    void listsInProtobuf() throws Exception {
        create(PROTOBUF, "a", "1");
        create(PROTOBUF, "b", "2");

        JsonObject page = decoded(send(request(MAPS + "?limit=1", PROTOBUF)).body());
        JsonObject all = decoded(send(request(MAPS, PROTOBUF)).body());

        assertEquals(json(send(request(MAPS, "application/json"))), all);
        assertEquals(1, page.object("metadata").integer("remainingItemCount", 0));
        assertEquals(1, page.array("items").size());
    }

    @Test
    void discoversInProtobuf() throws Exception {
        String aggregated = ";as=APIGroupDiscoveryList;g=apidiscovery.k8s.io;v=v2";
        for (String path : List.of("/api", "/api/v1", "/apis", "/apis/apps", "/apis/apps/v1")) {
            JsonObject plain = json(send(request(path, "application/json")));
            JsonObject told = decoded(send(request(path, PROTOBUF)).body());

            assertEquals(plain.string("kind"), told.string("kind"));
            assertEquals(plain.array("resources").size(), told.array("resources").size());
            assertEquals(plain.array("groups").size(), told.array("groups").size());
        }
        JsonObject plain = json(send(request("/apis", "application/json" + aggregated)));

        assertEquals(plain, decoded(send(request("/apis", PROTOBUF + aggregated)).body()));
    }

    @Test
    void theOldOpenApiHasAFormInProtobuf() throws Exception {
        String asked = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
        HttpResponse<byte[]> answer = send(request("/openapi/v2", asked));

        assertEquals(
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
                answer.headers().firstValue("content-type").orElse(""));
        String end = new String(answer.body(), answer.body().length - 5, 5, UTF_8);
        assertEquals("\n\u00032.0", end, "the field swagger, which comes last by its name");
        assertEquals("2.0", json(send(request("/openapi/v2", "*/*"))).string("swagger"));
        assertEquals(406, send(request("/openapi/v2", "text/plain")).statusCode());
    }

    @Test
    void deletesAsOptionsInProtobufSay() throws Exception {
        create(PROTOBUF, "a", "1");
        String options =
                "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\",\"preconditions\":"
                        + "{\"uid\":\"other\"}}";
        byte[] body = ProtobufObjects.encode(options.getBytes(UTF_8));
        assertTrue(body != null);

        HttpResponse<byte[]> refused =
                send(
                        request(MAPS + "/a", PROTOBUF)
                                .header("Content-Type", PROTOBUF)
                                .method("DELETE", BodyPublishers.ofByteArray(body)));

        assertEquals(409, refused.statusCode());
        assertEquals("Conflict", decoded(refused.body()).string("reason"));
    }

    @Test
    void watchesInFramesWithTheirLengthInFront() throws Exception {
        create(PROTOBUF, "a", "1");
        HttpResponse<InputStream> stream =
                client.send(
                        request(MAPS + "?watch=true", PROTOBUF + ";stream=watch").build(),
                        BodyHandlers.ofInputStream());

        try (InputStream in = stream.body()) {
            JsonObject event = event(in);

            assertEquals(
                    PROTOBUF + ";stream=watch",
                    stream.headers().firstValue("content-type").orElse(""));
            assertEquals("ADDED", event.string("type"));

            create(PROTOBUF, "b", "2");
            JsonObject later = event(in);
            assertEquals("b", later.object("object").object("metadata").string("name"));
        }
    }

    /// The next event of a watch in protobuf.
    static JsonObject event(InputStream in) throws IOException {
        int length = ByteBuffer.wrap(in.readNBytes(4)).getInt();
        byte[] frame = in.readNBytes(length);
        // The object is protobuf in bytes that elsewhere hold JSON, so the type is read alone.
        int typeEnd = 2 + frame[1];
        byte[] type = Arrays.copyOf(frame, typeEnd);
        JsonObject event = ProtobufDecoder.decode(Messages.builtIn().meta("WatchEvent"), type);
        int magic =
                new String(frame, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("k8s\0");
        JsonObject object = decoded(Arrays.copyOfRange(frame, magic, frame.length));
        return event.with("object", object);
    }

    @Test
    void marksTheEndOfWhatExistedInTheShapeThatIsWatched() throws Exception {
        create(PROTOBUF, "a", "1");
        String path =
                MAPS
                        + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        + "&allowWatchBookmarks=true&fieldSelector=metadata.name%3Da";
        String shape = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        HttpResponse<InputStream> stream =
                client.send(request(path, shape).build(), BodyHandlers.ofInputStream());

        try (BufferedReader in = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
            JsonObject added = (JsonObject) Json.parse(in.readLine().getBytes(UTF_8));
            JsonObject end = (JsonObject) Json.parse(in.readLine().getBytes(UTF_8));

            assertEquals("ADDED", added.string("type"));
            assertEquals("BOOKMARK", end.string("type"));
            assertEquals("PartialObjectMetadata", end.object("object").string("kind"));
            assertEquals(
                    "true",
                    end.at("object", "metadata", "annotations")
                            .string("k8s.io/initial-events-end"));
        }
    }

    @Test
    void takesJsonWithTabsForYaml() throws Exception {
        String patch =
                "\n\t{\"apiVersion\":\"v1\",\n\t\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"y\",}}";
        HttpResponse<byte[]> applied =
                send(
                        request(MAPS + "/y?fieldManager=me", "application/json")
                                .header("Content-Type", "application/apply-patch+yaml")
                                .method("PATCH", BodyPublishers.ofString(patch)));

        assertEquals(201, applied.statusCode());
    }

    @Test
    void tellsRefusalsInProtobufToWhoReadsIt() throws Exception {
        HttpResponse<byte[]> asJson = send(request(MAPS + "/absent", "application/json"));
        HttpResponse<byte[]> asProtobuf = send(request(MAPS + "/absent", PROTOBUF));

        assertEquals(404, asProtobuf.statusCode());
        assertEquals(PROTOBUF, asProtobuf.headers().firstValue("content-type").orElse(""));
        assertEquals("Status", Envelope.parse(asProtobuf.body()).kindOr(""));
        assertEquals(json(asJson), decoded(asProtobuf.body()));
    }

    @Test
    void answersPatchesOfScaleAndStatusInProtobuf() throws Exception {
        String sets = "/apis/apps/v1/namespaces/default/replicasets";
        String made =
                "{\"metadata\":{\"name\":\"r\"},\"spec\":{\"replicas\":1,\"selector\":"
                        + "{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":"
                        + "{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}";
        HttpResponse<byte[]> created =
                send(
                        request(sets, "application/json")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(made)));
        assertEquals(201, created.statusCode());

        JsonObject scale =
                patched(sets + "/r/scale", "merge-patch", "{\"spec\":{\"replicas\":3}}", "Scale");
        JsonObject told =
                patched(
                        sets + "/r/status",
                        "strategic-merge-patch",
                        "{\"status\":{\"replicas\":2}}",
                        "ReplicaSet");

        assertEquals(3, scale.object("spec").integer("replicas", 0));
        assertEquals("a=b", scale.object("status").string("selector"));
        assertEquals(3, told.object("spec").integer("replicas", 0));
        assertEquals(2, told.object("status").integer("replicas", 0));
    }

    private JsonObject patched(String path, String form, String patch, String kind)
            throws Exception {
        HttpResponse<byte[]> answer =
                send(
                        request(path, PROTOBUF)
                                .header("Content-Type", "application/" + form + "+json")
                                .method("PATCH", BodyPublishers.ofString(patch)));
        assertEquals(200, answer.statusCode(), path);
        assertEquals(kind, Envelope.parse(answer.body()).kindOr(""));
        return decoded(answer.body());
    }

    @Test
    void refusesProtobufThatIsNone() throws Exception {
        HttpResponse<byte[]> refused =
                send(
                        request(MAPS, "application/json")
                                .header("Content-Type", PROTOBUF)
                                .POST(BodyPublishers.ofString("{}")));

        assertEquals(400, refused.statusCode());
        assertEquals(
                "the object provided is unrecognized (must be of type ConfigMap): provided data"
                        + " does not appear to be a protobuf message, expected prefix"
                        + " [107 56 115 0] ({})",
                json(refused).string("message"));
    }

    @Test
    void saysWhichFormsThereAre() throws Exception {
        HttpResponse<byte[]> xml = send(request(MAPS + "/m", "application/xml"));
        HttpResponse<byte[]> table = send(request(MAPS, PROTOBUF + ";as=Table;v=v1;g=meta.k8s.io"));

        assertEquals(406, xml.statusCode());
        assertEquals(406, table.statusCode());
        assertEquals(
                "only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf",
                json(table).string("message"));
    }

    @Test
    void sparesClientsOfThisMachineTheCompression() throws Exception {
        create(PROTOBUF, "large", "x".repeat(200_000));

        HttpResponse<byte[]> answer =
                send(request(MAPS, "application/json").header("Accept-Encoding", "gzip"));

        assertEquals(List.of(), answer.headers().allValues("content-encoding"));
    }

    @Test
    void refusesATimeoutThatIsNoDuration() throws Exception {
        HttpResponse<byte[]> refused = send(request(MAPS + "?timeout=soon", "application/json"));

        assertEquals(400, refused.statusCode());
        assertEquals(
                "invalid timeout specified in the request URL - time: invalid duration \"soon\"",
                json(refused).string("message"));
    }

    @Test
    void tellsItsHealthCheckByCheck() throws Exception {
        String told =
                new String(
                        send(request("/readyz?verbose&exclude=etcd&exclude=x", "*/*")).body(),
                        UTF_8);

        assertTrue(told.startsWith("[+]ping ok\n"), told);
        assertTrue(told.contains("[+]etcd excluded: ok\n"), told);
        assertTrue(told.endsWith("no matches for \"x\"\nreadyz check passed\n"), told);
    }

    @Test
    void countsRequests() throws Exception {
        create(PROTOBUF, "a", "1");

        String metrics = new String(send(request("/metrics", "*/*")).body(), UTF_8);

        assertTrue(
                metrics.contains(
                        "apiserver_request_total{code=\"201\",component=\"apiserver\","
                                + "dry_run=\"\",group=\"\",resource=\"configmaps\","
                                + "scope=\"namespace\",subresource=\"\",verb=\"POST\","
                                + "version=\"v1\"} 1\n"),
                metrics);
        String labels =
                "component=\"apiserver\",group=\"\",resource=\"configmaps\",scope=\"namespace\","
                        + "subresource=\"\",verb=\"POST\",version=\"v1\"";
        String judged = "apiserver_request_sli_duration_seconds_";
        assertTrue(metrics.contains(judged + "bucket{" + labels + ",le=\"0.05\"} "), metrics);
        assertFalse(metrics.contains(judged + "bucket{" + labels + ",le=\"0.005\"} "), metrics);
        assertTrue(metrics.contains(judged + "count{" + labels + "} 1\n"), metrics);
        assertTrue(metrics.contains("apiserver_storage_objects{resource=\"configmaps\"} "));
    }

    /// Who scrapes refuses a page that tells a series twice.
    @Test
    void tellsEachSeriesOnce() throws Exception {
        create(PROTOBUF, "a", "1");
        HttpRequest.Builder dry =
                request(MAPS + "?dryRun=All", "application/json")
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString("{\"metadata\":{\"name\":\"b\"}}"));
        assertEquals(201, send(dry).statusCode());

        String metrics = new String(send(request("/metrics", "*/*")).body(), UTF_8);

        List<String> series =
                metrics.lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.substring(0, line.lastIndexOf(' ')))
                        .toList();
        assertEquals(series.stream().distinct().toList(), series);
    }
}
