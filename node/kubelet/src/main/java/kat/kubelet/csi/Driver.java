package kat.kubelet.csi;

import java.nio.file.Path;
import kat.csi.NodePlugin;
import kat.kubelet.volumes.KubeletFolder;

/// A driver that is registered. It is spoken to in the paths in which it told its own socket: one
/// in a pod knows the kubelet's folder as `/var/lib/kubelet`.
///
/// @param version of the interface
/// @param usesKnownPaths whether it calls the kubelet's folder so
record Driver(
        String name,
        Versions.Version version,
        NodePlugin node,
        KubeletFolder folder,
        boolean usesKnownPaths) {

    /// A path below the kubelet's folder as the driver knows it.
    String told(Path path) {
        return (usesKnownPaths ? folder.known(path) : path).toString();
    }
}
