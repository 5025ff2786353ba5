/// The program of the add-on `logging`: it reads the node's log files, keeps their lines and
/// answers searches.
///
/// Read [kat.logging.program.LoggingProgram] (what runs), then `IntakeLoop`, `FolderSigns` and
/// `Upkeep`, then [kat.logging.program.SearchApi] (what is answered to whom), `Rights` and
/// `Door` (HTTPS behind the API server).
///
/// It speaks the public API alone, and serves an aggregated one.
@NullMarked
package kat.logging.program;

import org.jspecify.annotations.NullMarked;
