package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.KubeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may write which part of a ResourceClaim's status.
class ClaimStatusRightsTest {

    private static final String CLAIMS =
            "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String CLAIM =
            """
            {"metadata": {"name": "c"}, "spec": {"devices": {"requests": [
              {"name": "r", "exactly": {"deviceClassName": "k", "allocationMode": "ExactCount",
                "count": 1}}]}}}
            """;
    private static final String ALLOCATION =
            """
            {"status": {"allocation": {"devices": {"results": [
              {"request": "r", "driver": "d.example.org", "pool": "p", "device": "x"}]},
              "nodeSelector": {"nodeSelectorTerms": [{"matchFields": [
                {"key": "metadata.name", "operator": "In", "values": ["n"]}]}]}}}}
            """;
    private static final String DEVICES =
            """
            {"status": {"devices": [
              {"driver": "d.example.org", "pool": "p", "device": "x", "conditions": []}]}}
            """;
    private static final String JANE = "{\"kind\": \"User\", \"name\": \"jane\"}";
    private static final String BOT =
            "{\"kind\": \"ServiceAccount\", \"name\": \"bot\", \"namespace\": \"default\"}";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void aClaim() throws Exception {
        served = Served.start(folder);
        made("POST", CLAIMS, CLAIM);
        allow("writer", "resourceclaims/status", "", "update", "patch");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> made(String method, String path, String body) throws Exception {
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", type(method));
        assertEquals(2, answer.statusCode() / 100, answer::body);
        return answer;
    }

    private static String type(String method) {
        return method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    }

    private void allow(String role, String resource, String name, String... verbs)
            throws Exception {
        String names = name.isEmpty() ? "" : "\"resourceNames\": [\"" + name + "\"], ";
        made(
                "POST",
                RBAC + "clusterroles",
                """
                {"metadata": {"name": "%s"}, "rules": [{"apiGroups": ["resource.k8s.io"], %s
                  "resources": ["%s"], "verbs": ["%s"]}]}
                """
                        .formatted(role, names, resource, String.join("\", \"", verbs)));
        made(
                "POST",
                RBAC + "clusterrolebindings",
                """
                {"metadata": {"name": "%s"}, "subjects": [%s, %s], "roleRef": {
                  "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "%s"}}
                """
                        .formatted(role, JANE, BOT, role));
    }

    private String written(int code, String body, String... as) throws Exception {
        String[] headers = new String[as.length + 2];
        System.arraycopy(as, 0, headers, 0, as.length);
        headers[as.length] = "Content-Type";
        headers[as.length + 1] = type("PATCH");
        HttpResponse<String> answer =
                served.client().admin("PATCH", CLAIMS + "/c/status", body, headers);
        assertEquals(code, answer.statusCode(), answer::body);
        return KubeObject.parse(answer.body().getBytes(UTF_8)).tree().string("message");
    }

    private String byJane(int code, String body) throws Exception {
        return written(code, body, "Impersonate-User", "jane");
    }

    private String byBot(int code, String node, String body) throws Exception {
        return written(
                code,
                body,
                "Impersonate-User",
                "system:serviceaccount:default:bot",
                "Impersonate-Extra-authentication.kubernetes.io%2Fnode-name",
                node);
    }

    @Test
    void anAllocationNeedsPermissionForBindings() throws Exception {
        assertEquals(
                "ResourceClaim.resource.k8s.io \"c\" is invalid: status.allocation: Forbidden:"
                        + " changing status.allocation or status.reservedFor requires"
                        + " resource=\"resourceclaims/binding\", verb=\"patch\" permission:"
                        + " resourceclaims.resource.k8s.io is forbidden: User \"jane\" cannot patch"
                        + " resource \"resourceclaims/binding\" in API group \"resource.k8s.io\" at"
                        + " the cluster scope",
                byJane(422, ALLOCATION));

        allow("binder", "resourceclaims/binding", "", "patch");

        assertEquals("", byJane(200, ALLOCATION));
    }

    @Test
    void anEmptyAllocationNeedsItToo() throws Exception {
        String refused = byJane(422, "{\"status\":{\"allocation\":{}}}");

        assertEquals(true, refused.contains("status.allocation: Forbidden"), () -> refused);
    }

    @Test
    void devicesNeedPermissionForTheirDriver() throws Exception {
        made("PATCH", CLAIMS + "/c/status", ALLOCATION);

        assertEquals(
                "ResourceClaim.resource.k8s.io \"c\" is invalid: status.devices: Forbidden: changing"
                        + " status.devices requires resource=\"resourceclaims/driver\","
                        + " verb=\"[arbitrary-node:patch]\" permission: resourceclaims.resource.k8s.io"
                        + " \"d.example.org\" is forbidden: User \"jane\" cannot arbitrary-node:patch"
                        + " resource \"resourceclaims/driver\" in API group \"resource.k8s.io\" in the"
                        + " namespace \"default\"",
                byJane(422, DEVICES));
        allow("driver", "resourceclaims/driver", "d.example.org", "arbitrary-node:patch");
        assertEquals("", byJane(200, DEVICES));
    }

    @Test
    void anAccountOnTheNodeOfTheClaimMayHaveLess() throws Exception {
        made("PATCH", CLAIMS + "/c/status", ALLOCATION);
        allow("driver", "resourceclaims/driver", "d.example.org", "associated-node:patch");

        String elsewhere = byBot(422, "m", DEVICES);

        assertEquals(true, elsewhere.contains("verb=\"[arbitrary-node:patch]\""), () -> elsewhere);
        assertEquals("", byBot(200, "n", DEVICES));
    }
}
