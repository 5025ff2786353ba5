/// Pods that a node runs because a file says so, whatever the API says.
///
/// [kat.kubelet.manifests.ManifestFolder] is all there is.
///
/// Nothing here knows the API or containers.
@NullMarked
package kat.kubelet.manifests;

import org.jspecify.annotations.NullMarked;
