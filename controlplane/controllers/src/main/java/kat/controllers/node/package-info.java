/// Watches over nodes: notices when they fall silent, marks them with
/// taints, and moves pods off them.
///
/// Read [kat.controllers.node.NodeLifecycle] with [kat.controllers.node.NodeTaints], then
/// [kat.controllers.node.TaintEviction].
///
/// Nothing here talks to a kubelet.
@NullMarked
package kat.controllers.node;

import org.jspecify.annotations.NullMarked;
