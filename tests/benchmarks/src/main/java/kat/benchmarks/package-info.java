/// Benchmarks of what must be fast, for JMH. Their figures, with machine and date, stand in
/// docs/performance.md.
///
/// Read [kat.benchmarks.StoreBenchmark]; run one with `org.openjdk.jmh.Main StoreBenchmark`.
///
/// Nothing depends on this module, and no test runs it.
@NullMarked
package kat.benchmarks;

import org.jspecify.annotations.NullMarked;
