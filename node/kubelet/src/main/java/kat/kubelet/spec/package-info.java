/// What a pod's specification means for its containers, computed without asking anybody: names,
/// environment, resources, users, DNS, hosts file.
///
/// Read [kat.kubelet.spec.SandboxConfigs] and [kat.kubelet.spec.ContainerConfigs] first: they put
/// the other parts together into what the container runtime takes.
///
/// Nothing here reads a file, calls a server or knows what runs at present.
@NullMarked
package kat.kubelet.spec;

import org.jspecify.annotations.NullMarked;
