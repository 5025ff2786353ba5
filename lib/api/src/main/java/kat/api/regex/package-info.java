/// Regular expressions as Kubernetes' schemas and rules write them, matched in time that is in
/// proportion to the text.
///
/// Read [kat.api.regex.Regex], then [kat.api.regex.Parser], [kat.api.regex.Program],
/// [kat.api.regex.Automaton] for whether a text matches, and [kat.api.regex.Walk] for where.
///
/// Nothing here knows objects or schemas.
@NullMarked
package kat.api.regex;

import org.jspecify.annotations.NullMarked;
