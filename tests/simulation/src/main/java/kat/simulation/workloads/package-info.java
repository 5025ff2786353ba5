/// What people do with a simulated cluster, one class a kind of workload, and what must be left of
/// it when everything has come to rest.
///
/// Read [kat.simulation.workloads.Workload] first, then [kat.simulation.workloads.Person].
///
/// Nothing here knows about faults: a person tries again until the server has answered.
@NullMarked
package kat.simulation.workloads;

import org.jspecify.annotations.NullMarked;
