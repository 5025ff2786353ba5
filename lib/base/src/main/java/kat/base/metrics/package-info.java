/// What a process counts and measures, in the text form of Prometheus.
///
/// A [Metric] is data: its name, type, help and the names of its labels. Whoever sees an event
/// keeps a [Series] that a [Metrics] gave it, and adds; whoever only knows a state is a [Source]
/// that is asked when somebody looks. [Exposition] writes both, sorted by name, each name once.
///
/// It knows nothing of HTTP and nothing of Kubernetes.
@NullMarked
package kat.base.metrics;

import org.jspecify.annotations.NullMarked;
