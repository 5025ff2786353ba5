package kat.logging.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kat.base.Deadline;
import kat.logging.line.LogRecord;
import kat.logging.line.LogSource;
import kat.logging.store.StoreView;

/// Lines that the same run of the same container wrote before and after a line.
///
/// @param before oldest first
/// @param after oldest first
public record Neighbours(List<LogRecord> before, List<LogRecord> after) {

    /// A line has no more on each side.
    public static final int MOST = 50;

    public Neighbours {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /// Those of a line; fewer when the time is over or they are more than a page's bytes.
    ///
    /// @param count on each side; 1 to [#MOST]
    /// @throws IOException when the store cannot be read
    public static Neighbours of(
            Search search, StoreView view, LogRecord line, int count, Deadline deadline)
            throws IOException {
        LogSource own = line.source();
        LineQuery back =
                LineQuery.all(count)
                        .withSources(source -> source.isSameContainer(own))
                        .after(Cursor.of(line));
        List<LogRecord> before = search.page(view, back, deadline).lines();
        List<LogRecord> after = search.page(view, back.oldestFirst(), deadline).lines();
        return new Neighbours(before.reversed(), after);
    }

    /// Characters of the texts.
    public long size() {
        List<LogRecord> all = new ArrayList<>(before);
        all.addAll(after);
        return all.stream().mapToLong(line -> line.text().length()).sum();
    }
}
