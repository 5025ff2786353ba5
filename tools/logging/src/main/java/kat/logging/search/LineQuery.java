package kat.logging.search;

import java.util.List;
import java.util.function.Predicate;
import kat.base.Check;
import kat.logging.line.LogSource;
import org.jspecify.annotations.Nullable;

/// What is asked of a store.
///
/// @param words that a line must all have, folded as [kat.logging.store.Words] does
/// @param pattern that must be found in a line; null for any line
/// @param sources which containers are meant, and may be seen by whoever asks
/// @param stream which streams are meant
/// @param fromNanos lines of this time and later, in nanoseconds since 1970
/// @param toNanos lines before this time
/// @param newestFirst whether the page begins with the newest line
/// @param limit lines of a page; 1 to [#MOST]
/// @param after where the page before ended; null for the first page
public record LineQuery(
        List<byte[]> words,
        @Nullable Expression pattern,
        Predicate<LogSource> sources,
        Stream stream,
        long fromNanos,
        long toNanos,
        boolean newestFirst,
        int limit,
        @Nullable Cursor after) {

    public static final int MOST = 5_000; // lines

    /// Standard output, standard error or both.
    public enum Stream {
        ALL,
        OUT,
        ERROR
    }

    public LineQuery {
        words = List.copyOf(words);
        Check.argument(limit >= 1 && limit <= MOST, "limit must be between 1 and " + MOST);
    }

    /// Every line, newest first.
    public static LineQuery all(int limit) {
        return new LineQuery(
                List.of(),
                null,
                source -> true,
                Stream.ALL,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                true,
                limit,
                null);
    }

    public LineQuery withWords(List<byte[]> other) {
        return new LineQuery(
                other, pattern, sources, stream, fromNanos, toNanos, newestFirst, limit, after);
    }

    public LineQuery withPattern(@Nullable Expression other) {
        return new LineQuery(
                words, other, sources, stream, fromNanos, toNanos, newestFirst, limit, after);
    }

    public LineQuery withSources(Predicate<LogSource> other) {
        return new LineQuery(
                words, pattern, other, stream, fromNanos, toNanos, newestFirst, limit, after);
    }

    public LineQuery withStream(Stream other) {
        return new LineQuery(
                words, pattern, sources, other, fromNanos, toNanos, newestFirst, limit, after);
    }

    public LineQuery between(long from, long to) {
        return new LineQuery(words, pattern, sources, stream, from, to, newestFirst, limit, after);
    }

    public LineQuery oldestFirst() {
        return new LineQuery(
                words, pattern, sources, stream, fromNanos, toNanos, false, limit, after);
    }

    /// Whether every line of its sources and times is meant.
    boolean meansAnyText() {
        return words.isEmpty() && pattern == null && stream == Stream.ALL;
    }

    public LineQuery after(@Nullable Cursor other) {
        return new LineQuery(
                words, pattern, sources, stream, fromNanos, toNanos, newestFirst, limit, other);
    }
}
