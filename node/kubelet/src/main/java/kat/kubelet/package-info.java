/// The node agent: it turns pods that are bound to its node into running containers and tells the
/// API how they fare. Beside it stands the simulated agent of thousands of nodes without
/// containers.
///
/// Read [kat.kubelet.Kubelet] first, then `PodWorker` (the shell of one pod), `PodDecisions` (what
/// to do next, pure) and `PodStatusReport` (what to tell the API, pure).
/// [kat.kubelet.SimulatedNodes] stands alone.
///
/// Nothing here knows another component: pods come from the API and status goes there. Containers
/// are reached only through [kat.cri.ContainerRuntime].
@NullMarked
package kat.kubelet;

import org.jspecify.annotations.NullMarked;
