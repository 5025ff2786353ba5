package kat.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Certificates;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.etcd.testing.EtcdProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server as a process of its own on an etcd that wants certificates, and what lies there.
class EtcdOverTlsTest {

    private static final Kind DEPLOYMENT = Kinds.builtIn().require("apps/v1", "Deployment");
    private static final Kind DEFINITION =
            Kinds.builtIn().require("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    private static final Duration DAY = Duration.ofDays(1);
    private static final String SECRET_KEY = "/registry/secrets/default/login";
    private static final String LOGIN =
            """
            {"apiVersion": "v1", "kind": "Secret",
             "metadata": {"name": "login", "namespace": "default"},
             "stringData": {"password": "open sesame"}}
            """;
    private static final String ENCRYPTION =
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
            - resources: [secrets]
              providers:
              - aesgcm:
                  keys:
            """;
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String WIDGETS =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "widgets.shop.example.com"},
             "spec": {"group": "shop.example.com", "scope": "Namespaced",
               "names": {"plural": "widgets", "kind": "Widget"},
               "versions": [{"name": "v1", "served": true, "storage": true,
                 "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
            """;

    private final Certificates certificates =
            new Certificates(new SystemTicker(), Randomness.system());
    private final Identity authority = certificates.newAuthority("etcd-ca", DAY);
    private final List<KatProcess> servers = new ArrayList<>();

    @TempDir private Path folder;
    private EtcdProcess etcd;
    private Path ca;
    private Identity client;

    @BeforeEach
    void startEtcd() throws IOException {
        assumeTrue(EtcdProcess.program() != null, "needs etcd: apt-get install etcd-server");
        ca = Files.writeString(folder.resolve("ca.crt"), Pem.write(authority.certificate()));
        // etcd's own gateway for JSON shows the server's certificate as a client's.
        var unused = identity("server", CertificateSpec.Use.SERVER_AND_CLIENT);
        client = identity("client", CertificateSpec.Use.CLIENT);
        etcd =
                EtcdProcess.start(
                        folder.resolve("etcd"),
                        new EtcdProcess.Tls(ca, file("server.crt"), file("server.key")),
                        new SystemTicker());
    }

    @AfterEach
    void leaveNothing() throws IOException, InterruptedException {
        for (KatProcess server : servers) {
            int unused = server.run("delete");
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private Identity identity(String name, CertificateSpec.Use use) throws IOException {
        var pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        name,
                        List.of(),
                        List.of("localhost"),
                        List.of("127.0.0.1"),
                        use,
                        DAY,
                        pair.getPublic());
        Identity made = certificates.issue(authority, spec, pair.getPrivate());
        Files.writeString(file(name + ".crt"), Pem.write(made.certificate()));
        Files.writeString(file(name + ".key"), Pem.write(made.key()));
        return made;
    }

    private KatProcess kat(String name) throws IOException {
        KatProcess kat = KatProcess.in(Files.createDirectories(folder.resolve(name)));
        servers.add(kat);
        return kat;
    }

    private List<String> up(String port) {
        List<String> words = new ArrayList<>(List.of("up", "--simulated-nodes", "1"));
        words.addAll(List.of("--api-port", port, "--store", "etcd"));
        words.addAll(List.of("--etcd-endpoints", etcd.endpoint().toString()));
        words.addAll(List.of("--etcd-ca-file", ca.toString()));
        return words;
    }

    @Test
    void aServerKeepsItsObjectsThereUnderKubernetesKeys() throws Exception {
        String port = OwnApi.freePort();
        List<String> words = up(port);
        words.addAll(List.of("--etcd-cert-file", file("client.crt").toString()));
        words.addAll(List.of("--etcd-key-file", file("client.key").toString()));
        KatProcess kat = kat("kat");
        assertEquals(0, kat.run(words.toArray(String[]::new)), kat.said());
        Transport api = OwnApi.transport(kat.cluster().resolve("pki"), port);
        create(
                api,
                DEPLOYMENT,
                "apps/v1",
                "{\"selector\": {\"matchLabels\": {\"app\": \"web\"}},"
                        + "\"template\": {\"metadata\": {\"labels\": {\"app\": \"web\"}}, \"spec\":"
                        + "{\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}}}");
        create(api, Kinds.SERVICE, "v1", "{\"ports\": [{\"port\": 80}]}");
        create(api, Kinds.POD, "v1", "{\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}");
        var unused =
                api.create(
                        DEFINITION, KubeObject.parse(WIDGETS.getBytes(UTF_8)), WriteOptions.NONE);

        List<String> keys = keys();

        List<String> wanted =
                List.of(
                        "/registry/deployments/default/web",
                        "/registry/services/specs/default/web",
                        "/registry/pods/default/web",
                        "/registry/namespaces/kube-system",
                        "/registry/leases/kube-system/kube-scheduler",
                        "/registry/clusterroles/cluster-admin",
                        "/registry/apiextensions.k8s.io/customresourcedefinitions/"
                                + "widgets.shop.example.com");
        TreeSet<String> missing = new TreeSet<>(wanted);
        missing.removeAll(keys);
        assertEquals(new TreeSet<String>(), missing);
        assertTrue(
                keys.stream().anyMatch(key -> key.startsWith("/registry/minions/")),
                keys::toString);
        assertEquals(0, kat.run("down"), kat.said());
        assertEquals(0, kat.run("up"), kat.said());
        assertEquals(
                "web", api.get(DEPLOYMENT, new ObjectKey("default", "web")).name(), kat.said());
    }

    @Test
    void aSecretLiesThereSealedAndIsReadAfterItsKeyWasReplaced() throws Exception {
        String port = OwnApi.freePort();
        List<String> words = up(port);
        words.addAll(List.of("--etcd-cert-file", file("client.crt").toString()));
        words.addAll(List.of("--etcd-key-file", file("client.key").toString()));
        words.addAll(List.of("--encryption-provider-config", keep("first").toString()));
        KatProcess kat = kat("kat");
        assertEquals(0, kat.run(words.toArray(String[]::new)), kat.said());
        Transport api = OwnApi.transport(kat.cluster().resolve("pki"), port);
        KubeObject made =
                api.create(Kinds.SECRET, KubeObject.parse(LOGIN.getBytes(UTF_8)), WriteOptions.NONE)
                        .object();

        assertTrue(stored(SECRET_KEY).startsWith(sealedBy("first")), "sealed");
        assertFalse(stored(SECRET_KEY).contains("open sesame"), "nobody reads it");
        assertEquals(0, kat.run("down"), kat.said());
        var unused = keep("second", "first");
        assertEquals(0, kat.run("up"), kat.said());

        KubeObject found = api.get(Kinds.SECRET, new ObjectKey("default", "login"));
        assertEquals(made.tree().object("data"), found.tree().object("data"));
        UnaryOperator<JsonObject> labelled =
                metadata -> metadata.with("labels", JsonObject.of("is", Json.of("new")));
        var written = api.update(Kinds.SECRET, found.withMetadata(labelled), WriteOptions.NONE);
        assertTrue(stored(SECRET_KEY).startsWith(sealedBy("second")), written::toString);
    }

    private static String sealedBy(String key) {
        return "k8s:enc:aesgcm:v1:" + key + ":";
    }

    /// A file that has Secrets sealed by the first of these keys.
    private Path keep(String... keys) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String key : keys) {
            byte[] secret = key.repeat(32).substring(0, 32).getBytes(UTF_8);
            String text = Base64.getEncoder().encodeToString(secret);
            all.append("      - {name: ").append(key).append(", secret: ").append(text);
            all.append("}\n");
        }
        Path config = Files.writeString(file("encryption.yaml"), ENCRYPTION + all);
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
        return config;
    }

