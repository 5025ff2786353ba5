/// Counts what is used of ResourceQuotas.
///
/// [kat.controllers.quota.QuotaController] watches and writes, [kat.controllers.quota.Count] adds
/// up; how much an object counts is said in `kat.api.quota`.
///
/// Nothing here refuses anything: the API server does, and adds what it lets in by itself.
@NullMarked
package kat.controllers.quota;

import org.jspecify.annotations.NullMarked;
