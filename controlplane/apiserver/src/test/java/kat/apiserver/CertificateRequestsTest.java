package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.auth.User;
import kat.apiserver.pki.CertificateRequest;
import kat.base.Randomness;
import kat.base.SystemTicker;
import kat.client.Transport;
import kat.client.WriteOptions;
import kat.store.MemoryStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests for certificates: who asks is told by the server, who may approve by permissions.
class CertificateRequestsTest {

    /// Made by OpenSSL.
    private static final String MASTERS =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIIBJjCBzAIBADA2MRcwFQYDVQQKDA5zeXN0ZW06bWFzdGVyczEMMAoGA1UECgwD
            ZGV2MQ0wCwYDVQQDDARqYW5lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEISIf
            kUfWkd2k0GZ5Y0c4954nYt5FqBWPvFg4TffM1czYJ/DiQqkQKJlCibXQ47Ai2riI
            r7IE9YJhOMQNHy4DTKA0MDIGCSqGSIb3DQEJDjElMCMwIQYDVR0RBBowGIIQamFu
            ZS5leGFtcGxlLm9yZ4cECgAABzAKBggqhkjOPQQDAgNJADBGAiEAzezzfu7QMAoT
            UEia277UL7ckq/wLQZVgbI18KsTPEAoCIQC6RqzD9BXN2cTdvUu9E4QKJPM17gB9
            1wtOB8K1SzzWyA==
            -----END CERTIFICATE REQUEST-----
            """;

    static final String DEVELOPER =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHXMH8CAQAwHTEMMAoGA1UECgwDZGV2MQ0wCwYDVQQDDARqYW5lMFkwEwYHKoZI
            zj0CAQYIKoZIzj0DAQcDQgAEISIfkUfWkd2k0GZ5Y0c4954nYt5FqBWPvFg4TffM
            1czYJ/DiQqkQKJlCibXQ47Ai2riIr7IE9YJhOMQNHy4DTKAAMAoGCCqGSM49BAMC
            A0gAMEUCICRRehEouXtbS7fEOmhYLdABGLE0oTbCWlevcN8Llt9bAiEAoY4q0qK/
            hhhJn51yIBWPlGiH23FqjwKdsZOieAHnwWA=
            -----END CERTIFICATE REQUEST-----
            """;

