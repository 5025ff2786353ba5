/// What names, labels and their parts may be.
///
/// Read [kat.api.names.Names].
///
/// Nothing here knows objects, fields or how a refusal is told.
@NullMarked
package kat.api.names;

import org.jspecify.annotations.NullMarked;
