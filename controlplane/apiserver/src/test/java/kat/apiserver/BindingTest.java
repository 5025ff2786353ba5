package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    private String pod(String name) throws Exception {
        return served.client().admin("GET", NAMESPACE + "/pods/" + name, "").body();
    }

    private void zoneOfNode(String name, String zone) throws Exception {
        String node =
                """
                {"metadata":{"name":"%s","labels":{"topology.kubernetes.io/zone":"%s",
                "topology.kubernetes.io/region":"r","other":"o"}}}
                """
                        .formatted(name, zone);
        served.client().admin("POST", "/api/v1/nodes", node, "Content-Type", "application/json");
    }

    @Test
    void aBoundPodIsLabelledWithZoneAndRegionOfItsNode() throws Exception {
        zoneOfNode("one", "north");

        assertEquals(201, post("/pods/p/binding", binding("p", "one")).statusCode());

        String labels =
                "\"labels\":{\"topology.kubernetes.io/region\":\"r\","
                        + "\"topology.kubernetes.io/zone\":\"north\",\"zone\":\"z\"}";
        assertTrue(pod("p").contains(labels), pod("p"));
    }

    @Test
    void aNewPodOnANodeHasItsZoneWhateverItSays() throws Exception {
        zoneOfNode("one", "north");
        post(
                "/pods",
                """
                {"metadata":{"name":"q","labels":{"topology.kubernetes.io/zone":"south"}},
                "spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]}}
                """);

        assertTrue(pod("q").contains("\"topology.kubernetes.io/zone\":\"north\""), pod("q"));
    }

    @Test
    void nobodyOwnsWhatABindingSets() throws Exception {
        assertEquals(201, post("/pods/p/binding", binding("p", "one")).statusCode());

        assertFalse(pod("p").contains("f:nodeName"), pod("p"));
        assertFalse(pod("p").contains("\"subresource\":\"binding\""), pod("p"));
    }

    @Test
    void anEvictedPodIsToldWhyAndNobodyOwnsThat() throws Exception {
        String evicted =
                """
                {"metadata":{"name":"e","finalizers":["example.com/stay"]},
                "spec":{"containers":[{"name":"c","image":"i"}]}}
                """;
        post("/pods", evicted);

        String eviction = "{\"metadata\":{\"name\":\"e\"}}";
        assertEquals(201, post("/pods/e/eviction", eviction).statusCode());

        assertTrue(pod("e").contains("\"reason\":\"EvictionByEvictionAPI\""), pod("e"));
        assertTrue(pod("e").contains("\"lastProbeTime\":null"), pod("e"));
        assertFalse(pod("e").contains("\"subresource\":\"status\""), pod("e"));
    }

    @Test
    void anEvictionThatABudgetRefusesIsNotCountedAsGivenUpByTheServer() throws Exception {
        String pod =
                """
                {"metadata":{"name":"e","labels":{"app":"a"}},"status":{"phase":"Running"},
                "spec":{"nodeName":"one","containers":[{"name":"c","image":"i"}]}}
                """;
        String budget =
                """
                {"metadata":{"name":"b"},"spec":{"minAvailable":1,
                "selector":{"matchLabels":{"app":"a"}}}}
                """;
        post("/pods", pod);
        served.client()
                .admin(
                        "PATCH",
                        NAMESPACE + "/pods/e/status",
                        "{\"status\":{\"phase\":\"Running\"}}",
                        "Content-Type",
                        "application/merge-patch+json");
        served.client()
                .admin(
                        "POST",
                        "/apis/policy/v1/namespaces/default/poddisruptionbudgets",
                        budget,
                        "Content-Type",
                        "application/json");

        String eviction = "{\"metadata\":{\"name\":\"e\"}}";
        assertEquals(429, post("/pods/e/eviction", eviction).statusCode());

        String told = metricsWith("apiserver_request_total{code=\"429\"");
        assertFalse(told.contains("\napiserver_request_terminations_total{"), told);
    }

    /// Requests are counted after their answer.
    private String metricsWith(String sample) throws Exception {
        String told = "";
        for (int i = 0; i < 1_000 && !told.contains("\n" + sample); i++) {
            told = served.client().admin("GET", "/metrics", "").body();
        }
        assertTrue(told.contains("\n" + sample), told);
        return told;
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
