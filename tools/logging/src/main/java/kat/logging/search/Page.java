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
/// @param skipped lines that the expression could not be looked for in, because that took too
///     long
public record Page(List<LogRecord> lines, @Nullable Cursor next, boolean complete, int skipped) {
    public Page {
        lines = List.copyOf(lines);
    }

    Page withSkipped(int lines) {
        return new Page(this.lines, next, complete, lines);
    }
}
