/// Whether an expression of PromQL is one, without a Prometheus to ask.
///
/// Read [kat.monitoring.promql.PromQl], the door, then [kat.monitoring.promql.Parser]; what
/// functions there are stands in [kat.monitoring.promql.Functions].
///
/// Nothing here knows of rules or of Kubernetes.
@NullMarked
package kat.monitoring.promql;

import org.jspecify.annotations.NullMarked;
