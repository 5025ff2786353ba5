package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodDeletionTest {

    private static final String PODS = "/api/v1/namespaces/default/pods";

    private static final String POD =
            """
            {"metadata": {"name": "p"},
             "spec": {"automountServiceAccountToken": false,
                      "containers": [{"name": "c", "image": "i"}]}}
            """;

    private static final String DEFAULT_ACCOUNT = "{\"metadata\": {\"name\": \"default\"}}";

    private @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(ApiServerConfig.local(folder));
        ask(201, "POST", "/api/v1/namespaces/default/serviceaccounts", DEFAULT_ACCOUNT);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private String ask(int code, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = served.client().admin(method, path, body);
        assertEquals(code, answer.statusCode(), answer.body());
        return answer.body();
    }

    private static JsonObject parsed(String text) {
        return (JsonObject) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void watchersSeeAPodEndBeforeItIsGone() throws Exception {
        String version =
                parsed(ask(201, "POST", PODS, POD)).object("metadata").string("resourceVersion");

        JsonObject answer = parsed(ask(200, "DELETE", PODS + "/p", ""));
        String told =
                ask(200, "GET", PODS + "?watch=1&timeoutSeconds=1&resourceVersion=" + version, "");

        List<JsonObject> events = told.lines().map(PodDeletionTest::parsed).toList();
        assertEquals(
                List.of("MODIFIED", "DELETED"),
                events.stream().map(event -> event.string("type")).toList());
        for (JsonObject event : events) {
            JsonObject metadata = event.object("object").object("metadata");
            assertEquals(0, metadata.integer("deletionGracePeriodSeconds", -1));
            assertEquals(
                    answer.object("metadata").string("deletionTimestamp"),
                    metadata.string("deletionTimestamp"));
        }
    }
}