    @Test
    void aServerWithoutACertificateDoesNotStartAndSaysThatItCannotReachEtcd() throws Exception {
        KatProcess kat = kat("kat");

        int exit = kat.run(up(OwnApi.freePort()).toArray(String[]::new));

        assertNotEquals(0, exit);
        assertTrue(kat.said().contains("etcd cannot be reached: "), kat.said());
        assertFalse(kat.said().contains("\tat "), kat.said());
    }

    private static void create(Transport api, Kind kind, String version, String spec) {
        JsonObject object =
                JsonObject.builder()
                        .put("apiVersion", version)
                        .put("kind", kind.kind())
                        .build()
                        .withAt(Json.of("web"), "metadata", "name")
                        .withAt(Json.of("default"), "metadata", "namespace")
                        .with("spec", Json.parse(spec.getBytes(UTF_8)));
        var unused = api.create(kind, new KubeObject(object), WriteOptions.NONE);
    }

    /// All keys of objects, as etcd itself tells them.
    private List<String> keys() throws Exception {
        String range =
                "{\"key\": \"%s\", \"range_end\": \"%s\", \"keys_only\": true}"
                        .formatted(encoded("/registry/"), encoded("/registry0"));
        return range(range, "key");
    }

    /// What lies under a key, byte for byte.
    private String stored(String key) throws Exception {
        return range("{\"key\": \"%s\"}".formatted(encoded(key)), "value").getFirst();
    }

    /// The keys or values that etcd answers.
    private List<String> range(String range, String part) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().sslContext(tls()).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(etcd.endpoint().resolve("/v3/kv/range"))
                            .POST(BodyPublishers.ofString(range))
                            .build();
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            assertEquals(200, answer.statusCode(), () -> new String(answer.body(), UTF_8));
            List<String> parts = new ArrayList<>();
            for (JsonObject row : ((JsonObject) Json.parse(answer.body())).array("kvs").objects()) {
                parts.add(new String(Base64.getDecoder().decode(row.string(part)), ISO_8859_1));
            }
            return parts;
        }
    }

    private static String encoded(String key) {
        return Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
    }

    private SSLContext tls() throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
        own.load(null, null);
        own.setKeyEntry("own", client.key(), PASSWORD, new Certificate[] {client.certificate()});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
