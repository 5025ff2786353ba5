package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import kat.api.KubeObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What answers tell clients of the credentials that they showed.
class CredentialWarningsTest {

    private static final String CORE = "/api/v1/namespaces/default/";
    private static final String ACCOUNT =
            "{\"metadata\": {\"name\": \"bot\"}, \"secrets\": [{\"name\": \"bot-token\"}]}";
    private static final String SECRET =
            """
            {"metadata": {"name": "bot-token",
              "annotations": {"kubernetes.io/service-account.name": "bot"}},
             "type": "kubernetes.io/service-account-token"}
            """;
    private static final String BINDING =
            """
            {"metadata": {"name": "bot"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
               "name": "cluster-admin"},
             "subjects": [{"kind": "ServiceAccount", "name": "bot", "namespace": "default"}]}
            """;
    private static final String GENERATED =
            "299 - \"Use tokens from the TokenRequest API or manually created secret-based tokens"
                    + " instead of auto-generated secret-based tokens.\"";

    @TempDir Path folder;
    private Served served;
    private String token;

    @BeforeEach
    void aTokenOfAGeneratedSecret() throws Exception {
        served = Served.start(folder);
        KubeObject account = made("POST", CORE + "serviceaccounts", ACCOUNT);
        KubeObject secret = made("POST", CORE + "secrets", SECRET);
        token = served.server().tokenSigner().secretToken(account, secret);
        String encoded = Base64.getEncoder().encodeToString(token.getBytes(UTF_8));
        String data = "{\"data\": {\"token\": \"" + encoded + "\"}}";
        KubeObject unused = made("PATCH", CORE + "secrets/bot-token", data);
        String bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        unused = made("POST", bindings, BINDING);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private KubeObject made(String method, String path, String body) throws Exception {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", type);
        assertEquals(2, answer.statusCode() / 100, answer::body);
        return KubeObject.parse(answer.body().getBytes(UTF_8));
    }

    private List<String> warnings(int code, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer =
                served.client().send(method, path, body, "Authorization", "Bearer " + token);
        assertEquals(code, answer.statusCode(), answer::body);
        return answer.headers().allValues("warning");
    }

    @Test
    void comeWithEveryAnswer() throws Exception {
        assertEquals(List.of(GENERATED), warnings(200, "GET", CORE + "configmaps", ""));
        assertEquals(List.of(GENERATED), warnings(404, "GET", CORE + "configmaps/absent", ""));
        assertEquals(List.of(GENERATED), warnings(200, "GET", "/version", ""));
        assertEquals(List.of(GENERATED), warnings(404, "GET", "/nowhere", ""));
        String watch = CORE + "configmaps?watch=1&timeoutSeconds=1";
        assertEquals(List.of(GENERATED), warnings(200, "GET", watch, ""));
    }

    @Test
    void comeBeforeThoseAboutTheKind() throws Exception {
        List<String> told = warnings(200, "GET", "/api/v1/componentstatuses", "");

        assertEquals(
                List.of(GENERATED, "299 - \"v1 ComponentStatus is deprecated in v1.19+\""), told);
    }
}
