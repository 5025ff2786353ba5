package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may do everything in one namespace may do nothing outside, by whatever path.
class RightsInNamespaceTest {

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        create("/api/v1/namespaces", "{'metadata':{'name':'mine'}}");
        create("/api/v1/nodes", "{'metadata':{'name':'n'}}");
        create(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/mine/rolebindings",
                "{'metadata':{'name':'all'},'subjects':[{'kind':'User','name':'mallory',"
                        + "'apiGroup':'rbac.authorization.k8s.io'}],'roleRef':{"
                        + "'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole',"
                        + "'name':'cluster-admin'}}");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void create(String path, String json) throws Exception {
        HttpResponse<String> answer =
                served.client()
                        .admin(
                                "POST",
                                path,
                                json.replace('\'', '"'),
                                "Content-Type",
                                "application/json");
        assertEquals(201, answer.statusCode(), answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/namespaces/mine, 200",
        "GET, /api/v1/namespaces/default, 403",
        "GET, /api/v1/namespaces/mine/namespaces/default, 404",
        "DELETE, /api/v1/namespaces/mine/namespaces/kube-system, 404",
        "PUT, /api/v1/namespaces/mine/namespaces/kube-system/finalize, 404",
        "GET, /api/v1/namespaces/mine/namespaces?fieldSelector=metadata.name=default, 404",
        "GET, /api/v1/namespaces/mine/nodes/n, 404",
        "GET, /api/v1/namespaces/mine/nodes/n/proxy/pods, 404",
        "POST, /api/v1/watch/namespaces/mine/pods/p/proxy/x, 404",
        "POST, /api/v1/watch%2Fnamespaces/mine/pods/p/proxy/x, 404",
        "POST, /api/v1/watch/namespaces/mine/pods, 405",
        "GET, /api/v1/watch/namespaces/mine/secrets/x?fieldSelector=type!=y, 400",
        "GET, /api/v1/watch/namespaces/mine/secrets/x?fieldSelector=metadata.name=y, 400",
    })
    void reachNoFurther(String method, String path, int code) throws Exception {
        HttpResponse<String> answer =
                served.client()
                        .admin(
                                method,
                                path,
                                method.equals("PUT") ? "{}" : "",
                                "Impersonate-User",
                                "mallory",
                                "Content-Type",
                                "application/json");

        assertEquals(code, answer.statusCode(), answer.body());
    }
}
