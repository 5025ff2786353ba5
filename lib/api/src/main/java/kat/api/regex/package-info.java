/// Regular expressions as Kubernetes' schemas and rules write them, matched within bounds.
///
/// Read [kat.api.regex.Regex].
///
/// Nothing here knows objects or schemas.
@NullMarked
package kat.api.regex;

import org.jspecify.annotations.NullMarked;
