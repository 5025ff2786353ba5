/// The volumes of pods on this machine: folders, file systems in memory, and files made of
/// ConfigMaps, Secrets, the pod itself and tokens.
///
/// Read [kat.kubelet.volumes.PodVolumes] first, then `Payloads` (what files hold) and
/// `AtomicWriter` (how they change under a running container). [kat.kubelet.volumes.Mounts] is the
/// role behind which the kernel is.
///
/// Nothing here knows containers or decides when a volume is wanted.
@NullMarked
package kat.kubelet.volumes;

import org.jspecify.annotations.NullMarked;
