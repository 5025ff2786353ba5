package kat.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WritesTest {

    private static final String SHOP = "/api/v1/namespaces/shop";

    private static String said(String method, String path, String body, int code, String answer) {
        return Writes.said(method, path, body.getBytes(UTF_8), code, answer.getBytes(UTF_8));
    }

    @Test
    void tellsWhatBecameOfAnObject() {
        String named = "{\"metadata\":{\"name\":\"web\"}}";

        assertEquals(
                "created configmaps web", said("POST", SHOP + "/configmaps", named, 201, "{}"));
        assertEquals(
                "changed deployments.apps web",
                said("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", "", 200, "{}"));
        assertEquals("created namespaces web", said("POST", "/api/v1/namespaces", named, 201, ""));
        assertEquals("deleted namespaces a", said("DELETE", "/api/v1/namespaces/a", "", 200, ""));
        assertEquals(
                "replaced clusterroles.rbac.authorization.k8s.io a",
                said("PUT", "/apis/rbac.authorization.k8s.io/v1/clusterroles/a", "", 200, ""));
    }

    @Test
    void tellsWhyTheServerRefused() {
        assertEquals(
                "refused services web: no such type",
                said("PATCH", SHOP + "/services/web", "", 422, "{\"message\":\"no such type\"}"));
        assertEquals(
                "refused services web: HTTP 502",
                said("PATCH", SHOP + "/services/web", "", 502, "<a>"));
    }

    @Test
    void aTrialKeepsNothing() {
        assertEquals("/api/v1/pods?dryRun=All", Writes.tried("/api/v1/pods"));
        assertEquals("/api/v1/pods?a=b&dryRun=All", Writes.tried("/api/v1/pods?a=b"));
        assertEquals(
                "{\"apiVersion\":\"v1\",\"dryRun\":[\"All\"],\"kind\":\"DeleteOptions\",\"propagationPolicy\":\"Background\"}",
                new String(Writes.tried("DELETE", "{}".getBytes(UTF_8)), UTF_8));
        assertEquals("{}", new String(Writes.tried("PATCH", "{}".getBytes(UTF_8)), UTF_8));
    }
}
