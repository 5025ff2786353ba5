/// What every other module stands on: time, chance, files, deadlines and groups of tasks as
/// parameters, so that a whole cluster can run on a virtual clock from one seed.
///
/// Read [kat.base.Ticker] and [kat.base.Randomness] first, then [kat.base.Threads] and
/// [kat.base.TaskGroup].
///
/// Nothing here knows a word of Kubernetes, and nothing here depends on another module.
@NullMarked
package kat.base;

import org.jspecify.annotations.NullMarked;
