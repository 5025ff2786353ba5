package kat.logging.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The segments of a store at one moment, oldest first; they stay readable until it is closed.
///
/// **Threads:** any.
public final class StoreView implements AutoCloseable {

    private final List<Segment> segments;

    /// @param segments retained for this view
    StoreView(List<Segment> segments) {
        this.segments = List.copyOf(segments);
    }

    public List<Segment> segments() {
        return segments;
    }

    /// The blocks of a segment that hold all the words, by their place among its blocks.
    ///
    /// @param words folded, as [Words] gives them; not empty
    /// @return null when it is not indexed: then any block may hold them
    public @Nullable BitSet blocksWith(Segment segment, List<byte[]> words) throws IOException {
        WordIndex index = segment.words();
        return index == null ? null : index.blocksWith(words);
    }

    @Override
    public void close() {
        for (Segment segment : segments) {
            try {
                segment.release();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + segment.file(), e);
            }
        }
    }
}
