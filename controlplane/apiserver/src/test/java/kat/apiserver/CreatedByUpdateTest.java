package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may change an object that is not there may not make it by that.
class CreatedByUpdateTest {

    private static final String ROLES =
            "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    private static final String BINDINGS =
            "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        grants("changer", "\"update\",\"patch\"");
        grants("maker", "\"update\",\"patch\",\"create\"");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void grants(String user, String verbs) throws Exception {
        made(
                ROLES,
                """
                {"metadata":{"name":"%s"},"rules":[{"verbs":[%s],"resources":["leases","configmaps",
                "services/status"],
                "apiGroups":["","coordination.k8s.io"]}]}
                """
                        .formatted(user, verbs));
        made(
                BINDINGS,
                """
                {"metadata":{"name":"%1$s"},"subjects":[{"kind":"User","name":"%1$s",
                "apiGroup":"rbac.authorization.k8s.io"}],
                "roleRef":{"kind":"Role","name":"%1$s","apiGroup":"rbac.authorization.k8s.io"}}
                """
                        .formatted(user));
    }

    private void made(String path, String body) throws Exception {
        assertEquals(
                201,
                served.client()
                        .admin("POST", path, body, "Content-Type", "application/json")
                        .statusCode());
    }

    private HttpResponse<String> put(String user) throws Exception {
        return served.client()
                .admin(
                        "PUT",
                        LEASES + "/l",
                        "{\"metadata\":{\"name\":\"l\",\"namespace\":\"default\"},\"spec\":{}}",
                        "Content-Type",
                        "application/json",
                        "Impersonate-User",
                        user);
    }

    private HttpResponse<String> apply(String user) throws Exception {
        return served.client()
                .admin(
                        "PATCH",
                        MAPS + "/m?fieldManager=test",
                        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"m\"}}",
                        "Content-Type",
                        "application/apply-patch+yaml",
                        "Impersonate-User",
                        user);
    }

    @Test
    void anUpdateThatWouldCreateNeedsLeaveToCreate() throws Exception {
        HttpResponse<String> refused = put("changer");
        assertEquals(403, refused.statusCode());
        assertTrue(
                refused.body()
                        .contains(
                                "leases.coordination.k8s.io \\\"l\\\" is forbidden: User"
                                        + " \\\"changer\\\" cannot create resource \\\"leases\\\" in"
                                        + " API group \\\"coordination.k8s.io\\\" in the namespace"
                                        + " \\\"default\\\""),
                refused.body());
        assertEquals(201, put("maker").statusCode());
    }

    @Test
    void anApplyThatWouldCreateNeedsLeaveToCreate() throws Exception {
        HttpResponse<String> refused = apply("changer");
        assertEquals(403, refused.statusCode());
        assertEquals(201, apply("maker").statusCode());
        assertEquals(200, apply("changer").statusCode());
    }

    private HttpResponse<String> status(String user, String method, String type) throws Exception {
        return served.client()
                .admin(
                        method,
                        "/api/v1/namespaces/default/services/s/status?dryRun=All&fieldManager=test",
                        """
                        {"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},
                        "spec":{"ports":[{"port":80}]}}
                        """,
                        "Content-Type",
                        type,
                        "Impersonate-User",
                        user);
    }

    @ParameterizedTest
    @CsvSource({"PUT, application/json", "PATCH, application/apply-patch+yaml"})
    void aStatusThatWouldCreateNeedsLeaveToCreate(String method, String type) throws Exception {
        HttpResponse<String> refused = status("changer", method, type);

        assertEquals(403, refused.statusCode());
        assertTrue(
                refused.body().contains("cannot create resource \\\"services/status\\\""),
                refused.body());
        assertEquals(201, status("maker", method, type).statusCode());
    }
}
