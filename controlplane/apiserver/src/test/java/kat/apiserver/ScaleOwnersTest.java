package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who owns the replicas of an object that several apply a scale to, as Kubernetes 1.36.3
/// answered.
class ScaleOwnersTest {

    private static final String SETS = "/apis/apps/v1/namespaces/default/replicasets";

    @TempDir Path folder;
    private Served served;

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        HttpResponse<String> made =
                served.client()
                        .admin(
                                "POST",
                                SETS + "?fieldManager=creator",
                                """
                                {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"r"},
                                "spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},
                                "template":{"metadata":{"labels":{"a":"b"}},
                                "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                                """,
                                "Content-Type",
                                "application/json");
        assertEquals(201, made.statusCode(), made::body);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private HttpResponse<String> scale(String manager, String replicas, boolean force)
            throws Exception {
        return served.client()
                .admin(
                        "PATCH",
                        SETS + "/r/scale?fieldManager=" + manager + "&force=" + force,
                        """
                        {"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"r",
                        "namespace":"default"},"spec":{%s}}
                        """
                                .formatted(replicas),
                        "Content-Type",
                        "application/apply-patch+yaml");
    }

    private long replicas() throws Exception {
        String set = served.client().admin("GET", SETS + "/r", "").body();
        return ((JsonObject) Json.parse(set.getBytes(UTF_8))).object("spec").integer("replicas", 7);
    }

    private static final String NONE = "\"replicas\":0";

    @Test
    void wishingForNoneConflictsWithWhoHasWishedForNone() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());

        HttpResponse<String> other = scale("b", NONE, false);

        assertEquals(409, other.statusCode(), other::body);
        assertTrue(
                other.body().contains("conflict with \\\"a\\\" with subresource \\\"scale\\\""),
                other::body);
        assertEquals(200, scale("a", NONE, false).statusCode());
        assertEquals(0, replicas());
    }

    @Test
    void whoForcesTakesNoReplicasFromAnother() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());
        assertEquals(200, scale("b", NONE, true).statusCode());

        HttpResponse<String> first = scale("a", "\"replicas\":3", false);

        assertEquals(409, first.statusCode(), first::body);
        assertEquals(0, replicas());
    }

    @Test
    void wishingForAsManyAsThereAreConflictsWithNobody() throws Exception {
        assertEquals(200, scale("a", "\"replicas\":3", true).statusCode());

        assertEquals(200, scale("b", "\"replicas\":3", false).statusCode());
        assertEquals(3, replicas());
    }

    @Test
    void wishingForNothingLeavesNone() throws Exception {
        assertEquals(200, scale("a", NONE, true).statusCode());

        assertEquals(200, scale("b", "", false).statusCode());
        assertEquals(0, replicas());
    }
}
