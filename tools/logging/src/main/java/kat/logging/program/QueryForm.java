package kat.logging.program;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import kat.api.selector.LabelSelector;
import kat.api.selector.SelectorException;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.search.Cursor;
import kat.logging.search.Expression;
import kat.logging.search.Histogram;
import kat.logging.search.LineQuery;
import kat.logging.search.Neighbours;
import kat.logging.store.Words;
import org.jspecify.annotations.Nullable;

/// Reads what a request asks for.
///
/// | parameter               | meaning                                                      |
/// |-------------------------|--------------------------------------------------------------|
/// | `words`                 | words that a line must all have                              |
/// | `grep`                  | a regular expression that must be found in a line            |
/// | `labelSelector`         | labels of pods                                               |
/// | `pod`, `container`, `node` | names                                                     |
/// | `stream`                | `stdout` or `stderr`                                         |
/// | `since`, `until`        | times of RFC 3339, or how long ago: `2h`                     |
///
/// Of lines alone:
///
/// | parameter               | meaning                                                      |
/// |-------------------------|--------------------------------------------------------------|
/// | `order`                 | `newest` (default) or `oldest` first                         |
/// | `limit`                 | lines of a page, 1 to 5000, default 200                      |
/// | `continue`              | as the page before said                                      |
/// | `context`               | lines of the same container on each side, up to 50           |
/// | `sequence`              | the line that has it and no other                            |
/// | `beyond`, `waitSeconds` | lines taken in after this sequence; waits for them           |
///
/// Of a histogram `buckets`, how many at most, 1 to 500, default 60. Of fields `limit`, how
/// many of the newest lines are looked at, default 500.
final class QueryForm {

    private static final int USUAL_LIMIT = 200;
    private static final long MOST_SEQUENCE = Long.MAX_VALUE / 10;
    private static final int LONGEST_PATTERN = 1_000; // characters
    private static final int USUAL_LINES_WITH_FIELDS = 500;
    private static final int USUAL_STEPS = 60;
    private static final Set<String> OF_ALL =
            Set.of(
                    "words",
                    "grep",
                    "labelSelector",
                    "pod",
                    "container",
                    "node",
                    "stream",
                    "since",
                    "until");
    private static final Set<String> OF_LINES =
            Set.of("order", "limit", "continue", "context", "sequence", "beyond", "waitSeconds");

    private final SearchApi.Resource resource;
    private final Map<String, String> parameters;

    private QueryForm(SearchApi.Resource resource, Map<String, String> parameters) {
        this.resource = resource;
        this.parameters = parameters;
    }

    /// @throws IllegalArgumentException when a parameter is unknown; the message says which
    static QueryForm read(SearchApi.Resource resource, Map<String, String> parameters) {
        Set<String> own =
                switch (resource) {
                    case LINES -> OF_LINES;
                    case HISTOGRAM -> Set.of("buckets");
                    case FIELDS -> Set.of("limit");
                };
        for (String name : parameters.keySet()) {
            if (!OF_ALL.contains(name) && !own.contains(name)) {
                throw new IllegalArgumentException("unknown parameter " + name);
            }
        }
        return new QueryForm(resource, parameters);
    }

    /// @param visible what the asker may see, in the namespaces that are asked for
    /// @throws IllegalArgumentException when a parameter is wrong; the message says which
    LineQuery query(Predicate<LogSource> visible, Instant now) {
        boolean fields = resource == SearchApi.Resource.FIELDS;
        String order = oneOf("order", List.of("newest", "oldest"));
        String stream = oneOf("stream", List.of("", "stdout", "stderr"));
        return new LineQuery(
                Words.of(text("words").getBytes(StandardCharsets.UTF_8)),
                pattern(),
                sources().and(visible),
                switch (stream) {
                    case "stdout" -> LineQuery.Stream.OUT;
                    case "stderr" -> LineQuery.Stream.ERROR;
                    default -> LineQuery.Stream.ALL;
                },
                time("since", Long.MIN_VALUE, now),
                time("until", Long.MAX_VALUE, now),
                order.equals("newest"),
                (int)
                        number(
                                "limit",
                                fields ? USUAL_LINES_WITH_FIELDS : USUAL_LIMIT,
                                LineQuery.MOST),
                cursor());
    }

    private String text(String name) {
        return parameters.getOrDefault(name, "");
    }

    private String oneOf(String name, List<String> values) {
        String value = text(name).isEmpty() ? values.getFirst() : text(name);
        if (!values.contains(value)) {
            throw new IllegalArgumentException(
                    name + " must be one of " + String.join(", ", values).strip() + ": " + value);
        }
        return value;
    }

    private @Nullable Expression pattern() {
        String grep = text("grep");
        if (grep.isEmpty()) {
            return null;
        }
        if (grep.length() > LONGEST_PATTERN) {
            throw new IllegalArgumentException(
                    "grep must have at most " + LONGEST_PATTERN + " characters");
        }
        return Expression.compile(grep);
    }

    private Predicate<LogSource> sources() {
        LabelSelector labels;
        try {
            labels = LabelSelector.parse(text("labelSelector"));
        } catch (SelectorException e) {
            throw new IllegalArgumentException("labelSelector: " + e.getMessage(), e);
        }
        String pod = text("pod");
        String container = text("container");
        String node = text("node");
        return source ->
                (pod.isEmpty() || pod.equals(source.pod()))
                        && (container.isEmpty() || container.equals(source.container()))
                        && (node.isEmpty() || node.equals(source.node()))
                        && (labels.isEmpty() || labels.matches(source.labels()));
    }

    private long time(String name, long absent, Instant now) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        try {
            return LogRecord.nanos(Instant.parse(value));
        } catch (DateTimeException noTime) {
            return LogRecord.nanos(now.minus(LoggingSettings.duration(name, value)));
        }
    }

    private long number(String name, long absent, long most) {
        String value = text(name);
        if (value.isEmpty()) {
            return absent;
        }
        if (!value.matches("[0-9]{1,18}") || Long.parseLong(value) > most) {
            throw new IllegalArgumentException(name + " must be a number up to " + most);
        }
        return Long.parseLong(value);
    }

    private @Nullable Cursor cursor() {
        return text("continue").isEmpty() ? null : Cursor.parse(text("continue"));
    }

    /// The sequence behind which lines are asked for; -1 when they are not.
    long beyond() {
        return number("beyond", -1, MOST_SEQUENCE);
    }

    long waitSeconds() {
        return number("waitSeconds", 0, 30);
    }

    /// The sequence of the only line that is asked for; -1 when it is not.
    long sequence() {
        return number("sequence", -1, MOST_SEQUENCE);
    }

    int context() {
        return (int) number("context", 0, Neighbours.MOST);
    }

    int steps() {
        long steps = number("buckets", USUAL_STEPS, Histogram.MOST_STEPS);
        if (steps == 0) {
            throw new IllegalArgumentException("buckets must be at least 1");
        }
        return (int) steps;
    }
}
