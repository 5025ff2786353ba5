/// Load on an API server: the requests of `kat bench`, which a rehearsal makes too, and a server
/// that does nothing, for comparison.
///
/// Begin with [kat.app.load.Rows], the measurements; [kat.app.load.LoadClient] sends what they
/// ask for, [kat.app.load.Measurement] counts and times it.
///
/// Nothing here knows how the server works: it sees HTTPS only.
@NullMarked
package kat.app.load;

import org.jspecify.annotations.NullMarked;
