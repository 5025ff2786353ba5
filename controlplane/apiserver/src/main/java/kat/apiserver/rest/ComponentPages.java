package kat.apiserver.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.http.Answer;
import kat.apiserver.http.Request;
import kat.apiserver.registry.Times;
import kat.base.Ticker;

/// How the server runs and with which options: `/statusz` and `/flagz`, as text for people, or as
/// an object of `config.k8s.io` for whoever asks for its kind.
///
/// **Threads:** any.
///
/// **Source:** `apiserver/pkg/server/statusz`, `apiserver/pkg/server/flagz`.
final class ComponentPages {

    static final String STATUSZ = "/statusz";
    static final String FLAGZ = "/flagz";

    private static final String COMPONENT = "apiserver";
    private static final String FORMS = "application/json, application/yaml, text/plain";
    private static final String HEAD =
            """

            apiserver %s
            Warning: This endpoint is not meant to be machine parseable, \
            has no formatting compatibility guarantees and is for debugging purposes only.
            """;
    private static final DateTimeFormatter UNIX_DATE =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// Paths that clients use rather than people who look for a fault.
    private static final Set<String> OF_CLIENTS =
            Set.of("/apis", "/api", "/openid", "/openapi", "/.well-known");

    private final JsonObject version;
    private final SortedMap<String, String> flags;
    private final Ticker ticker;
    private final Instant started;

    /// @param version as `/version` tells it
    /// @param flags the options that were chosen or have a value of their own
    ComponentPages(JsonObject version, SortedMap<String, String> flags, Ticker ticker) {
        this.version = version;
        this.flags = new TreeMap<>(flags);
        this.ticker = ticker;
        this.started = ticker.now();
    }

    /// @param paths that there are
    /// @throws kat.api.StatusException 406 when the client accepts neither text nor the kind
    Answer statusz(Request request, Query query, List<String> paths) {
        List<String> shown = folders(paths);
        return answer(request, query, "Statusz", statusText(shown), statusFields(shown));
    }

    /// @throws kat.api.StatusException 406 when the client accepts neither text nor the kind
    Answer flagz(Request request, Query query) {
        StringBuilder text = new StringBuilder(HEAD.formatted("flagz"));
        flags.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        JsonObject fields = JsonObject.of("flags", JsonObject.ofStrings(flags));
        return answer(request, query, "Flagz", text.toString(), fields);
    }

    private static Answer answer(
            Request request, Query query, String kind, String text, JsonObject fields) {
        MediaType type = MediaType.negotiatePage(request.header("accept"), kind);
        if (type == null) {
            throw Answers.onlyAccepted(FORMS).asException();
        }
        if (type.as().isEmpty()) {
            return Answer.of(200, "text/plain; charset=utf-8", text.getBytes(UTF_8))
                    .with(Answers.NO_CACHE);
        }
        JsonObject.Builder whole =
                JsonObject.builder()
                        .put("kind", kind)
                        .put("apiVersion", "config.k8s.io/" + type.version())
                        .put("metadata", JsonObject.of("name", Json.of(COMPONENT)));
        fields.forEach(whole::put);
        Answer plain = Rendering.of(200, whole.build().toBytes(), type.in(request, query));
        String shown = ";g=config.k8s.io;v=" + type.version() + ";as=" + kind;
        Answer answer = new Answer(200, plain.contentType() + shown, plain.headers(), plain.body());
        return type.version().equals("v1alpha1")
                ? answer.with(
                        "warning",
                        "299 - \"This version of the "
                                + kind.toLowerCase(Locale.ROOT)
                                + " endpoint is deprecated. Please use a newer version.\"")
                : answer;
    }

    /// The first parts of paths, each once.
    private static List<String> folders(List<String> paths) {
        Set<String> folders = new TreeSet<>();
        for (String path : paths) {
            String[] parts = path.split("/", -1);
            boolean isNamed = parts.length > 1 && !parts[1].isEmpty();
            if (isNamed && !OF_CLIENTS.contains("/" + parts[1])) {
                folders.add("/" + parts[1]);
            }
        }
        return new ArrayList<>(folders);
    }

    private long upSeconds() {
        return Math.max(0, Duration.between(started, ticker.now()).toSeconds());
    }

    private String binaryVersion() {
        return version.string("gitVersion").replaceFirst("^v", "");
    }

    private String emulationVersion() {
        return version.string("emulationMajor") + "." + version.string("emulationMinor");
    }

    private JsonObject statusFields(List<String> paths) {
        return JsonObject.builder()
                .put("startTime", Times.format(started))
                .put("uptimeSeconds", upSeconds())
                .put("goVersion", version.string("goVersion"))
                .put("binaryVersion", binaryVersion())
                .put("emulationVersion", emulationVersion())
                .put("paths", JsonArray.ofStrings(paths))
                .build();
    }

    private String statusText(List<String> paths) {
        long up = upSeconds();
        return HEAD.formatted("statusz")
                + """

                Started: %s
                Up: %d hr %02d min %02d sec
                Go version: %s
                Binary version: %s
                Emulation version: %s
                Paths: %s
                """
                        .formatted(
                                UNIX_DATE.format(started),
                                Duration.ofSeconds(up).toHours(),
                                Duration.ofSeconds(up).toMinutesPart(),
                                Duration.ofSeconds(up).toSecondsPart(),
                                version.string("goVersion"),
                                binaryVersion(),
                                emulationVersion(),
                                String.join(" ", paths));
    }
}
