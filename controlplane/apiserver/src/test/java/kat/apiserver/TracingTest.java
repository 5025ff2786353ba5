package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import kat.apiserver.trace.TraceReceiver;
import kat.apiserver.trace.TraceReceiver.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests as a collector sees them.
class TracingTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "00-" + TRACE + "-b7ad6b7169203331-01";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String HOOK =
            """
            {"metadata": {"name": "hook-%1$s"}, "webhooks": [{
              "name": "%1$s.example.org", "clientConfig": {"url": "%2$s", "caBundle": "%3$s"},
              "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                         "operations": ["CREATE"]}],
              "sideEffects": "None", "admissionReviewVersions": ["v1"]}]}
            """;

    @TempDir Path folder;
    private TraceReceiver receiver;

    @BeforeEach
    void listen() throws Exception {
        receiver = new TraceReceiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private Served server(int perMillion) throws Exception {
        Path file = folder.resolve("tracing.yaml");
        Files.writeString(
                file,
                """
                apiVersion: apiserver.config.k8s.io/v1
                kind: TracingConfiguration
                endpoint: %s
                samplingRatePerMillion: %d
                """
                        .formatted(receiver.endpoint(), perMillion));
        ServerOptions options =
                new ServerOptions(new TreeMap<>(Map.of("tracing-config-file", file.toString())));
        return Served.start(
                ApiServerConfig.local(folder.resolve("pki")).guardedBy(ServerGuards.of(options)));
    }

    private static Span named(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + spans));
    }

    @Test
    void anAdministratorsRequestIsPartOfTheTraceThatItNames() throws Exception {
        try (Served served = server(0)) {
            HttpResponse<String> answer =
                    served.client().admin("GET", MAPS + "?limit=3", "", "traceparent", CALLER);
            Span whole = receiver.await(span -> span.name().startsWith("GET /api/v1"));
            Span list = receiver.await(span -> span.name().equals("List"));
            List<Span> spans = receiver.of(TRACE);

            assertEquals(200, answer.statusCode());
            assertEquals("GET /api/v1/namespaces/{:namespace}/configmaps", whole.name());
            assertEquals(TRACE, whole.trace());
            assertEquals("b7ad6b7169203331", whole.parent());
            assertEquals("200", whole.attributes().get("http.response.status_code"));
            assertEquals(MAPS + "?limit=3", whole.attributes().get("http.target"));
            assertEquals(
                    answer.headers().firstValue("audit-id").orElse(""),
                    whole.attributes().get("audit-id"));
            assertEquals(whole.id(), list.parent());
            assertEquals("configmaps", list.attributes().get("resource"));
            assertEquals("namespace", list.attributes().get("scope"));
            assertEquals(list.id(), named(spans, "cacher.GetList").parent());
            assertEquals(whole.id(), named(spans, "authorization").parent());
            assertEquals(whole.id(), named(spans, "priorityandfairness").parent());
        }
    }

    @Test
    void aWriteTellsOfAdmissionWebhooksAndTheStore() throws Exception {
        Map<String, String> parents = new TreeMap<>();
        try (HttpsHook hook = new HttpsHook(folder.resolve("hook"));
                Served served = server(0)) {
            for (String name : List.of("one", "two")) {
                hook.answer("/" + name, _ -> JsonObject.of("allowed", Json.of(true)));
                HttpResponse<String> made =
                        served.client()
                                .admin(
                                        "POST",
                                        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
                                        HOOK.formatted(
                                                name, hook.url("/" + name), hook.authority()));
                assertEquals(201, made.statusCode(), made::body);
            }

            HttpResponse<String> made =
                    served.client()
                            .admin(
                                    "POST",
                                    MAPS,
                                    "{\"metadata\":{\"name\":\"a\"}}",
                                    "traceparent",
                                    CALLER);
            assertEquals(201, made.statusCode(), made::body);
            receiver.await(span -> span.name().equals("Create") && span.trace().equals(TRACE));
            for (String name : List.of("one", "two")) {
                parents.put(name, hook.header("/" + name, "traceparent"));
            }
        }
        List<Span> spans = receiver.of(TRACE);
        Span create = named(spans, "Create");
        Span validate = named(spans, "Validate");
        List<Span> calls =
                spans.stream().filter(span -> span.name().startsWith("Call validating")).toList();

        assertEquals(create.id(), validate.parent());
        assertEquals(create.id(), named(spans, "Admit").parent());
        assertEquals(create.id(), named(spans, "Create etcd3").parent());
        assertEquals(2, calls.size(), spans::toString);
        for (Span call : calls) {
            String name = call.attributes().get("webhook").replace(".example.org", "");
            assertEquals(validate.id(), call.parent());
            assertEquals("00-" + TRACE + "-" + call.id() + "-01", parents.get(name));
        }
    }

    @Test
    void othersBeginTracesOfTheirOwnAndAreLinkedTo() throws Exception {
        try (Served served = server(1_000_000)) {
            HttpResponse<String> answer =
                    served.client().send("GET", "/version", "", "traceparent", CALLER);
            Span whole = receiver.await(span -> span.link().equals(TRACE));

            assertEquals(200, answer.statusCode());
            assertEquals("GET", whole.name());
            assertFalse(whole.trace().equals(TRACE));
            assertEquals("", whole.parent());
        }
    }

    @Test
    void withoutARateNothingIsKeptButWhatTrustedClientsWant() throws Exception {
        try (Served served = server(0)) {
            served.client().send("GET", "/version", "", "traceparent", CALLER);
            served.client().admin("GET", "/version", "");
            HttpResponse<String> wanted =
                    served.client().admin("GET", "/livez", "", "traceparent", CALLER);
            receiver.await(span -> span.trace().equals(TRACE));

            assertEquals(200, wanted.statusCode());
        }
        List<Span> all = receiver.all();
        assertTrue(all.stream().allMatch(span -> span.trace().equals(TRACE)), all::toString);
        assertTrue(
                all.stream()
                        .filter(span -> span.attributes().containsKey("url.path"))
                        .allMatch(span -> span.attributes().get("url.path").equals("/livez")),
                all::toString);
    }
}
