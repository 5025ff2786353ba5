package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.app.addons.AddonPrograms;
import kat.app.addons.ProgramFolders;
import kat.app.addons.TrialProgram;
import kat.base.Deadline;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.client.addon.Program;
import kat.client.addon.ProgramContext;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs of add-ons in a server without nodes: begun, changed, failed and ended by
/// ConfigMaps.
class AddonProgramsTest {

    private static final ObjectKey TRIAL = ObjectKey.of("kat-system", "trial");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Ticker ticker = new SystemTicker();
    @TempDir private Path folder;
    private ApiServer server;
    private Transport admin;
    private AddonPrograms programs;

    @BeforeEach
    void start() throws Exception {
        writeJar(Files.createDirectories(folder.resolve("programs/trial")).resolve("trial.jar"));
        server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki")),
                        new MemoryStore(),
                        ticker,
                        Randomness.system());
        server.start();
        admin = server.transport(User.component("test"));
        programs =
                new AddonPlace(
                                new ProgramFolders(folder.resolve("programs")),
                                folder.resolve("data"),
                                null,
                                "127.0.0.1",
                                Randomness.seeded(1))
                        .programs(server, ticker);
        programs.start();
        create(
                """
                {apiVersion: v1, kind: Namespace, metadata: {name: kat-system}}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: trial, namespace: kat-system}
                ---
                {apiVersion: v1, kind: ConfigMap, metadata: {name: trial, namespace: default}}
                """);
    }

    @AfterEach
    void stop() throws Exception {
        programs.stop();
        server.close();
    }

    private void allow() {
        create(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: trial}
                rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, patch]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: trial}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: trial}
                subjects:
                - {kind: ServiceAccount, name: trial, namespace: kat-system}
                - {kind: ServiceAccount, name: slow, namespace: kat-system}
                """);
    }

    private void switchOn(String name, String data) {
        create(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %s, namespace: kat-system, labels: {kat.dev/addon: %s}}
                data: %s
                """
                        .formatted(name, name, data));
    }

    @Test
    void aProgramRunsWhileItsConfigMapIsThere() throws Exception {
        allow();
        switchOn("trial", "{word: one}");

        awaitSaid("begun one by add-on trial");
        awaitState("trial", "running");
        admin.delete(Kinds.CONFIG_MAP, TRIAL, DeleteOptions.NONE);
        awaitSaid("ended");
    }

    @Test
    void newSettingsStartItAnew() throws Exception {
        allow();
        switchOn("trial", "{word: one}");
        awaitSaid("begun one by add-on trial");

        change(Json.of("two"), "data", "word");

        awaitSaid("begun two by add-on trial");
    }

    @Test
    void itMayDoWhatItsAccountMay() throws Exception {
        switchOn("trial", "{}");

        String state = awaitState("trial", "failed: ");
        assertTrue(
                state.contains(
                        "User \"system:serviceaccount:kat-system:trial\" cannot get resource"),
                state);
        allow();
        awaitSaid("begun  by add-on trial");
    }

    @Test
    void aProgramThatFailsIsToldOfAndStartedAgainBesideOthers() throws Exception {
        allow();
        for (String fault : new String[] {"exception", "error", "return"}) {
            Path copy = Files.createDirectories(folder.resolve("programs/" + fault));
            writeJar(copy.resolve("p.jar"));
            switchOn(fault, "{fault: " + fault + "}");
        }
        switchOn("trial", "{word: well}");

        awaitLaterFailure("exception", "the setting says so");
        awaitLaterFailure("error", "java.lang.NoClassDefFoundError: org/example/Missing");
        awaitLaterFailure("return", "it ended by itself");
        awaitSaid("begun well by add-on trial");
        until(
                "an Event of the failure",
                () ->
                        admin.list(Kinds.EVENT, ListQuery.in("kat-system")).items().stream()
                                .map(event -> event.tree().string("message"))
                                .anyMatch(message -> message.startsWith("failed: the setting")));
    }

    @Test
    void whatCannotRunIsToldOnItsConfigMap() throws Exception {
        switchOn("absent", "{}");
        Path empty = Files.createDirectories(folder.resolve("programs/empty"));
        Files.write(empty.resolve("broken.jar"), new byte[] {1, 2, 3});
        switchOn("empty", "{}");

        awaitState("absent", "failed: this KAT has no program for the add-on absent");
        awaitState("empty", "failed: the jars of the add-on empty hold 0 programs, not 1");
    }

    @Test
    void itsFolderOutlivesItUnlessTheConfigMapSaysOtherwise() throws Exception {
        allow();
        Path starts = folder.resolve("data/trial/starts");
        switchOn("trial", "{}");
        awaitSaid("begun  by add-on trial");
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(starts.getParent())));
        admin.delete(Kinds.CONFIG_MAP, TRIAL, DeleteOptions.NONE);
        awaitSaid("ended");

        switchOn("trial", "{}");
        until("a second start", () -> Files.readString(starts).equals("++"));
        change(Json.of("true"), "metadata", "annotations", "kat.dev/delete-data");
        admin.delete(Kinds.CONFIG_MAP, TRIAL, DeleteOptions.NONE);

        until("its folder is gone", () -> Files.notExists(starts.getParent()));
    }

    @Test
    void dataAreDeletedAlsoWhereTheConfigMapIsBackBeforeTheServerLooks() throws Exception {
        allow();
        writeJar(Files.createDirectories(folder.resolve("programs/slow")).resolve("p.jar"));
        switchOn("slow", "{fault: slow}");
        awaitSaid("begun  by add-on slow");
        switchOn("trial", "{}");
        awaitSaid("begun  by add-on trial");
        Path old = Files.createFile(folder.resolve("data/trial/old"));
        admin.delete(Kinds.CONFIG_MAP, ObjectKey.of("kat-system", "slow"), DeleteOptions.NONE);
        awaitSaid("ending");

        change(Json.of("true"), "metadata", "annotations", "kat.dev/delete-data");
        admin.delete(Kinds.CONFIG_MAP, TRIAL, DeleteOptions.NONE);
        switchOn("trial", "{}");
        Files.createFile(folder.resolve("data/slow/go"));

        until("its data are gone", () -> Files.notExists(old));
        awaitSaid("begun  by add-on trial");
        assertEquals("+", Files.readString(old.resolveSibling("starts")));
    }

    @Test
    void aSuccessorWaitsForAProgramThatTakesLongToEnd() throws Exception {
        allow();
        switchOn("trial", "{word: one, fault: slow}");
        awaitSaid("begun one by add-on trial");

        change(Json.of("two"), "data", "word");
        awaitState("trial", "failed: the program before it does not end");
        assertEquals("+", Files.readString(folder.resolve("data/trial/starts")));
        Files.createFile(folder.resolve("data/trial/go"));

        awaitSaid("begun two by add-on trial");
    }

    @Test
    void aLabelThatIsMendedStartsTheProgram() throws Exception {
        allow();
        create(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: trial, namespace: kat-system, labels: {kat.dev/addon: other}}
                """);
        awaitState("trial", "failed: a ConfigMap with the label kat.dev/addon: other");

        change(Json.of("trial"), "metadata", "labels", "kat.dev/addon");

        awaitSaid("begun  by add-on trial");
    }

    @Test
    void itsTokensSignInOverHttps() throws Exception {
        ProgramContext.Server https = new AddonAccounts(server, ticker).server("trial");
        try (HttpClient client = HttpClient.newBuilder().sslContext(https.tls()).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(https.address().resolve("/api/v1/pods"))
                            .header("authorization", "Bearer " + https.token().get())
                            .build();

            HttpResponse<String> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofString());

            assertEquals(403, answer.statusCode());
            assertTrue(
                    answer.body().contains("system:serviceaccount:kat-system:trial"),
                    answer.body());
        }
    }

    private void create(String yaml) {
        for (JsonObject tree : Yaml.readObjects(yaml)) {
            KubeObject object = new KubeObject(tree);
            Written unused =
                    admin.create(
                            server.kinds().byKind(object.apiVersion(), object.kind()),
                            object,
                            WriteOptions.NONE);
        }
    }

    private void change(Json value, String... path) {
        Written unused =
                admin.patch(
                        Kinds.CONFIG_MAP,
                        TRIAL,
                        Patch.merge(JsonObject.EMPTY.withAt(value, path)),
                        WriteOptions.NONE);
    }

    private void awaitSaid(String text) throws Exception {
        until(
                "the program says " + text,
                () ->
                        admin.get(Kinds.CONFIG_MAP, ObjectKey.of("default", "trial"))
                                .tree()
                                .object("data")
                                .string("said")
                                .equals(text));
    }

    private String awaitState(String name, String beginning) throws Exception {
        return awaitMatch(name, Pattern.quote(beginning) + ".*");
    }

    /// Any failure after the first: they pass, and who looks seldom misses some.
    private void awaitLaterFailure(String name, String why) throws Exception {
        String unused =
                awaitMatch(
                        name, "failed: " + Pattern.quote(why) + "; next try in ([2-9]|\\d{2,}) s");
    }

    private String awaitMatch(String name, String pattern) throws Exception {
        ObjectKey key = ObjectKey.of("kat-system", name);
        AtomicReference<String> state = new AtomicReference<>("");
        until(
                "state " + pattern + " of " + name,
                () -> {
                    state.set(
                            admin.get(Kinds.CONFIG_MAP, key)
                                    .annotations()
                                    .getOrDefault("kat.dev/program", ""));
                    return state.get().matches(pattern);
                });
        return state.get();
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void until(String what, Condition condition) throws Exception {
        Deadline deadline = Deadline.in(PATIENCE, ticker);
        while (!condition.holds()) {
            assertFalse(deadline.isOver(ticker), () -> "not in time: " + what);
            ticker.sleep(PAUSE);
        }
    }

    /// The test's program as an add-on's jar holds it.
    private static void writeJar(Path file) throws IOException {
        String name = TrialProgram.class.getName();
        String path = name.replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file));
                InputStream bytes = TrialProgram.class.getResourceAsStream("/" + path)) {
            jar.putNextEntry(new JarEntry(path));
            Objects.requireNonNull(bytes).transferTo(jar);
            jar.putNextEntry(new JarEntry("META-INF/services/" + Program.class.getName()));
            jar.write(name.getBytes(StandardCharsets.UTF_8));
        }
    }
}
