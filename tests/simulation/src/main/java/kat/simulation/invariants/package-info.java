/// What must hold in every cluster: at every single commit, and when everything has come to rest.
///
/// Read [kat.simulation.invariants.Invariant] and [kat.simulation.invariants.Invariants] first,
/// then [kat.simulation.invariants.AtRest].
///
/// Nothing here knows which workloads ran or which faults happened.
@NullMarked
package kat.simulation.invariants;

import org.jspecify.annotations.NullMarked;
