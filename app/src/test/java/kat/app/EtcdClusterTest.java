package kat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.pki.CertificateSpec;
import kat.apiserver.pki.Certificates;
import kat.apiserver.pki.Identity;
import kat.apiserver.pki.Pem;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.base.Ticker;
import kat.etcd.EtcdConfig;
import kat.etcd.EtcdStore;
import kat.etcd.KeySpace;
import kat.etcd.testing.EtcdProcess;
import kat.store.Cause;
import kat.store.Seal;
import kat.store.Store;
import kat.store.StoreConfig;
import kat.store.StoreUnavailableException;
import kat.store.Transaction;
import kat.store.Value;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The API on an etcd that goes away, and a store on one that wants certificates.
class EtcdClusterTest {

    private final Ticker ticker = new SystemTicker();
    private final Randomness randomness = Randomness.system();
    @TempDir private Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void requireEtcd() {
        assumeTrue(EtcdProcess.program() != null, "needs etcd: apt-get install etcd-server");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private EtcdConfig config(EtcdProcess etcd, EtcdConfig.Tls tls) {
        return new EtcdConfig(
                List.of(etcd.endpoint()),
                tls,
                new KeySpace("/registry/", "/elsewhere/", new KubernetesKeys()),
                new EtcdConfig.Timing(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(100),
                        Duration.ofHours(1)),
                StoreConfig.defaults());
    }

    @Test
    void anEtcdThatIsAwayIsToldAndNothingMustBeStartedAgain() throws Exception {
        EtcdProcess etcd = EtcdProcess.start(folder.resolve("etcd"), ticker);
        open.add(etcd);
        Store store = EtcdStore.open(config(etcd, EtcdConfig.Tls.none()), Seal.NONE, ticker);
        open.add(store);
        ApiServer server =
                new ApiServer(
                        ApiServerConfig.local(folder.resolve("pki")), store, ticker, randomness);
        server.start();
        open.add(server);
        String maps = "/api/v1/namespaces/default/configmaps";
        assertEquals(201, post(server, maps, map("a")).statusCode());
        etcd.kill();

        HttpResponse<String> read = get(server, maps + "/a");
        HttpResponse<String> written = post(server, maps, map("b"));
        HttpResponse<String> ready = get(server, "/readyz");

        assertTrue(read.statusCode() == 500 || read.statusCode() == 504, read.body());
        assertTrue(read.body().contains("\"kind\":\"Status\""), read.body());
        assertTrue(written.statusCode() == 500 || written.statusCode() == 504, written.body());
        assertEquals(500, ready.statusCode());
        assertTrue(ready.body().contains("[-]etcd failed: reason withheld\n"), ready.body());
        assertEquals(200, get(server, maps + "/a?resourceVersion=0").statusCode());
        assertEquals(200, get(server, "/version").statusCode());

        etcd.start();

        assertEquals(201, post(server, maps, map("c")).statusCode());
        assertEquals(200, get(server, maps + "/a").statusCode());
        assertEquals(200, get(server, "/readyz").statusCode());
    }

    private static String map(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                + name
                + "\"}}";
    }

    private HttpResponse<String> get(ApiServer server, String path) throws Exception {
        return send(server, path, null);
    }

    private HttpResponse<String> post(ApiServer server, String path, String body) throws Exception {
        return send(server, path, body);
    }

    private HttpResponse<String> send(ApiServer server, String path, @Nullable String body)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.address() + path))
                        .header("authorization", "Bearer " + token())
                        .header("content-type", "application/json");
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting(server)).build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String token() throws IOException {
        return Files.readString(folder.resolve("pki/admin.token")).strip();
    }

    private static SSLContext trusting(ApiServer server)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", server.pki().authority().certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }

    @Test
    void anEtcdThatWantsCertificatesIsShownOneAndHasToShowItsOwn() throws Exception {
        Certificates certificates = new Certificates(ticker, randomness);
        Identity authority = certificates.newAuthority("etcd-ca", Duration.ofDays(1));
        Path ca = write("ca.crt", Pem.write(authority.certificate()));
        EtcdConfig.Tls server = identity(certificates, authority, CertificateSpec.Use.SERVER, ca);
        EtcdConfig.Tls client = identity(certificates, authority, CertificateSpec.Use.CLIENT, ca);
        EtcdProcess etcd =
                EtcdProcess.start(
                        folder.resolve("etcd"),
                        new EtcdProcess.Tls(ca, server.certificate(), server.key()),
                        ticker);
        open.add(etcd);

        try (Store store = EtcdStore.open(config(etcd, client), Seal.NONE, ticker)) {
            Value value = Value.of(new byte[] {1});
            var unused = store.commit(Transaction.put("/registry/a", 0, value, Cause.by("me")));
            assertEquals(1, store.get("/registry/a").bytes().length);
        }
        assertRefused(config(etcd, new EtcdConfig.Tls(ca, null, null)));
        assertRefused(config(etcd, EtcdConfig.Tls.none()));
    }

    private void assertRefused(EtcdConfig config) {
        assertFalse(
                assertThrows(
                                StoreUnavailableException.class,
                                () -> EtcdStore.open(config, Seal.NONE, ticker))
                        .isUncertain());
    }

    private EtcdConfig.Tls identity(
            Certificates certificates, Identity authority, CertificateSpec.Use use, Path ca)
            throws IOException {
        var pair = certificates.newKey();
        CertificateSpec spec =
                new CertificateSpec(
                        "kat",
                        List.of(),
                        List.of("localhost"),
                        List.of("127.0.0.1"),
                        use,
                        Duration.ofDays(1),
                        pair.getPublic());
        Identity made = certificates.issue(authority, spec, pair.getPrivate());
        return new EtcdConfig.Tls(
                ca,
                write(use + ".crt", Pem.write(made.certificate())),
                write(use + ".key", Pem.write(made.key())));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
