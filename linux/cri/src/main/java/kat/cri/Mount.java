package kat.cri;

/// A path of the machine seen inside a container.
///
/// @param readonly whether the mount itself is read-only
/// @param recursiveReadonly whether the mounts below it are too; wants `readonly` and
///     [Propagation#PRIVATE]
/// @param selinuxRelabel whether the files get the container's label
public record Mount(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean recursiveReadonly,
        boolean selinuxRelabel,
        Propagation propagation) {

    /// How mounts made on one side appear on the other (`mount_namespaces(7)`).
    public enum Propagation {
        PRIVATE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }

    public static Mount readWrite(String hostPath, String containerPath) {
        return new Mount(containerPath, hostPath, false, false, false, Propagation.PRIVATE);
    }

    public static Mount readOnly(String hostPath, String containerPath) {
        return new Mount(containerPath, hostPath, true, false, false, Propagation.PRIVATE);
    }
}
