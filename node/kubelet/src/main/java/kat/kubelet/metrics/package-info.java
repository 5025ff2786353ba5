/// What a node tells monitoring systems: figures of containers, pods and the machine as text.
///
/// Read [kat.kubelet.metrics.NodeFigures] first, then `Exposition` (the text format).
///
/// Nothing here asks anybody: figures are handed in.
@NullMarked
package kat.kubelet.metrics;

import org.jspecify.annotations.NullMarked;
