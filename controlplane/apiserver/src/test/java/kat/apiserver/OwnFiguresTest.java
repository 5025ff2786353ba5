package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `/metrics` tells after something was done, under Kubernetes' names.
class OwnFiguresTest {

    private static final String STRICT =
            """
            {"metadata": {"name": "strict", "labels": {
              "pod-security.kubernetes.io/enforce": "restricted",
              "pod-security.kubernetes.io/enforce-version": "v1.30"}}}
            """;
    private static final String POD =
            """
            {"metadata": {"name": "p"}, "spec": {"automountServiceAccountToken": false,
              "containers": [{"name": "a", "image": "i"}]}}
            """;
    private static final String ACCOUNT = "{\"metadata\": {\"name\": \"default\"}}";
    private static final String SERVICE =
            """
            {"metadata": {"name": "v1.example.org"}, "spec": {"group": "example.org",
              "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100,
              "insecureSkipTLSVerify": true,
              "service": {"name": "nobody", "namespace": "default"}}}
            """;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void done(int code, HttpResponse<String> answer) {
        assertEquals(code, answer.statusCode(), answer::body);
    }

    private List<String> told(String name) {
        return served.server().metrics().text().lines().filter(l -> l.startsWith(name)).toList();
    }

    private void awaitTold(String line) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!told(line).contains(line)) {
            assertTrue(end - System.nanoTime() > 0, () -> told("aggregator").toString());
            Thread.onSpinWait();
        }
    }

    @Test
    void theVersionIsTold() {
        assertEquals(
                List.of(
                        "version_info{binary=\"1.36.3\",component=\"kube\",emulation=\"1.36\","
                                + "min_compat=\"1.35\"} 1"),
                told("version_info"));
    }

    @Test
    void deprecatedKindsAreToldOnceTheyWereAskedFor() throws Exception {
        assertEquals(List.of(), told("apiserver_requested_deprecated_apis"));

        done(200, served.client().admin("GET", "/api/v1/componentstatuses", ""));
        done(200, served.client().admin("GET", "/api/v1/componentstatuses", ""));

        assertEquals(
                List.of(
                        "apiserver_requested_deprecated_apis{group=\"\",removed_release=\"\","
                                + "resource=\"componentstatuses\",subresource=\"\","
                                + "version=\"v1\"} 1"),
                told("apiserver_requested_deprecated_apis"));
    }

    @Test
    void podsBelowTheLevelOfTheirNamespaceCountAsDenied() throws Exception {
        done(201, served.client().admin("POST", "/api/v1/namespaces", STRICT));
        done(
                201,
                served.client()
                        .admin("POST", "/api/v1/namespaces/strict/serviceaccounts", ACCOUNT));
        done(403, served.client().admin("POST", "/api/v1/namespaces/strict/pods", POD));

        assertEquals(
                List.of(
                        "pod_security_evaluations_total{decision=\"deny\",mode=\"enforce\","
                                + "policy_level=\"restricted\",policy_version=\"v1.30\","
                                + "request_operation=\"create\",resource=\"pod\","
                                + "subresource=\"\"} 1"),
                told("pod_security_evaluations_total"));
    }

    @Test
    void updatesOfPodsCountAsJudgedWhereNothingIsAskedOfThem() throws Exception {
        String plain = "/api/v1/namespaces/default";
        done(201, served.client().admin("POST", plain + "/serviceaccounts", ACCOUNT));
        done(201, served.client().admin("POST", plain + "/pods", POD));
        String type = "application/merge-patch+json";
        String body = "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}";
        done(200, served.client().admin("PATCH", plain + "/pods/p", body, "Content-Type", type));

        String name = "pod_security_evaluations_total{decision=\"allow\",mode=\"enforce\",";
        String rest = "policy_level=\"privileged\",policy_version=\"latest\",request_operation=";
        String last = ",resource=\"pod\",subresource=\"\"} 1";
        assertEquals(
                List.of(name + rest + "\"create\"" + last, name + rest + "\"update\"" + last),
                told("pod_security_evaluations_total"));
    }

    @Test
    void decisionsOfRbacAreCounted() throws Exception {
        done(200, served.client().send("GET", "/version", ""));

        assertEquals(
                List.of(
                        "apiserver_authorization_decisions_total{decision=\"allowed\","
                                + "name=\"rbac\",type=\"RBAC\"} 1"),
                told("apiserver_authorization_decisions_total{decision=\"allowed\",name=\"rbac\""));
    }

    @Test
    void aServerThatCannotBeReachedIsTold() throws Exception {
        done(
                201,
                served.client()
                        .admin("POST", "/apis/apiregistration.k8s.io/v1/apiservices", SERVICE));

        awaitTold("aggregator_unavailable_apiservice{name=\"v1.example.org\"} 1");
        awaitTold("aggregator_unavailable_apiservice{name=\"v1.apps\"} 0");
    }

    @Test
    void connectionsWithoutTlsAreCounted() throws Exception {
        int port = served.server().address().getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            awaitTold("apiserver_tls_handshake_errors_total 1");
        }
    }
}
