/// The logs of containers, in the format that container runtimes write:
/// `2026-01-02T03:04:05.000000001Z stdout F text`.
///
/// Read `LogLine` first, then [kat.kubelet.logs.LogReader] (what `kubectl logs` gets) and
/// [kat.kubelet.logs.LogRotation].
///
/// Nothing here knows pods or a container runtime.
@NullMarked
package kat.kubelet.logs;

import org.jspecify.annotations.NullMarked;
