package kat.logging.program;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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
import kat.base.Check;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.FieldCounts;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.search.Cursor;
import kat.logging.search.Histogram;
import kat.logging.search.LineQuery;
import kat.logging.search.Page;
import kat.logging.search.Search;
import kat.logging.search.Surrounded;
import kat.logging.search.Tail;
import kat.logging.store.LineStore;
import kat.logging.store.StoreView;
import org.jspecify.annotations.Nullable;

/// What is answered to whom.
///
/// | path                                              | gives                            |
/// |---------------------------------------------------|----------------------------------|
/// | `/apis/logs.kat.dev/v1`                           | what there is                    |
/// | `/apis/logs.kat.dev/v1/namespaces/NAME/RESOURCE`  | of lines of one namespace        |
/// | `/apis/logs.kat.dev/v1/RESOURCE`                  | of lines of all one may read     |
///
/// A resource is one of [Resource]; parameters are those of [QueryForm].
///
/// **Threads:** any.
final class SearchApi {

    static final String GROUP = "logs.kat.dev";
    static final String VERSION = "v1";

    private static final String ROOT = "/apis/" + GROUP + "/" + VERSION;
    private static final Pattern PATH =
            Pattern.compile(
                    ROOT
                            + "(?:/namespaces/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?))?"
                            + "/(lines|histogram|fields)");
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int OK = 200;

    private final LineStore store;
    private final Rights rights;
    private final Places places;
    private final Ticker ticker;

    /// What can be asked for.
    enum Resource {
        /// Lines, and lines around them.
        LINES("lines", "line", "LineList"),
        /// How many lines there are, over time.
        HISTOGRAM("histogram", "histogram", "LineHistogram"),
        /// Which fields lines have that are JSON objects.
        FIELDS("fields", "field", "LineFieldList");

        private final String path;
        private final String singular;
        private final String kind;

        Resource(String path, String singular, String kind) {
            this.path = path;
            this.singular = singular;
            this.kind = kind;
        }

        String kind() {
            return kind;
        }

        static Resource of(String path) {
            for (Resource each : values()) {
                if (each.path.equals(path)) {
                    return each;
                }
            }
            throw new IllegalArgumentException("no resource: " + path);
        }
    }

    /// @param code of HTTP
    record Answer(int code, JsonObject body) {}

    SearchApi(LineStore store, Rights rights, Places places, Ticker ticker) {
        this.store = store;
        this.rights = rights;
        this.places = places;
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
            Matcher parts = PATH.matcher(path);
            if (parts.matches()) {
                Resource resource =
                        Resource.of(Check.notNull(parts.group(2), "it is not optional"));
                String namespace = parts.group(1);
                return new Answer(
                        OK,
                        switch (resource) {
                            case LINES -> lines(parameters, visible(user, namespace));
                            case HISTOGRAM -> histogram(parameters, visible(user, namespace));
                            case FIELDS -> fields(parameters, visible(user, namespace));
                        });
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

    /// @param namespace null for all that the user may read
    private Predicate<LogSource> visible(User user, @Nullable String namespace) {
        if (namespace == null) {
            return visible(user);
        }
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

    private JsonObject lines(Map<String, String> parameters, Predicate<LogSource> visible)
            throws IOException, InterruptedException {
        QueryForm form = QueryForm.read(Resource.LINES, parameters);
        LineQuery query = form.query(visible, ticker.now());
        long beyond = form.beyond();
        if (beyond >= 0) {
            Deadline wait = Deadline.in(Duration.ofSeconds(form.waitSeconds()), ticker);
            try (Places.Place _ = places.follower()) {
                boolean unused = store.awaitBeyond(beyond, wait, ticker);
            }
        }
        long committed = store.committed();
        try (Places.Place _ = places.search();
                StoreView view = store.view()) {
            Deadline deadline = Deadline.in(LONGEST, ticker);
            if (beyond >= 0) {
                Tail tail = Tail.read(view, query, beyond, committed, deadline, ticker);
                Page all = new Page(tail.lines(), null, true, tail.skipped());
                return LineJson.list(all, List.of(), tail.reached());
            }
            Search search = new Search(ticker);
            Page page =
                    form.sequence() >= 0
                            ? single(view, query, form.sequence())
                            : search.page(view, query, deadline);
            requireProgress(page, query);
            int context = form.context();
            if (context == 0) {
                return LineJson.list(page, List.of(), committed);
            }
            Surrounded surrounded = Surrounded.of(search, view, page, context, deadline, ticker);
            return LineJson.list(surrounded.page(), surrounded.neighbours(), committed);
        }
    }

    /// Whoever goes through pages must not be sent back to where they came from.
    private static void requireProgress(Page page, LineQuery query) {
        Cursor next = page.next();
        if (page.lines().isEmpty() && next != null && next.equals(query.after())) {
            throw Status.timeout(
                            "the search comes no further in "
                                    + LONGEST.toSeconds()
                                    + " s; ask for less time, for fewer pods or with words")
                    .asException();
        }
    }

    private static Page single(StoreView view, LineQuery query, long sequence) throws IOException {
        LogRecord line = Search.line(view, sequence);
        boolean seen = line != null && query.sources().test(line.source());
        return new Page(seen ? List.of(line) : List.of(), null, true, 0);
    }

    private JsonObject histogram(Map<String, String> parameters, Predicate<LogSource> visible)
            throws IOException, InterruptedException {
        QueryForm form = QueryForm.read(Resource.HISTOGRAM, parameters);
        LineQuery query = form.query(visible, ticker.now());
        try (Places.Place _ = places.search();
                StoreView view = store.view()) {
            Deadline deadline = Deadline.in(LONGEST, ticker);
            long now = LogRecord.nanos(ticker.now());
            return LineJson.histogram(
                    Histogram.count(view, query, form.steps(), now, deadline, ticker));
        }
    }

    private JsonObject fields(Map<String, String> parameters, Predicate<LogSource> visible)
            throws IOException, InterruptedException {
        QueryForm form = QueryForm.read(Resource.FIELDS, parameters);
        LineQuery query = form.query(visible, ticker.now());
        try (Places.Place _ = places.search();
                StoreView view = store.view()) {
            Page page = new Search(ticker).page(view, query, Deadline.in(LONGEST, ticker));
            FieldCounts counts = new FieldCounts();
            page.lines().forEach(line -> counts.add(line.text()));
            return LineJson.fields(counts.fields(), page);
        }
    }

    private static JsonObject resources() {
        List<Json> all = new ArrayList<>();
        for (Resource each : Resource.values()) {
            all.add(
                    JsonObject.builder()
                            .put("name", each.path)
                            .put("singularName", each.singular)
                            .put("namespaced", true)
                            .put("kind", each.kind)
                            .put("verbs", new JsonArray(List.of(Json.of("list"))))
                            .build());
        }
        return JsonObject.builder()
                .put("apiVersion", "v1")
                .put("kind", "APIResourceList")
                .put("groupVersion", GROUP + "/" + VERSION)
                .put("resources", new JsonArray(all))
                .build();
    }
}
