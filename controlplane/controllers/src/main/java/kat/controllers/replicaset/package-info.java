/// Keeps a number of like pods: ReplicaSets, and ReplicationControllers, which differ in their
/// selector only.
///
/// Read [kat.controllers.replicaset.ReplicaSetController], then
/// [kat.controllers.replicaset.Ranking] for which pods go first.
///
/// Nothing here knows Deployments.
@NullMarked
package kat.controllers.replicaset;

import org.jspecify.annotations.NullMarked;
