/// Traces of requests on their way to a collector of OpenTelemetry.
///
/// Read [kat.apiserver.trace.TracingConfig], then [kat.apiserver.trace.SpanExporter], which keeps
/// what has ended and sends it; [kat.apiserver.trace.OtlpSpans] is its form and
/// [kat.apiserver.trace.GrpcCaller] its way.
///
/// Which spans there are is told where the work is done, by [kat.base.trace.Span].
@NullMarked
package kat.apiserver.trace;

import org.jspecify.annotations.NullMarked;