    private static final String ON_P224 =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIHWMIGGAgEAMC8xFTATBgNVBAoMDHN5c3RlbTpub2RlczEWMBQGA1UEAwwNc3lz
            dGVtOm5vZGU6YTBOMBAGByqGSM49AgEGBSuBBAAhAzoABIdJefaU1+GycoNEZ7yI
            R7sGf0XpK+YjTfaSAsUJL0mQBq2OjAAYn1C3ypiTyQpgsSmsgJJjSGiIoAAwCgYI
            KoZIzj0EAwIDPwAwPAIcaiJmVm+5rn6ojYva0Q6z0HGuoLlfMcaGcWbNSgIcbo2/
            NKcESsKlbdiCq6GaxcT09p84zl7YHvsc3w==
            -----END CERTIFICATE REQUEST-----
            """;

    /// Signed by RSA-PSS.
    private static final String PSS =
            """
            -----BEGIN CERTIFICATE REQUEST-----
            MIICqDCCAVwCAQAwLzEVMBMGA1UECgwMc3lzdGVtOm5vZGVzMRYwFAYDVQQDDA1z
            eXN0ZW06bm9kZTphMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1r1L
            O73Y9R3qgoPixl621xrqCJIyeXFfwVRgAOjX+X8pDPdlYaU/C97adBFiBXHxJWf4
            4qX2Y0hA+O3fSYhB83riakghTsEllm4EGTwg67VimH1+TSUfksxfTcDmCv2cLnij
            VNa1McqRcs1cYz23rBfFmR53DtUPvWUgb81PyV/f0JLf0JyV8YYSgPzYimYqmnRm
            rfATT0pjyhZY/LrxgS1HI5nlZ+7QtbDMO9A86s0pqO6Ijengo/MB2CI9vHCeWG7t
            9TqK5zVQs3a32iZyQ97QxzXkuG3oZR3xfLw7ThyhkNa+t+XetP9yzvVEuUoCkspF
            hg2AMYIz+FyK4PUlCwIDAQABoAAwQQYJKoZIhvcNAQEKMDSgDzANBglghkgBZQME
            AgEFAKEcMBoGCSqGSIb3DQEBCDANBglghkgBZQMEAgEFAKIDAgEgA4IBAQCTJyjb
            m/AzGIxmc/BDh9CpdWbZX6FpjSlSJ4fw/LTmJIRhy7FOlRT6zjGbz7tsItA4iWm6
            QTflnR5b1xF8uEsXoi9UaxDLu/DbyAMq1b7LutV95JnAhwXe2dTGNkr37E/h55wk
            cJXMEGnpJsJXmXtwQBWspVVeNuV1au8uGv/HFr6Saxvjl5BZAfF2JkLPZWrFP2hI
            FB9FW/dUTFavkxWwXZc9wDFk+dJUiHDkAzZj4f1aC4L0dBGzoBIhKOJG3v3s/KTC
            8Asgdl30LwEDlJ7Xq3PnclHPJjkOJYLTwu4PLYTr3szRviiw6N0cxNeav71KZsMT
            he0nzUZk/S2jXgbM
            -----END CERTIFICATE REQUEST-----
            """;

    private static final String APPROVER =
            """
            {"metadata":{"name":"approver"},"rules":[
              {"apiGroups":["certificates.k8s.io"],"resources":["*"],
               "verbs":["create","get","update"]}]}
            """;

    private static final String BINDING =
            """
            {"metadata":{"name":"approver"},
             "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
               "name":"approver"},
             "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"carol"}]}
            """;

    @TempDir Path folder;
    private ApiServer server;
    private Transport admin;
    private Transport carol;

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
        carol = server.transport(User.of("carol", List.of("people")));
        admin.create(Kinds.CLUSTER_ROLE, object(APPROVER), WriteOptions.NONE);
        admin.create(Kinds.CLUSTER_ROLE_BINDING, object(BINDING), WriteOptions.NONE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static KubeObject object(String json) {
        return new KubeObject((JsonObject) Json.parse(json.getBytes(UTF_8)));
    }

    static KubeObject request(String pem) {
        String json =
                """
                {"metadata":{"name":"jane"},"spec":{"username":"somebody-else",
                  "signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],
                  "request":"%s"}}
                """;
        return object(json.formatted(Base64.getEncoder().encodeToString(pem.getBytes(UTF_8))));
    }

    @Test
    void readsWhatARequestAsksFor() throws Exception {
        CertificateRequest request = CertificateRequest.parse(MASTERS);

        assertEquals("jane", request.commonName());
        assertEquals(
                List.of("dev", "system:masters"),
                request.organizations().stream().sorted().toList());
        assertEquals(List.of("jane.example.org"), request.dnsNames());
        assertEquals(List.of("10.0.0.7"), request.addresses());
        assertEquals(List.of(), request.emails());
        assertEquals(List.of(), request.uris());
        assertEquals("EC", request.key().getAlgorithm());
    }

    @Test
    void takesTheFirstBlockAlone() {
        String other = DEVELOPER.replace("CERTIFICATE REQUEST", "CERTIFICATE");

        assertEquals(
                "PEM block type must be CERTIFICATE REQUEST",
                assertThrows(
                                GeneralSecurityException.class,
                                () -> CertificateRequest.parse(other + DEVELOPER))
                        .getMessage());
    }

    @Test
    void refusesWhatIsNoRequest() {
        for (String base64 : List.of("", "MAA=", "MAIwAA==", "MAMCAQE=", "MAYwADAAAwA=", "gA==")) {
            String pem =
                    "-----BEGIN CERTIFICATE REQUEST-----\n"
                            + base64
                            + "\n-----END CERTIFICATE REQUEST-----\n";

            assertThrows(
                    GeneralSecurityException.class, () -> CertificateRequest.parse(pem), base64);
        }
    }

    @Test
    void takesEverySignatureThatKubernetesTakes() throws Exception {
        assertEquals("RSA", CertificateRequest.parse(PSS).key().getAlgorithm());
        assertEquals("system:node:a", CertificateRequest.parse(ON_P224).commonName());

        KubeObject stored =
                carol.create(Kinds.CERTIFICATE_SIGNING_REQUEST, request(PSS), WriteOptions.NONE)
                        .object();

        assertEquals("carol", stored.spec().string("username"));
    }

    /// Which signature is good is told by validation, to whomever.
    @Test
    void readsARequestOfANodeBeforeItsSignatureIsChecked() {
        Transport node = server.transport(User.of("system:node:a", List.of("system:nodes")));
        KubeObject made = request(ON_P224.replace("3w==", "4w=="));
        KubeObject wish =
                made.withSpec(
                        spec ->
                                spec.with("signerName", "kubernetes.io/kubelet-serving")
                                        .with("usages", JsonArray.ofStrings(List.of("signing"))));

        Status refused =
                assertThrows(
                                StatusException.class,
                                () ->
                                        node.create(
                                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                                wish,
                                                WriteOptions.NONE))
                        .status();

        assertEquals(422, refused.code());
        assertEquals("spec.request", refused.details().causes().getFirst().field());
    }

    @Test
    void letsNobodyAskForTheGroupThatMayDoEverything() {
        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                admin.create(
                                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                                        request(MASTERS),
                                        WriteOptions.NONE));

        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: use of"
                        + " kubernetes.io/kube-apiserver-client signer with system:masters group is"
                        + " not allowed",
                refused.status().message());
    }

    @Test
    void tellsItselfWhoAsks() {
        KubeObject made =
                carol.create(
                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                request(DEVELOPER),
                                WriteOptions.NONE)
                        .object();

        assertEquals("carol", made.spec().string("username"));
        assertEquals(List.of("people", User.AUTHENTICATED), made.spec().array("groups").strings());
    }

    @Test
    void letsOnlyThoseApproveWhoMayForTheSigner() {
        KubeObject made =
                carol.create(
                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                request(DEVELOPER),
                                WriteOptions.NONE)
                        .object();
        JsonObject approved =
                JsonObject.builder()
                        .put("type", "Approved")
                        .put("status", "True")
                        .put("reason", "Seen")
                        .build();
        KubeObject wish = made.withStatus(s -> s.with("conditions", JsonArray.of(approved)));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                carol.update(
                                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                                        wish,
                                        WriteOptions.NONE.on("approval")));

        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: user not"
                        + " permitted to approve requests with signerName"
                        + " \"kubernetes.io/kube-apiserver-client\"",
                refused.status().message());
    }

    @Test
    void letsOnlyThoseSignWhoMayForTheSigner() {
        KubeObject made =
                carol.create(
                                Kinds.CERTIFICATE_SIGNING_REQUEST,
                                request(DEVELOPER),
                                WriteOptions.NONE)
                        .object();
        JsonObject failed =
                JsonObject.builder()
                        .put("type", "Failed")
                        .put("status", "True")
                        .put("reason", "Refused")
                        .build();
        KubeObject wish = made.withStatus(s -> s.with("conditions", JsonArray.of(failed)));

        StatusException refused =
                assertThrows(
                        StatusException.class,
                        () ->
                                carol.update(
                                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                                        wish,
                                        WriteOptions.NONE.on("status")));

        assertEquals(403, refused.status().code());
        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"jane\" is forbidden: user not"
                        + " permitted to sign requests with signerName"
                        + " \"kubernetes.io/kube-apiserver-client\"",
                refused.status().message());
    }
}
