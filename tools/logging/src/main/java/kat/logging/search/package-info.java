/// Finding lines.
///
/// Read [kat.logging.search.LineQuery] (what is asked), then [kat.logging.search.Search] (how a
/// page is found), `BlockScan` (lines of one block) and `Literals` (what a regular expression
/// cannot do without).
///
/// Nothing here knows who asks; time is a parameter.
@NullMarked
package kat.logging.search;

import org.jspecify.annotations.NullMarked;
