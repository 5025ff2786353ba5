/// The container runtime as a role, and containerd behind it: pod sandboxes, containers, images,
/// streams into containers and events, in the vocabulary of the Container Runtime Interface v1.
///
/// Read [kat.cri.ContainerRuntime] first, then [kat.cri.PodSandboxConfig] and
/// [kat.cri.ContainerConfig]; [kat.cri.ImageService], [kat.cri.ContainerStreams] and
/// [kat.cri.RuntimeEvents] are its three companions. `CriRuntime` speaks to a runtime over a Unix
/// socket; [kat.cri.Containerd] is the containerd behind it: a private one that is configured,
/// started, adopted and removed, or a shared one that somebody else runs;
/// `kat.cri.testing.FakeContainerRuntime` is the honest fake.
///
/// Nothing here knows an API object, a Pod specification or a kubelet's decisions, and no type of
/// gRPC or protobuf appears in a public signature.
@NullMarked
package kat.cri;

import org.jspecify.annotations.NullMarked;
