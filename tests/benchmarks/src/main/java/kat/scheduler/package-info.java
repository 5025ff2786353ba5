/// Benchmarks of what the scheduler keeps to itself.
///
/// There is one: [kat.scheduler.SchedulingBenchmark].
///
/// It knows nothing of the API server: objects are made here.
@NullMarked
package kat.scheduler;

import org.jspecify.annotations.NullMarked;
