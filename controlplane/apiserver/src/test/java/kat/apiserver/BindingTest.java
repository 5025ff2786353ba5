package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods get their node by a binding below them, or by one of their name.
class BindingTest {

    private static final String NAMESPACE = "/api/v1/namespaces/default";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        post("/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        post(
                "/pods",
                """
                {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}
                """);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return served.client()
                .admin("POST", NAMESPACE + path, body, "Content-Type", "application/json");
    }

    private static String binding(String name, String node) {
        return """
        {"apiVersion":"v1","kind":"Binding","metadata":{"name":"%s","labels":{"zone":"z"}},
        "target":{"kind":"Node","name":"%s"}}
        """
                .formatted(name, node);
    }

    @Test
    void aBindingOfItsNameBindsThePodOnce() throws Exception {
        assertEquals(201, post("/bindings", binding("p", "one")).statusCode());
        String pod = served.client().admin("GET", NAMESPACE + "/pods/p", "").body();
        assertTrue(pod.contains("\"nodeName\":\"one\""), pod);
        assertTrue(pod.contains("\"zone\":\"z\""), pod);
        HttpResponse<String> again = post("/pods/p/binding", binding("p", "two"));
        assertEquals(409, again.statusCode());
        assertTrue(again.body().contains("pod p is already assigned to node \\\"one\\\""));
    }

    @Test
    void aBindingOfNoNameIsRefused() throws Exception {
        HttpResponse<String> refused = post("/bindings", binding("", "one"));

        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("Name parameter required."), refused.body());
    }

    @Test
    void aBindingOfAnotherNameIsRefused() throws Exception {
        HttpResponse<String> refused = post("/pods/p/binding", binding("q", "one"));
        assertEquals(400, refused.statusCode());
        assertTrue(refused.body().contains("name in URL does not match name in Binding object"));
    }
}
