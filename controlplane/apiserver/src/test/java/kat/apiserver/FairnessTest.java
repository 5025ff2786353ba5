package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchEvent;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fair share as clients see it.
class FairnessTest {

    private static final String GROUP = "flowcontrol.apiserver.k8s.io/v1";
    private static final Kind SCHEMA = Kinds.builtIn().require(GROUP, "FlowSchema");
    private static final Kind LEVEL = Kinds.builtIn().require(GROUP, "PriorityLevelConfiguration");
    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String OF_JANE =
            """
            {"metadata":{"name":"of-jane"},"spec":{"matchingPrecedence":50,
              "priorityLevelConfiguration":{"name":"%s"},"rules":[{
                "subjects":[{"kind":"User","user":{"name":"jane"}}],
                "nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}],
                "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],
                  "clusterScope":true,"namespaces":["*"]}]}]}}
            """;

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
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tellsEveryAnswersSchemaAndLevel() throws Exception {
        admin.create(SCHEMA, ofJane("workload-low"), WriteOptions.NONE);
        KubeObject schema = admin.get(SCHEMA, key("of-jane"));
        String level = admin.get(LEVEL, key("workload-low")).uid();

        assertEquals(schema.uid() + " " + level, headers("/version", "jane"));
        // She may not, and is told so as a member of her flow.
        assertEquals(schema.uid() + " " + level, headers("/api/v1/pods", "jane"));
        assertEquals(
                admin.get(SCHEMA, key("exempt")).uid()
                        + " "
                        + admin.get(LEVEL, key("exempt")).uid(),
                headers("/version", ""));
    }

    @Test
    void tellsASchemaThatItsLevelIsMissing() throws Exception {
        try (WatchStream watch = watch(SCHEMA)) {
            admin.create(SCHEMA, ofJane("nowhere"), WriteOptions.NONE);

            assertNotNull(
                    next(
                            watch,
                            object -> isNamed(object, "of-jane") && isDangling(object, "True")));
        }
        // A schema without a level takes nothing.
        assertEquals(
                admin.get(SCHEMA, key("global-default")).uid()
                        + " "
                        + admin.get(LEVEL, key("global-default")).uid(),
                headers("/version", "jane"));
    }

    @Test
    void bringsBackWhatEveryClusterHas() throws Exception {
        try (WatchStream watch = watch(SCHEMA)) {
            String before = admin.get(SCHEMA, key("catch-all")).uid();
            admin.delete(SCHEMA, key("catch-all"), DeleteOptions.NONE);

            assertNotNull(
                    next(
                            watch,
                            object ->
                                    isNamed(object, "catch-all") && !object.uid().equals(before)));
        }
    }

    @Test
    void keepsTheSpecOfOneThatMustBeAsItIs() throws Exception {
        try (WatchStream watch = watch(LEVEL)) {
            JsonObject shares = JsonObject.of("nominalConcurrencyShares", Json.of(7));
            JsonObject spec = JsonObject.of("spec", JsonObject.of("limited", shares));
            admin.patch(LEVEL, key("workload-low"), Patch.merge(spec), WriteOptions.NONE);

            assertNotNull(next(watch, object -> shares(object) == 7));
            assertNotNull(
                    next(
                            watch,
                            object -> isNamed(object, "workload-low") && shares(object) == 100));
        }
    }

    private static long shares(KubeObject level) {
        return level.tree().at("spec", "limited").integer("nominalConcurrencyShares", 0);
    }

    private static boolean isNamed(KubeObject object, String name) {
        return object.name().equals(name);
    }

    private static boolean isDangling(KubeObject object, String status) {
        return object.tree().object("status").array("conditions").objects().stream()
                .anyMatch(condition -> condition.string("status").equals(status));
    }

    private WatchStream watch(Kind kind) {
        return admin.watch(kind, WatchQuery.after(admin.list(kind, ListQuery.ALL).revision()));
    }

    private static @Nullable KubeObject next(WatchStream watch, Predicate<KubeObject> wanted)
            throws InterruptedException {
        while (true) {
            KubeObject object =
                    switch (watch.next(SOON)) {
                        case WatchEvent.Added added -> added.object();
                        case WatchEvent.Modified modified -> modified.object();
                        case WatchEvent.Deleted deleted -> deleted.object();
                        case null, default -> null;
                    };
            if (object == null || wanted.test(object)) {
                return object;
            }
        }
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("", name);
    }

    private static KubeObject ofJane(String level) {
        return KubeObject.parse(OF_JANE.formatted(level).getBytes(UTF_8));
    }

    /// @param user whom the administrator acts for; empty for nobody else
    /// @return the schema and the level that the answer names
    private String headers(String path, String user) throws Exception {
        JsonObject config = (JsonObject) Json.parse(server.kubeconfig("t", true).getBytes(UTF_8));
        String token = config.array("users").objects().getFirst().object("user").string("token");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.address().resolve(path))
                        .header("Authorization", "Bearer " + token);
        if (!user.isEmpty()) {
            request.header("Impersonate-User", user);
        }
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            var headers =
                    client.send(request.build(), HttpResponse.BodyHandlers.discarding()).headers();
            return headers.firstValue("X-Kubernetes-PF-FlowSchema-UID").orElse("none")
                    + " "
                    + headers.firstValue("X-Kubernetes-PF-PriorityLevel-UID").orElse("none");
        }
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
}
