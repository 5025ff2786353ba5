package kat.logging.program;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogSource;
import kat.logging.search.LineQuery;
import kat.logging.search.Page;
import kat.logging.search.Search;
import kat.logging.search.Tail;
import kat.logging.store.LineStore;
import kat.logging.store.StoreView;

/// What is answered to whom.
///
/// | path                                              | gives                            |
/// |---------------------------------------------------|----------------------------------|
/// | `/apis/logs.kat.dev/v1`                           | what there is                    |
/// | `/apis/logs.kat.dev/v1/namespaces/NAME/lines`     | lines of one namespace           |
/// | `/apis/logs.kat.dev/v1/lines`                     | lines of all one may read        |
///
/// Parameters are those of [QueryForm].
///
/// **Threads:** any.
final class SearchApi {

    static final String GROUP = "logs.kat.dev";
    static final String VERSION = "v1";

    private static final String ROOT = "/apis/" + GROUP + "/" + VERSION;
    private static final Pattern OF_NAMESPACE =
            Pattern.compile(ROOT + "/namespaces/([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)/lines");
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final LineStore store;
    private final Rights rights;
    private final Ticker ticker;

    /// @param code of HTTP
    record Answer(int code, JsonObject body) {}

    SearchApi(LineStore store, Rights rights, Ticker ticker) {
        this.store = store;
        this.rights = rights;
        this.ticker = ticker;
    }

    /// @param parameters each with its last value
    /// @throws InterruptedException when the caller is interrupted while it waits for lines
    Answer answer(String path, Map<String, String> parameters, User user)
            throws InterruptedException {
        try {
            if (path.equals(ROOT)) {
                return new Answer(OK, resources());
            }
            Matcher ofNamespace = OF_NAMESPACE.matcher(path);
            if (ofNamespace.matches()) {
                return lines(parameters, visible(user, ofNamespace.group(1)));
            }
            if (path.equals(ROOT + "/lines")) {
                return lines(parameters, visible(user));
            }
            return refusal(new Status(404, "NotFound", "there is no " + path, Status.Details.NONE));
        } catch (StatusException e) {
            return refusal(e.status());
        } catch (IllegalArgumentException e) {
            return refusal(Status.badRequest(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return refusal(Status.internalError("lines cannot be read: " + e.getMessage()));
        }
    }

    private static Answer refusal(Status status) {
        return new Answer(status.code(), status.toJson());
    }

    private Predicate<LogSource> visible(User user, String namespace) {
        if (!rights.mayRead(user, namespace)) {
            String sentence =
                    "lines.%s is forbidden: User \"%s\" cannot get resource \"pods/log\" in API"
                            + " group \"\" in the namespace \"%s\"";
            throw new Status(
                            403,
                            "Forbidden",
                            sentence.formatted(GROUP, user.name(), namespace),
                            Status.Details.NONE)
                    .asException();
        }
        return source -> source.namespace().equals(namespace);
    }

    /// Those of all namespaces, or of each that the user may read.
    private Predicate<LogSource> visible(User user) {
        if (rights.mayRead(user, "")) {
            return source -> true;
        }
        Map<String, Boolean> asked = new TreeMap<>();
        return source ->
                asked.computeIfAbsent(source.namespace(), each -> rights.mayRead(user, each));
    }

    private Answer lines(Map<String, String> parameters, Predicate<LogSource> visible)
            throws IOException, InterruptedException {
        LineQuery query = QueryForm.read(parameters, visible, ticker.now());
        long beyond = QueryForm.beyond(parameters);
        if (beyond >= 0) {
            Deadline wait =
                    Deadline.in(Duration.ofSeconds(QueryForm.waitSeconds(parameters)), ticker);
            boolean unused = store.awaitBeyond(beyond, wait, ticker);
        }
        Deadline deadline = Deadline.in(LONGEST, ticker);
        long committed = store.committed();
        try (StoreView view = store.view()) {
            if (beyond >= 0) {
                Tail tail = Tail.read(view, query, beyond, committed, deadline, ticker);
                return new Answer(OK, LineJson.list(tail.lines(), null, true, tail.reached()));
            }
            Page page = new Search(ticker).page(view, query, deadline);
            return new Answer(
                    OK, LineJson.list(page.lines(), page.next(), page.complete(), committed));
        }
    }

    private static JsonObject resources() {
        JsonObject lines =
                JsonObject.builder()
                        .put("name", "lines")
                        .put("singularName", "line")
                        .put("namespaced", true)
                        .put("kind", "LineList")
                        .put("verbs", new JsonArray(List.of(Json.of("list"))))
                        .build();
        return JsonObject.builder()
                .put("apiVersion", "v1")
                .put("kind", "APIResourceList")
                .put("groupVersion", GROUP + "/" + VERSION)
                .put("resources", new JsonArray(List.of(lines)))
                .build();
    }
}
