/// DaemonSets: one pod on each node that fits.
///
/// Read [kat.controllers.daemonset.DaemonSetController], then
/// [kat.controllers.daemonset.DaemonRollout]; `NodeFit` says which nodes are meant, `DaemonPods`
/// makes the pods.
///
/// Nothing here binds pods to nodes: the scheduler does, by the affinity that the pods carry.
@NullMarked
package kat.controllers.daemonset;

import org.jspecify.annotations.NullMarked;
