package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.Cause;
import kat.store.MemoryStore;
import kat.store.Transaction;
import kat.store.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks that are named by their Service.
class ServiceWebhookTest {

    private static final String CALLED =
            "500 Internal error occurred: failed calling webhook \"by.example.org\": failed to call"
                    + " webhook: Post \"https://hook.default.svc:%s%s?timeout=10s\": ";

    @TempDir Path folder;
    private final MemoryStore store = new MemoryStore();
    private HttpsHook hook;
    private ApiServer server;
    private Transport admin;

    @BeforeEach
    void start() throws Exception {
        hook = new HttpsHook(folder.resolve("hook"));
        for (String path : List.of("/", "/judge")) {
            hook.answer(path, _ -> JsonObject.of("allowed", Json.of(true)));
        }
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("server")),
                        store,
                        new SystemTicker(),
                        Randomness.system());
        server.start();
        admin = server.transport(User.of("alice", List.of("system:masters")));
    }

    @AfterEach
    void stop() {
        server.close();
        hook.close();
    }

    private void create(Kind kind, String yaml) {
        var unused =
                admin.create(
                        kind, new KubeObject((JsonObject) Yaml.parse(yaml)), WriteOptions.NONE);
    }

    /// Stands for the endpoints controller; the API would refuse the address of this machine.
    private void put(String ports, String conditions) {
        String slice =
                "{metadata: {name: hook-1, namespace: default, uid: u, labels:"
                        + " {kubernetes.io/service-name: hook}}, addressType: IPv4, endpoints:"
                        + " [{addresses: [127.0.0.1], conditions: {%s}}], ports: [%s]}"
                                .formatted(conditions, ports.replace("HOOK", hook.port() + ""));
        var unused =
                store.commit(
                        Transaction.put(
                                "/registry/endpointslices.discovery.k8s.io/default/hook-1",
                                0,
                                Value.of(Yaml.parse(slice).toString().getBytes(UTF_8)),
                                new Cause("test", 0)));
    }

    /// Ports of the Service and of its slice, whether the endpoint is ready, what the webhook says
    /// of the Service, and what comes of it.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{port: 443} | {name: ``, port: HOOK} | true | `` | done",
                "{port: 443} | {name: ``, port: HOOK} | true | , path: /judge | done",
                "{port: 8443} | {name: ``, port: HOOK} | true | , port: 8443 | done",
                "{name: a, port: 80}, {name: b, port: 443} | {name: a, port: 1}, {name: b, port: HOOK} |"
                        + " true | `` | done",
                "{port: 80} | {name: ``, port: HOOK} | true | `` | no service port 443 found for service"
                        + " \"hook\"",
                "{port: 443} | {name: ``, port: HOOK} | false | `` | no endpoints available for service"
                        + " \"hook\"",
                "{port: 443} | {name: other, port: HOOK} | true | , path: /judge | no endpoints available"
                        + " for service \"hook\"",
            })
    void areFoundBehindTheirPort(
            String ports, String endpoints, boolean ready, String more, String then) {
        create(
                Kinds.SERVICE,
                "{metadata: {name: hook, namespace: default}, spec: {clusterIP: None, ports: [%s]}}"
                        .formatted(ports));
        put(endpoints.replace("``", "''"), "ready: " + ready);

        assertEquals(expected(then, more), outcome(more));
    }

    @ParameterizedTest
    @CsvSource({"'', service \"hook\" not found"})
    void needTheirService(String more, String then) {
        assertEquals(expected(then, more), outcome(more));
    }

    private static String expected(String then, String more) {
        if (then.equals("done")) {
            return then;
        }
        String port = more.contains("port: ") ? more.replaceAll("\\D", "") : "443";
        return CALLED.formatted(port, more.contains("path: ") ? "/judge" : "/") + then;
    }

    private String outcome(String more) {
        create(
                Kinds.VALIDATING_WEBHOOKS,
                "{metadata: {name: by}, webhooks: [{name: by.example.org, clientConfig: {caBundle: %s,"
                                .formatted(hook.authority())
                        + " service: {name: hook, namespace: default"
                        + more
                        + "}}, rules: [{apiGroups: [''], apiVersions: [v1], resources: [configmaps],"
                        + " operations: [CREATE]}], sideEffects: None, admissionReviewVersions: [v1]}]}");
        try {
            create(Kinds.CONFIG_MAP, "{metadata: {name: a, namespace: default}}");
            return "done";
        } catch (StatusException e) {
            return e.status().code() + " " + e.status().message();
        }
    }
}
