package kat.cri;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who a container's process is and what it may do.
///
/// @param runAsUsername a name that the image knows; used when `runAsUser` is null; else empty
/// @param seccomp null for the runtime's own choice
/// @param maskedPaths paths that read as empty
/// @param readonlyPaths paths that cannot be written
public record ContainerSecurityContext(
        Capabilities capabilities,
        boolean privileged,
        NamespaceOptions namespaces,
        @Nullable Long runAsUser,
        @Nullable Long runAsGroup,
        String runAsUsername,
        boolean readonlyRootfs,
        List<Long> supplementalGroups,
        boolean noNewPrivileges,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        @Nullable SecurityProfile seccomp,
        @Nullable SecurityProfile apparmor,
        @Nullable SelinuxOptions selinux) {

    public ContainerSecurityContext {
        supplementalGroups = List.copyOf(supplementalGroups);
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
    }

    public ContainerSecurityContext withCapabilities(Capabilities value) {
        return new ContainerSecurityContext(
                value,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withPrivileged(boolean value) {
        return new ContainerSecurityContext(
                capabilities,
                value,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withNamespaces(NamespaceOptions value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                value,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withRunAsUser(@Nullable Long value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                value,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withRunAsGroup(@Nullable Long value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                value,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withRunAsUsername(String value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                value,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withReadonlyRootfs(boolean value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                value,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withSupplementalGroups(List<Long> value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                value,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withNoNewPrivileges(boolean value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                value,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withMaskedPaths(List<String> value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                value,
                readonlyPaths,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withReadonlyPaths(List<String> value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                value,
                seccomp,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withSeccomp(@Nullable SecurityProfile value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                value,
                apparmor,
                selinux);
    }

    public ContainerSecurityContext withApparmor(@Nullable SecurityProfile value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                value,
                selinux);
    }

    public ContainerSecurityContext withSelinux(@Nullable SelinuxOptions value) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                runAsUser,
                runAsGroup,
                runAsUsername,
                readonlyRootfs,
                supplementalGroups,
                noNewPrivileges,
                maskedPaths,
                readonlyPaths,
                seccomp,
                apparmor,
                value);
    }

    public static final ContainerSecurityContext DEFAULT =
            new ContainerSecurityContext(
                    Capabilities.DEFAULT,
                    false,
                    NamespaceOptions.pod(),
                    null,
                    null,
                    "",
                    false,
                    List.of(),
                    false,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    null);
}
