/// What a line of a container is, before and after it is stored.
///
/// Read [kat.logging.line.CriLine] (a line of a runtime's file), then
/// [kat.logging.line.LineAssembler] (whole lines and stack traces from them), then
/// [kat.logging.line.LogRecord] (what is kept) and [kat.logging.line.LineFields] (what is read
/// out of a text when it is shown).
///
/// Nothing here knows files, a store or a network; time comes in as numbers.
@NullMarked
package kat.logging.line;

import org.jspecify.annotations.NullMarked;
