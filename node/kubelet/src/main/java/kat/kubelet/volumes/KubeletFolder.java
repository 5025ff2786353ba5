package kat.kubelet.volumes;

import java.nio.file.Path;

/// The kubelet's folder, which goes by two names: where it really is, and `/var/lib/kubelet`, where
/// programs made for Kubernetes look for it. In the cluster's pods, and for drivers that use it,
/// the second name means the first.
///
/// @param root where it really is, absolute
public record KubeletFolder(Path root) {

    /// Where everybody expects it.
    public static final Path KNOWN = Path.of("/var/lib/kubelet");

    /// Where a path of the machine really is.
    public Path real(Path path) {
        Path plain = path.normalize();
        return plain.startsWith(KNOWN) ? root.resolve(KNOWN.relativize(plain)).normalize() : path;
    }

    /// The other name of a path below [#root].
    public Path known(Path path) {
        return path.startsWith(root) ? KNOWN.resolve(root.relativize(path)) : path;
    }
}
