/// Who owns which field: `metadata.managedFields`, and server-side apply, which decides by it.
///
/// Read [kat.api.apply.FieldManager], the entry point; then [kat.api.apply.FieldSets] and
/// [kat.api.apply.Comparison], on which all else rests.
///
/// Nothing here knows a request, a store or a clock: trees, schemas and a time come in, trees go
/// out.
@NullMarked
package kat.api.apply;

import org.jspecify.annotations.NullMarked;
