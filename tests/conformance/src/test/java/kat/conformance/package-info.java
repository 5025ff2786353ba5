/// Clusters with real containers, started by the `kat` command and used by a real `kubectl`, as a
/// person uses them.
///
/// Read `TestCluster` first: one cluster for all tests that do not break it, `Kubectl` for what is
/// typed; then `WalkThroughTest`. Each test has a namespace of its own.
///
/// Nothing here knows KAT's classes: what is tested is what a person sees.
package kat.conformance;
