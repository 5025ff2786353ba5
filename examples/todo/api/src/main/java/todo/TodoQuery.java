package todo;

import io.helidon.common.uri.UriQuery;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which to-dos a list shows.
///
/// @param done only those done, or only those not done; all when null
/// @param text only those whose title or description holds it; all when empty
/// @param dueBefore only those due before this day; all when null
/// @param limit how many at most; 1 to 200, 50 when not said
/// @param after where the last page ended; from the beginning when null
record TodoQuery(
        @Nullable Boolean done,
        String text,
        @Nullable LocalDate dueBefore,
        Sort sort,
        int limit,
        @Nullable Cursor after) {

    /// What lists can be sorted by; to-dos that are equal in it are sorted by their id.
    enum Sort {
        ORDER("position", "double precision"),
        DUE("coalesce(due, 'infinity'::date)", "date"),
        CREATED("created_at", "timestamptz");

        private final String expression;
        private final String type;

        Sort(String expression, String type) {
            this.expression = expression;
            this.type = type;
        }

        String expression() {
            return expression;
        }

        String type() {
            return type;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The place of one to-do in a list: what is sorted by, as PostgreSQL writes it, and its id.
    record Cursor(Sort sort, String value, UUID id) {

        /// As clients see it; they need not understand it.
        String text() {
            byte[] bytes = (sort.word() + " " + id + " " + value).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        /// @throws IllegalArgumentException when it is none that was given out
        static Cursor of(String text) {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)
                            .split(" ", 3);
            if (parts.length != 3 || !parts[2].matches("[0-9TZ:.+ \\-]{1,64}|infinity")) {
                throw new IllegalArgumentException("no cursor");
            }
            return new Cursor(TodoQuery.sort(parts[0]), parts[2], UUID.fromString(parts[1]));
        }
    }

    private static final int DEFAULT_LIMIT = 50;
    private static final int LARGEST_LIMIT = 200;
    private static final int LONGEST_TEXT = 200;
    private static final List<String> NAMES =
            List.of("done", "q", "dueBefore", "sort", "limit", "after");

    /// @throws Problem 400 when a parameter is unknown or cannot be taken
    static TodoQuery of(UriQuery query) {
        for (String name : query.names()) {
            if (!NAMES.contains(name)) {
                throw Problem.badParameter(name, "is unknown; known are " + NAMES);
            }
        }
        Sort sort = value(query, "sort", TodoQuery::sort).orElse(Sort.ORDER);
        Cursor after = value(query, "after", Cursor::of).orElse(null);
        if (after != null && after.sort() != sort) {
            throw Problem.badParameter("after", "is of a list that was sorted otherwise");
        }
        return new TodoQuery(
                value(query, "done", TodoQuery::flag).orElse(null),
                value(query, "q", TodoQuery::text).orElse(""),
                value(query, "dueBefore", TodoQuery::date).orElse(null),
                sort,
                value(query, "limit", TodoQuery::limit).orElse(DEFAULT_LIMIT),
                after);
    }

    private static <T> Optional<T> value(UriQuery query, String name, Function<String, T> parser) {
        if (!query.contains(name)) {
            return Optional.empty();
        }
        String said = query.get(name);
        try {
            return Optional.of(parser.apply(said));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw Problem.badParameter(name, "cannot be " + said);
        }
    }

    private static Sort sort(String said) {
        return Arrays.stream(Sort.values())
                .filter(sort -> sort.word().equals(said))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(said));
    }

    private static boolean flag(String said) {
        if (!said.equals("true") && !said.equals("false")) {
            throw new IllegalArgumentException(said);
        }
        return said.equals("true");
    }

    private static String text(String said) {
        if (said.length() > LONGEST_TEXT || said.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(said);
        }
        return said;
    }

    private static LocalDate date(String said) {
        LocalDate date = LocalDate.parse(said);
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new IllegalArgumentException(said);
        }
        return date;
    }

    private static int limit(String said) {
        int limit = Integer.parseInt(said);
        if (limit < 1 || limit > LARGEST_LIMIT) {
            throw new IllegalArgumentException(said);
        }
        return limit;
    }
}
