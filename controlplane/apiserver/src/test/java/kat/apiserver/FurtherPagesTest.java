package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import kat.apiserver.http.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FurtherPagesTest {

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String PATH = "/metrics/further";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        served.server()
                .addPage(
                        PATH,
                        () ->
                                new Answer(
                                        200,
                                        Answer.TEXT,
                                        List.of(),
                                        List.of("a 1\n".getBytes(UTF_8), "b 2\n".getBytes(UTF_8))));
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> ask(String user) throws Exception {
        return served.client().admin("GET", PATH, "", "Impersonate-User", user);
    }

    @Test
    void answersWhatItIsMadeOf() throws Exception {
        HttpResponse<String> answer = served.client().admin("GET", PATH, "");

        assertEquals(200, answer.statusCode());
        assertEquals("a 1\nb 2\n", answer.body());
    }

    @Test
    void isForThoseWhomARuleAllowsIt() throws Exception {
        assertEquals(403, ask("ann").statusCode());

        create(
                "clusterroles",
                """
                {"metadata":{"name":"reader"},
                 "rules":[{"verbs":["get"],"nonResourceURLs":["/metrics/further"]}]}
                """);
        create(
                "clusterrolebindings",
                """
                {"metadata":{"name":"reader"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
                  "name":"reader"},
                 "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"ann"}]}
                """);

        assertEquals(200, ask("ann").statusCode());
        assertEquals(403, ask("bob").statusCode());
    }

    private void create(String plural, String body) throws Exception {
        HttpResponse<String> answer =
                served.client()
                        .admin("POST", RBAC + plural, body, "Content-Type", "application/json");
        assertEquals(201, answer.statusCode(), answer.body());
    }
}
