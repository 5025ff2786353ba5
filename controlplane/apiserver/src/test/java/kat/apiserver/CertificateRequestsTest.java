package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
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
        assertEquals(0, request.others());
        assertEquals("EC", request.key().getAlgorithm());
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
}
