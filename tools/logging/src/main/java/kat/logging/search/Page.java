package kat.logging.search;

import java.util.List;
import kat.logging.line.LogRecord;
import org.jspecify.annotations.Nullable;

/// What a search found.
///
/// @param lines in the order that was asked for; they are final: no other line belongs between
///     them
/// @param next where to go on; null when nothing is left
/// @param complete false when the time was over before the page was full; `next` goes on from
///     there
public record Page(List<LogRecord> lines, @Nullable Cursor next, boolean complete) {
    public Page {
        lines = List.copyOf(lines);
    }
}
