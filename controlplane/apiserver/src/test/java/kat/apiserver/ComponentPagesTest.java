package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `/statusz` and `/flagz`, in each of their forms.
class ComponentPagesTest {

    private static final String STRUCTURED = "application/json;as=%s;v=%s;g=config.k8s.io";

    @TempDir Path folder;

    private Served server() throws Exception {
        ServerOptions options = new ServerOptions(new TreeMap<>(Map.of("v", "0")));
        return Served.start(ApiServerConfig.local(folder).guardedBy(ServerGuards.of(options)));
    }

    private static JsonObject tree(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer::body);
        return (JsonObject) Json.parse(answer.body().getBytes(UTF_8));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void peopleGetText() throws Exception {
        try (Served served = server()) {
            HttpResponse<String> status =
                    served.client().admin("GET", "/statusz", "", "Accept", "*/*");
            HttpResponse<String> flags = served.client().admin("GET", "/flagz", "");

            assertEquals("text/plain; charset=utf-8", header(status, "content-type"));
            List<String> lines = status.body().lines().toList();
            assertEquals("apiserver statusz", lines.get(1));
            assertTrue(lines.get(4).startsWith("Started: "), status::body);
            assertTrue(lines.get(5).startsWith("Up: 0 hr 0"), status::body);
            assertTrue(lines.contains("Binary version: 1.36.3"), status::body);
            assertTrue(lines.contains("Emulation version: 1.36"), status::body);
            assertTrue(
                    lines.contains(
                            "Paths: /flagz /healthz /livez /metrics /readyz /statusz"
                                    + " /version"),
                    status::body);
            assertTrue(flags.body().startsWith("\napiserver flagz\nWarning: "), flags::body);
            assertTrue(flags.body().contains("\nbind-address=127.0.0.1\n"), flags::body);
            assertTrue(flags.body().contains("\nv=0\n"), flags::body);
        }
    }

    @Test
    void programsGetAnObjectOfTheVersionThatTheyAskFor() throws Exception {
        try (Served served = server()) {
            JsonObject status =
                    tree(
                            served.client()
                                    .admin(
                                            "GET",
                                            "/statusz",
                                            "",
                                            "Accept",
                                            STRUCTURED.formatted("Statusz", "v1beta1")));
            HttpResponse<String> old =
                    served.client()
                            .admin(
                                    "GET",
                                    "/flagz",
                                    "",
                                    "Accept",
                                    STRUCTURED.formatted("Flagz", "v1alpha1"));
            JsonObject flags = tree(old);

            assertEquals("Statusz", status.string("kind"));
            assertEquals("config.k8s.io/v1beta1", status.string("apiVersion"));
            assertEquals("apiserver", status.object("metadata").string("name"));
            assertEquals("1.36.3", status.string("binaryVersion"));
            assertEquals(
                    "application/json;g=config.k8s.io;v=v1alpha1;as=Flagz",
                    header(old, "content-type"));
            assertEquals("config.k8s.io/v1alpha1", flags.string("apiVersion"));
            assertEquals("127.0.0.1", flags.object("flags").string("advertise-address"));
            assertEquals(
                    "299 - \"This version of the flagz endpoint is deprecated. Please use a newer"
                            + " version.\"",
                    header(old, "warning"));
        }
    }

    @Test
    void otherFormsAreRefused() throws Exception {
        try (Served served = server()) {
            for (String accept :
                    List.of("application/json", STRUCTURED.formatted("Flagz", "v1beta1"))) {
                HttpResponse<String> answer =
                        served.client().admin("GET", "/statusz", "", "Accept", accept);

                assertEquals(406, answer.statusCode(), answer::body);
                assertTrue(
                        answer.body()
                                .contains(
                                        "only the following media types are accepted:"
                                                + " application/json, application/yaml,"
                                                + " text/plain"),
                        answer::body);
            }
        }
    }

    @Test
    void theyAreForWhomARuleAllowsThem() throws Exception {
        try (Served served = server()) {
            assertEquals(403, served.client().send("GET", "/statusz", "").statusCode());
            assertEquals(403, served.client().send("GET", "/flagz", "").statusCode());
        }
    }
}
