/// A log of frames in files, and snapshots that let its beginning go: whole or cut at the end where
/// a crash tore it, and refused when it is damaged anywhere else.
///
/// Read [kat.store.log.Log], then `Frame` (what is on disk), `SegmentHeader`, `Recovery`, and
/// [kat.store.log.SnapshotWriter].
///
/// A frame's payload is bytes: nothing here knows of keys or revisions.
@NullMarked
package kat.store.log;

import org.jspecify.annotations.NullMarked;
