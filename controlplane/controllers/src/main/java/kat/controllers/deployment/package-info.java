/// Rolls ReplicaSets of successive templates out and back.
///
/// Read [kat.controllers.deployment.DeploymentController] for the flow, then
/// [kat.controllers.deployment.Rollout] for the numbers of one deployment;
/// [kat.controllers.deployment.DeploymentStatus] says what is told about it.
///
/// Nothing here looks at pods: ReplicaSets count them.
@NullMarked
package kat.controllers.deployment;

import org.jspecify.annotations.NullMarked;
