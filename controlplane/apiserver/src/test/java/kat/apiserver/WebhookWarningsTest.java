package kat.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.config.ServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What webhooks warn of reaches whoever made the request.
class WebhookWarningsTest {

    @TempDir Path folder;
    private HookedServer api;

    @BeforeEach
    void start() throws Exception {
        api = HookedServer.start(folder, ServerOptions.NONE);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private void warning(Kind kind, String name, boolean allowed, List<String> texts)
            throws Exception {
        api.hook()
                .answer(
                        "/" + name,
                        request ->
                                JsonObject.of(
                                        "allowed",
                                        Json.of(allowed),
                                        "warnings",
                                        JsonArray.ofStrings(texts)));
        api.register(kind, name, "None", "");
    }

    private static List<String> warnings(HttpResponse<String> answer) {
        return answer.headers().allValues("warning");
    }

    @Test
    void tellsWhatWebhooksWarnOf() throws Exception {
        warning(Kinds.MUTATING_WEBHOOKS, "changes", true, List.of("old", "a \"quoted\" one"));
        warning(Kinds.VALIDATING_WEBHOOKS, "decides", true, List.of("old", "new", "a\nb", ""));

        HttpResponse<String> answer = api.send("a", "");

        assertEquals(201, answer.statusCode());
        assertEquals(
                List.of("299 - \"old\"", "299 - \"a \\\"quoted\\\" one\"", "299 - \"new\""),
                warnings(answer));
    }

    @Test
    void tellsItAlsoInADryRun() throws Exception {
        warning(Kinds.VALIDATING_WEBHOOKS, "decides", true, List.of("old"));

        assertEquals(List.of("299 - \"old\""), warnings(api.send("a", "?dryRun=All")));
    }

    @Test
    void tellsItAlsoWhenAWebhookDenies() throws Exception {
        warning(Kinds.MUTATING_WEBHOOKS, "changes", true, List.of("first"));
        warning(Kinds.VALIDATING_WEBHOOKS, "decides", false, List.of("second"));

        HttpResponse<String> answer = api.send("a", "");

        assertEquals(400, answer.statusCode());
        assertEquals(List.of("299 - \"first\"", "299 - \"second\""), warnings(answer));
    }

    @Test
    void cutsWhatIsTooLongAndLeavesOutTheRest() throws Exception {
        List<String> texts =
                IntStream.range(0, 20).mapToObj(i -> (char) ('A' + i) + "x".repeat(299)).toList();
        warning(Kinds.VALIDATING_WEBHOOKS, "decides", true, texts);

        assertEquals(
                texts.stream()
                        .limit(16)
                        .map(text -> "299 - \"" + text.substring(0, 256) + "\"")
                        .toList(),
                warnings(api.send("a", "")));
    }
}
