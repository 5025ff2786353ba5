/// Removes what belongs to objects that are gone.
///
/// Read [kat.controllers.garbage.Collection], the pure decision about one object, then
/// [kat.controllers.garbage.GarbageCollector], which finds owners and dependents and does what was
/// decided.
///
/// Nothing here knows a particular kind.
@NullMarked
package kat.controllers.garbage;

import org.jspecify.annotations.NullMarked;
