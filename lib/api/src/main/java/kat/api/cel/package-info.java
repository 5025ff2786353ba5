/// The expression language CEL as Kubernetes 1.36 uses it: reader, type checker, evaluator with
/// cost limits, estimate of the worst cost, and Kubernetes' function libraries.
///
/// Read [kat.api.cel.Environment], which compiles, [kat.api.cel.Program] and
/// [kat.api.cel.Evaluation], which run; then in order of the work: [kat.api.cel.Parser],
/// [kat.api.cel.Checker], [kat.api.cel.Planner], [kat.api.cel.Functions]. Who checks requests
/// declares its variables (`object`, `oldObject`, `request`, `params` …) as [kat.api.cel.CelType]s
/// and gives their values with [kat.api.cel.Data]; [kat.api.cel.CelType#DYN] takes any JSON.
///
/// Nothing here knows kinds, definitions or requests.
@NullMarked
package kat.api.cel;

import org.jspecify.annotations.NullMarked;
