package kat.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How versions, matches, limits, tokens of pages and initial events of lists and watches go
/// together: all of them with each other.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ReadTableTest {

    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    private static final Pattern VALUE = Pattern.compile("=(PAST|NOW|TOKEN)(?=&|$)");

    /// How many requests are under way at a time.
    private static final int AT_ONCE = 8;

    @TempDir Path folder;
    private Served served;
    private String past = "";
    private String now = "";
    private String token = "";

    /// A request and what it is answered by.
    private record Row(String query, String wanted) {}

    @BeforeEach
    void start() throws Exception {
        served = Served.start(folder);
        var _ = create("a");
        var _ = create("b");
        past = create("c");
        token = tree(get("?limit=1").body()).object("metadata").string("continue");
        now = create("d");
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private String create(String name) throws Exception {
        HttpResponse<String> made =
                served.client()
                        .admin(
                                "POST",
                                LEASES,
                                "{\"metadata\":{\"name\":\"" + name + "\"}}",
                                "Content-Type",
                                "application/json");
        return tree(made.body()).object("metadata").string("resourceVersion");
    }

    private HttpResponse<String> get(String query) throws Exception {
        return served.client().admin("GET", LEASES + query, "");
    }

    private static JsonObject tree(String json) {
        return (JsonObject) Json.parse(json.getBytes(UTF_8));
    }

    private static List<Row> rows() throws Exception {
        try (InputStream in = ReadTableTest.class.getResourceAsStream("reads.txt")) {
            assertTrue(in != null);
            List<Row> rows = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), UTF_8).split("\n", -1)) {
                int arrow = line.indexOf(" -> ");
                if (arrow >= 0) {
                    rows.add(new Row(line.substring(0, arrow), line.substring(arrow + 4)));
                }
            }
            return rows;
        }
    }

    private String answer(String query) throws Exception {
        Matcher named = VALUE.matcher(query);
        String filled =
                named.replaceAll(
                        value ->
                                "="
                                        + switch (value.group(1)) {
                                            case "PAST" -> past;
                                            case "NOW" -> now;
                                            default -> token;
                                        });
        boolean watches = query.startsWith("watch=1");
        HttpResponse<String> answer = get("?" + filled + (watches ? "&timeoutSeconds=2" : ""));
        String told =
                answer.statusCode() != 200
                        ? refusal(tree(answer.body()))
                        : watches ? events(answer.body()) : list(tree(answer.body()));
        return (answer.statusCode() + " " + told).strip();
    }

    private static String refusal(JsonObject status) {
        return status.string("reason") + " " + status.string("message");
    }

    private static String list(JsonObject list) {
        JsonObject metadata = list.object("metadata");
        long remaining = metadata.integer("remainingItemCount", 0);
        return list.array("items").objects().stream()
                        .map(each -> each.object("metadata").string("name"))
                        .collect(Collectors.joining(","))
                + (metadata.has("continue") ? " more" : "")
                + (remaining > 0 ? " " + remaining : "");
    }

    /// Bookmarks count only where they end what there was.
    private static String events(String body) {
        List<String> events = new ArrayList<>();
        for (String line : body.lines().toList()) {
            JsonObject event = tree(line);
            JsonObject metadata = event.object("object").object("metadata");
            boolean ends = metadata.object("annotations").has("k8s.io/initial-events-end");
            if (ends) {
                events.add("BOOKMARK END");
            } else if (!event.string("type").equals("BOOKMARK")) {
                events.add(event.string("type") + " " + metadata.string("name"));
            }
        }
        return String.join(" | ", events);
    }

    @Test
    void everyCombinationIsAnsweredAsByKubernetes() throws Exception {
        List<Row> rows = rows();
        List<Callable<String>> asked = new ArrayList<>();
        rows.forEach(row -> asked.add(() -> row.query() + " -> " + answer(row.query())));
        List<String> wanted =
                rows.stream().map(row -> row.query() + " -> " + row.wanted()).toList();

        List<String> told = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (Future<String> each : threads.invokeAll(asked)) {
                told.add(each.get());
            }
        }

        assertTrue(rows.size() > 250, "rows: " + rows.size());
        assertEquals(List.of(), different(wanted, told));
    }

    private static List<String> different(List<String> wanted, List<String> told) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).equals(told.get(i))) {
                wrong.add("\nwanted " + wanted.get(i) + "\ntold   " + told.get(i));
            }
        }
        return wrong;
    }
}
