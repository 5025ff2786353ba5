/// Looking whether a container is well: by a command in it, an HTTP request, a connection, or a
/// gRPC health check.
///
/// Read [kat.kubelet.probes.ProbeCount] (when results change anything) and
/// [kat.kubelet.probes.Checks] (one look).
///
/// Nothing here knows pods or what follows from a result.
@NullMarked
package kat.kubelet.probes;

import org.jspecify.annotations.NullMarked;
