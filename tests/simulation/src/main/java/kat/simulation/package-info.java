/// A whole cluster on a virtual clock: store, API server, controllers, scheduler and nodes run one
/// thread at a time in an order that a seed decides, so that each run can be repeated.
///
/// Read [kat.simulation.Simulation] first; [kat.simulation.Replay] runs one from the command line.
///
/// Nothing here changes how a component behaves: what it does differently there is a defect.
@NullMarked
package kat.simulation;

import org.jspecify.annotations.NullMarked;
