/// A world of its own for threads: one runs at a time, in an order that a seed decides, and the
/// clock moves on when all of them wait.
///
/// Read [kat.simulation.world.World] first: it hands out turns. A
/// [kat.simulation.world.SimulatedProcess] is what a component gets as its clock and its threads;
/// it can be killed.
///
/// Nothing here knows a word of Kubernetes.
@NullMarked
package kat.simulation.world;

import org.jspecify.annotations.NullMarked;
