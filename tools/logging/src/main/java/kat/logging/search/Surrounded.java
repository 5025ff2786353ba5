package kat.logging.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.line.LogRecord;
import kat.logging.store.StoreView;

/// A page with the lines around each of its lines. It ends earlier where all of them are more
/// than a page's bytes, or the time is over.
///
/// @param neighbours of each line of the page
public record Surrounded(Page page, List<Neighbours> neighbours) {

    public Surrounded {
        neighbours = List.copyOf(neighbours);
    }

    /// @param count of lines on each side; 1 to [Neighbours#MOST]
    /// @param deadline after it the page ends, with one line at least
    /// @throws IOException when the store cannot be read
    public static Surrounded of(
            Search search, StoreView view, Page page, int count, Deadline deadline, Ticker ticker)
            throws IOException {
        List<Neighbours> found = new ArrayList<>();
        long size = 0;
        for (LogRecord line : page.lines()) {
            boolean over = deadline.isOver(ticker);
            if (!found.isEmpty() && (over || size > Search.MOST_PAGE_BYTES)) {
                Cursor last = Cursor.of(page.lines().get(found.size() - 1));
                List<LogRecord> lines = page.lines().subList(0, found.size());
                return new Surrounded(new Page(lines, last, !over, page.skipped()), found);
            }
            Neighbours each = Neighbours.of(search, view, line, count, deadline);
            found.add(each);
            size += line.text().length() + each.size();
        }
        return new Surrounded(page, found);
    }
}
