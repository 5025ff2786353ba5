package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lists that are sent empty and left out when they are stored.
class EmptyListsTest {

    private static final String POLICIES =
            "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";
    private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";

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

    private static String policy(String spec) {
        return """
        {"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"},
        "spec":{"podSelector":{},"policyTypes":["Ingress"]%s}}
        """
                .formatted(spec);
    }

    private JsonObject sent(String method, String path, String body, int code) throws Exception {
        HttpResponse<String> answer =
                served.client().admin(method, path, body, "Content-Type", "application/json");
        assertEquals(code, answer.statusCode(), answer::body);
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private static long generation(JsonObject object) {
        return object.object("metadata").integer("generation", 0);
    }

    @Test
    void anEmptyListOfAPolicyCountsAsAChangeEachTimeItIsSent() throws Exception {
        JsonObject made = sent("POST", POLICIES, policy(",\"ingress\":[]"), 201);
        JsonObject same = sent("PUT", POLICIES + "/p", policy(""), 200);
        JsonObject sent = sent("PUT", POLICIES + "/p", policy(",\"ingress\":[]"), 200);
        JsonObject again = sent("PUT", POLICIES + "/p", policy(",\"ingress\":[]"), 200);

        assertEquals(1, generation(made));
        assertEquals(1, generation(same));
        assertEquals(2, generation(sent));
        assertEquals(3, generation(again));
        assertFalse(again.object("spec").has("ingress"));
    }

    @Test
    void nobodyOwnsAnEmptyListThatIsNotStored() throws Exception {
        String slice =
                """
                {"apiVersion":"resource.k8s.io/v1","kind":"ResourceSlice","metadata":{"name":"s"},
                "spec":{"driver":"d.example.org","allNodes":true,"devices":[],
                "pool":{"name":"p","generation":1,"resourceSliceCount":1}}}
                """;

        JsonObject made = sent("POST", SLICES, slice, 201);

        JsonObject owned =
                made.object("metadata")
                        .array("managedFields")
                        .objects()
                        .getFirst()
                        .object("fieldsV1")
                        .object("f:spec");
        assertFalse(owned.has("f:devices"), owned::toString);
    }
}
