package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.config.ServerOptions;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The audit log as a kube-apiserver 1.36.3 writes it for the same requests.
class AuditTest {

    private static final String POLICY =
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            rules:
            - level: None
              users: [quiet]
            - level: RequestResponse
              resources:
              - {group: "", resources: [configmaps, pods, pods/exec]}
            - level: Metadata
            """;
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String ADMIN =
            "\"user\":{\"username\":\"kubernetes-admin\","
                    + "\"groups\":[\"system:masters\",\"system:authenticated\"]},"
                    + "\"sourceIPs\":[\"127.0.0.1\"],\"userAgent\":\"test-agent\",";
    private static final String ALLOWED =
            ",\"annotations\":{\"authorization.k8s.io/decision\":\"allow\","
                    + "\"authorization.k8s.io/reason\":\"\"}}";

    @TempDir Path folder;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        ServerOptions options =
                ServerOptions.NONE.with(
                        JsonObject.of(
                                "audit-policy-file", Json.of(policy.toString()),
                                "audit-log-path", Json.of(log().toString())));
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki"))
                                .guardedBy(ServerGuards.of(options)),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        client = new HttpsClient(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private Path log() {
        return folder.resolve("audit.log");
    }

    private void admin(String method, String path, String body, String... headers)
            throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "User-Agent";
        all[1] = "test-agent";
        System.arraycopy(headers, 0, all, 2, headers.length);
        client.admin(method, path, body, all);
    }

    /// The lines of a request, without what differs each time.
    private List<String> lines(String uri) throws Exception {
        return Files.readAllLines(log()).stream()
                .filter(line -> line.contains("\"requestURI\":\"" + uri + "\""))
                .map(
                        line ->
                                line.replaceAll("\"auditID\":\"[^\"]*\"", "\"auditID\":\"ID\"")
                                        .replaceAll("T[0-9:.]{8,15}Z\"", "TZ\"")
                                        .replaceAll("\"[0-9-]{10}TZ\"", "\"T\"")
                                        .replaceAll("\"uid\":\"[^\"]*\"", "\"uid\":\"U\"")
                                        .replaceAll("Version\":\"[0-9]+\"", "Version\":\"N\""))
                .toList();
    }

    private static JsonObject parsed(String json) {
        return (JsonObject) Json.parse(json.getBytes(UTF_8));
    }

    private static String head(String level, String stage, String uri, String verb) {
        return "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\""
                + level
                + "\",\"auditID\":\"ID\",\"stage\":\""
                + stage
                + "\",\"requestURI\":\""
                + uri
                + "\",\"verb\":\""
                + verb
                + "\",";
    }

    private static final String TIMES =
            "\"requestReceivedTimestamp\":\"T\",\"stageTimestamp\":\"T\"";

    @Test
    void tellsAWriteWithBothBodies() throws Exception {
        admin(
                "POST",
                MAPS,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"one\"},"
                        + "\"data\":{\"a\":\"b<&>\"}}",
                "Content-Type",
                "application/json");

        String place = "\"resource\":\"configmaps\",\"namespace\":\"default\"";
        String data = "\"data\":{\"a\":\"b\\u003c\\u0026\\u003e\"}}";
        assertEquals(
                List.of(
                        head("RequestResponse", "RequestReceived", MAPS, "create")
                                + ADMIN
                                + "\"objectRef\":{"
                                + place
                                + ",\"apiVersion\":\"v1\"},"
                                + TIMES
                                + "}",
                        head("RequestResponse", "ResponseComplete", MAPS, "create")
                                + ADMIN
                                + "\"objectRef\":{"
                                + place
                                + ",\"name\":\"one\",\"apiVersion\":\"v1\"},"
                                + "\"responseStatus\":{\"metadata\":{},\"code\":201},"
                                + "\"requestObject\":{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
                                + "\"metadata\":{\"name\":\"one\"},"
                                + data
                                + ",\"responseObject\":{\"kind\":\"ConfigMap\",\"apiVersion\":"
                                + "\"v1\",\"metadata\":{\"creationTimestamp\":\"T\","
                                + "\"managedFields\":[{\"apiVersion\":\"v1\",\"fieldsType\":"
                                + "\"FieldsV1\",\"fieldsV1\":{\"f:data\":{\".\":{},\"f:a\":{}}},"
                                + "\"manager\":\"test-agent\",\"operation\":\"Update\",\"time\":"
                                + "\"T\"}],\"name\":\"one\",\"namespace\":\"default\","
                                + "\"resourceVersion\":\"N\",\"uid\":\"U\"},"
                                + data
                                + ","
                                + TIMES
                                + ALLOWED),
                lines(MAPS));
    }

    @Test
    void neverTellsBodiesAtMetadata() throws Exception {
        String secrets = "/api/v1/namespaces/default/secrets";
        admin(
                "POST",
                secrets,
                "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"a\":\"topsecret\"}}",
                "Content-Type",
                "application/json");
        admin("GET", secrets + "/s", "");
        admin("GET", secrets, "");

        String all = Files.readString(log());
        assertTrue(all.contains("\"name\":\"s\""));
        assertFalse(all.contains("topsecret") || all.contains("dG9wc2VjcmV0"), all);
        assertEquals(2, lines(secrets + "/s").size());
    }

    @Test
    void tellsRefusalsWithTheirStatus() throws Exception {
        admin("GET", MAPS + "/none", "");

        String status =
                "\"metadata\":{},\"status\":\"Failure\",\"message\":\"configmaps \\\"none\\\" not"
                        + " found\",\"reason\":\"NotFound\",\"details\":{\"name\":\"none\","
                        + "\"kind\":\"configmaps\"},\"code\":404}";
        assertEquals(
                head("RequestResponse", "ResponseComplete", MAPS + "/none", "get")
                        + ADMIN
                        + "\"objectRef\":{\"resource\":\"configmaps\",\"namespace\":\"default\","
                        + "\"name\":\"none\",\"apiVersion\":\"v1\"},\"responseStatus\":{"
                        + status
                        + ",\"responseObject\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
                        + status
                        + ","
                        + TIMES
                        + ALLOWED,
                lines(MAPS + "/none").getLast());
    }

    @Test
    void tellsWhoWasTurnedAwayInOneEvent() throws Exception {
        client.send("GET", "/version", "", "Authorization", "Bearer x", "User-Agent", "a");

        assertEquals(
                List.of(
                        head("Metadata", "ResponseStarted", "/version", "get")
                                + "\"user\":{},\"sourceIPs\":[\"127.0.0.1\"],\"userAgent\":\"a\","
                                + "\"responseStatus\":{\"metadata\":{},\"status\":\"Failure\","
                                + "\"message\":\"Unauthorized\",\"reason\":\"Unauthorized\","
                                + "\"code\":401},"
                                + TIMES
                                + "}"),
                lines("/version"));
    }

    @Test
    void tellsInWhoseNameAndThroughWhomARequestCame() throws Exception {
        var answer =
                client.admin(
                        "GET",
                        "/api/v1/pods",
                        "",
                        "Audit-ID",
                        "my-own-id",
                        "Impersonate-User",
                        "carl",
                        "Impersonate-Extra-Foo",
                        "bar",
                        "X-Forwarded-For",
                        "1.2.3.4, nonsense, 5.6.7.8",
                        "X-Real-Ip",
                        "9.9.9.9");

        String last = lines("/api/v1/pods").getLast();
        assertEquals("my-own-id", answer.headers().firstValue("Audit-Id").orElseThrow());
        assertTrue(Files.readString(log()).contains("\"auditID\":\"my-own-id\""));
        assertTrue(
                last.contains(
                        "\"impersonatedUser\":{\"username\":\"carl\",\"groups\":"
                                + "[\"system:authenticated\"],\"extra\":{\"foo\":[\"bar\"]}},"
                                + "\"sourceIPs\":[\"1.2.3.4\",\"5.6.7.8\",\"9.9.9.9\","
                                + "\"127.0.0.1\"]"),
                last);
        assertTrue(
                last.endsWith(
                        "\"annotations\":{\"authorization.k8s.io/decision\":\"forbid\","
                                + "\"authorization.k8s.io/reason\":\"\"}}"),
                last);
    }

    @Test
    void tellsAWatchWhenItBeginsAndWhenItEnds() throws Exception {
        String watch = MAPS + "?watch=1&timeoutSeconds=1";
        admin("GET", watch, "");

        // The end of the stream may reach the client before the server knows that it was sent.
        server.close();
        assertEquals(
                List.of("RequestReceived", "ResponseStarted", "ResponseComplete"),
                lines(watch.replace("&", "\\u0026")).stream()
                        .map(line -> parsed(line).string("stage"))
                        .toList());
    }

    @Test
    void tellsOptionsOfADeletionAndPatches() throws Exception {
        String one = MAPS + "/kube-root-ca.crt";
        String json = "application/json";
        admin("POST", MAPS, "{\"metadata\":{\"name\":\"x\"}}", "Content-Type", json);
        String patch = "application/merge-patch+json";
        admin("PATCH", MAPS + "/x", "{\"data\": {\"c\": \"d\"}}", "Content-Type", patch);
        String options = "{\"propagationPolicy\":\"Background\"}";
        admin("DELETE", MAPS + "/x", options, "Content-Type", json);

        List<String> lines = lines(MAPS + "/x");
        assertTrue(lines.get(1).contains("\"requestObject\":{\"data\":{\"c\":\"d\"}}"));
        assertTrue(
                lines.get(3)
                        .contains(
                                "\"requestObject\":{\"kind\":\"DeleteOptions\",\"apiVersion\":"
                                        + "\"meta.k8s.io/__internal\",\"propagationPolicy\":"
                                        + "\"Background\"}"),
                lines.get(3));
        assertTrue(
                lines.get(3)
                        .contains(
                                "\"responseStatus\":{\"metadata\":{},\"status\":\"Success\","
                                        + "\"details\":{\"name\":\"x\",\"kind\":\"configmaps\","
                                        + "\"uid\":\"U\"},\"code\":200}"),
                lines.get(3));
        assertEquals(List.of(), lines(one));
    }

    @Test
    void tellsWhatPodSecurityFound() throws Exception {
        String label = "pod-security.kubernetes.io/audit";
        admin(
                "PATCH",
                "/api/v1/namespaces/default",
                "{\"metadata\":{\"labels\":{\"" + label + "\":\"baseline\"}}}",
                "Content-Type",
                "application/merge-patch+json");
        admin(
                "POST",
                "/api/v1/namespaces/default/serviceaccounts",
                "{\"metadata\":{\"name\":\"default\"}}",
                "Content-Type",
                "application/json");
        String pods = "/api/v1/namespaces/default/pods";
        admin(
                "POST",
                pods,
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"hostNetwork\":true,"
                        + "\"containers\":[{\"name\":\"a\",\"image\":\"b\"}]}}",
                "Content-Type",
                "application/json");

        JsonObject event = parsed(lines(pods).getLast());
        assertEquals(
                new TreeMap<>(
                        Map.of(
                                "authorization.k8s.io/decision",
                                "allow",
                                "authorization.k8s.io/reason",
                                "",
                                "pod-security.kubernetes.io/audit-violations",
                                "would violate PodSecurity \"baseline:latest\": host namespaces"
                                        + " (hostNetwork=true)",
                                "pod-security.kubernetes.io/enforce-policy",
                                "privileged:latest")),
                new TreeMap<>(event.object("annotations").strings()));
    }

    @Test
    void tellsWhatComponentsInThisProcessDo() throws Exception {
        var transport = server.transport(User.component("system:kat"));
        transport.create(
                Kinds.CONFIG_MAP,
                new KubeObject(
                        parsed("{\"metadata\":{\"name\":\"in\",\"namespace\":\"default\"}}")),
                WriteOptions.NONE);

        JsonObject event = parsed(lines(MAPS).getLast());
        assertEquals("system:kat", event.object("user").string("username"));
        assertEquals(201, event.object("responseStatus").integer("code", 0));
        assertEquals("in", event.object("objectRef").string("name"));
    }

    @Test
    void countsWhatItTells() throws Exception {
        String metrics = client.admin("GET", "/metrics", "").body();

        assertTrue(metrics.contains("\napiserver_audit_event_total "), metrics);
        assertTrue(metrics.contains("\napiserver_audit_error_total{plugin=\"log\"} 0\n"), metrics);
        assertTrue(metrics.contains("apiserver_audit_level_total{level=\"Metadata\"} "), metrics);
    }

    @Test
    void requestsGoOnWhenTheLogCannotBeWritten() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "needs a device that is always full");
        server.close();
        client.close();
        Path policy = folder.resolve("policy.yaml");
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki"))
                                .guardedBy(
                                        ServerGuards.of(
                                                ServerOptions.NONE.with(
                                                        JsonObject.of(
                                                                "audit-policy-file",
                                                                Json.of(policy.toString()),
                                                                "audit-log-path",
                                                                Json.of(full.toString()))))),
                        new MemoryStore(),
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        client = new HttpsClient(server);

        assertEquals(200, client.admin("GET", "/version", "").statusCode());
        String metrics = client.admin("GET", "/metrics", "").body();
        assertFalse(metrics.contains("\napiserver_audit_error_total{plugin=\"log\"} 0\n"), metrics);
    }
}
