/// Sending lines on to stores of others.
///
/// Read [kat.logging.output.Output] (one store, from start to end), then
/// [kat.logging.output.Format] and its kinds `BulkFormat`, `LokiFormat` and `OtlpFormat`, then
/// `Verdict` (what an answer means).
///
/// The lines on disk are the buffer: an output is a place in them that moves when lines were
/// taken.
@NullMarked
package kat.logging.output;

import org.jspecify.annotations.NullMarked;
