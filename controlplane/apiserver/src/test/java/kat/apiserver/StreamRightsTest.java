package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may only get streams of a pod opens none, by whatever method.
class StreamRightsTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        create("/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
        create(
                PODS,
                "{'metadata':{'name':'p'},'spec':{'automountServiceAccountToken':false,"
                        + "'containers':[{'name':'c','image':'i'}]}}");
        may("reader", "'get'");
        may("worker", "'get','create'");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private void may(String user, String verbs) throws Exception {
        create(
                RBAC + "roles",
                "{'metadata':{'name':'%s'},'rules':[{'apiGroups':[''],'resources':['pods/exec','pods/attach','pods/portforward'],'verbs':[%s]}]}"
                        .formatted(user, verbs));
        create(
                RBAC + "rolebindings",
                "{'metadata':{'name':'%1$s'},'subjects':[{'kind':'User','name':'%1$s','apiGroup':'rbac.authorization.k8s.io'}],'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'%1$s'}}"
                        .formatted(user));
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

    private HttpResponse<String> open(String user, String stream) throws Exception {
        return served.client().admin("GET", PODS + "/" + stream, "", "Impersonate-User", user);
    }

    @ParameterizedTest
    @CsvSource({
        "p, exec?command=ls&stdout=true",
        "p, attach?stdout=true",
        "p, portforward",
        "none, exec?command=ls",
    })
    void getIsNotEnough(String pod, String stream) throws Exception {
        HttpResponse<String> answer = open("reader", pod + "/" + stream);

        assertEquals(403, answer.statusCode(), answer.body());
        assertTrue(
                answer.body().contains("\"pods \\\"%s\\\" is forbidden: \"".formatted(pod)),
                answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "p/exec?command=ls&stdout=true, 'pod p does not have a host assigned'",
        "p/attach?stdout=true, 'pod p does not have a host assigned'",
        "p/portforward, 'pod p does not have a host assigned'",
        "none/exec?command=ls, 'pods \\\"none\\\" not found'",
    })
    void whoMayCreateIsToldOfThePod(String stream, String words) throws Exception {
        HttpResponse<String> answer = open("worker", stream);

        assertTrue(answer.body().contains(words), answer.body());
    }
}
