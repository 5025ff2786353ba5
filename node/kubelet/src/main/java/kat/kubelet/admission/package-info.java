/// Whether a pod that was bound to this node may run on it, and with how much: the last word after
/// the scheduler's, which may have been wrong, late or left out.
///
/// Read [kat.kubelet.admission.NodeFit] (one pod against the others, pure), then
/// [kat.kubelet.admission.Allocations] (who holds what, and who waits for more).
///
/// Nothing here knows containers or the API.
@NullMarked
package kat.kubelet.admission;

import org.jspecify.annotations.NullMarked;
