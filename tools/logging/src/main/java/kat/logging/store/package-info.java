/// Lines on disk: blocks of them in segments, the words of each block in an index.
///
/// Read [kat.logging.store.LineStore] (what is promised), then [kat.logging.store.Segment] (a
/// file of blocks), `Frame` (how a block lies in the file), [kat.logging.store.Block] (what is
/// known of one without reading it), [kat.logging.store.Words] and `WordIndex` (Lucene).
///
/// Nothing here knows where lines come from or what is asked for.
@NullMarked
package kat.logging.store;

import org.jspecify.annotations.NullMarked;
