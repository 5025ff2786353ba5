/// A cluster of simulated processes: the real store on a fake disk, the real API server, the real
/// controllers and scheduler, simulated nodes; and the history of all that was ever committed.
///
/// Read [kat.simulation.cluster.SimulatedCluster] first, then
/// [kat.simulation.cluster.SimulatedServer] and [kat.simulation.cluster.History].
///
/// Nothing here knows which workloads run, which faults happen or what must hold.
@NullMarked
package kat.simulation.cluster;

import org.jspecify.annotations.NullMarked;
