/// What a process tells of single operations, as traces: which took how long, and as part of what.
///
/// Read [kat.base.trace.Tracer], which begins a trace, then [kat.base.trace.Span], one operation.
/// [kat.base.trace.TraceContext] is what goes from process to process.
///
/// Where spans go is for others to say; nothing here knows a protocol but the two headers of W3C.
@NullMarked
package kat.base.trace;

import org.jspecify.annotations.NullMarked;
