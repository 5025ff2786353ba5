/// What a node does when memory, disk or process ids run short: which condition it tells, and which
/// pod goes first.
///
/// Read [kat.kubelet.eviction.Threshold] (when), [kat.kubelet.eviction.Pressures] (what the node
/// tells, and for how long) and [kat.kubelet.eviction.Ranking] (who goes).
///
/// Nothing here measures or ends anything: numbers come in, decisions go out.
@NullMarked
package kat.kubelet.eviction;

import org.jspecify.annotations.NullMarked;
