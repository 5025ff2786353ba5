/// The dashboard's server for one person: the page, and the API of one cluster in that person's
/// name, on loopback.
///
/// Read [kat.console.ConsoleServer], then [kat.console.Guard] (who may ask) and
/// [kat.console.Upstream] (how it is passed on). [kat.console.Rollbacks] is what else
/// it does.
///
/// Nothing here knows a kind of object or holds a right of its own.
@NullMarked
package kat.console;

import org.jspecify.annotations.NullMarked;
