package kat.cri;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who the sandbox's own process is and what it shares.
///
/// @param supplementalGroups more groups of every process of the pod
/// @param privileged whether the pod may hold a privileged container
/// @param seccomp null for the runtime's own choice
public record SandboxSecurityContext(
        NamespaceOptions namespaces,
        @Nullable Long runAsUser,
        @Nullable Long runAsGroup,
        boolean readonlyRootfs,
        List<Long> supplementalGroups,
        boolean privileged,
        @Nullable SecurityProfile seccomp,
        @Nullable SecurityProfile apparmor,
        @Nullable SelinuxOptions selinux) {

    public SandboxSecurityContext {
        supplementalGroups = List.copyOf(supplementalGroups);
    }

    public SandboxSecurityContext withNamespaces(NamespaceOptions value) {
        return new SandboxSecurityContext(
                value,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                seccomp,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withRunAsUser(@Nullable Long value) {
        return new SandboxSecurityContext(
                namespaces,
                value,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                seccomp,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withRunAsGroup(@Nullable Long value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                value,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                seccomp,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withSupplementalGroups(List<Long> value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                value,
                privileged,
                seccomp,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withPrivileged(boolean value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                value,
                seccomp,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withSeccomp(@Nullable SecurityProfile value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                value,
                apparmor,
                selinux);
    }

    public SandboxSecurityContext withApparmor(@Nullable SecurityProfile value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                seccomp,
                value,
                selinux);
    }

    public SandboxSecurityContext withSelinux(@Nullable SelinuxOptions value) {
        return new SandboxSecurityContext(
                namespaces,
                runAsUser,
                runAsGroup,
                readonlyRootfs,
                supplementalGroups,
                privileged,
                seccomp,
                apparmor,
                value);
    }

    public static final SandboxSecurityContext DEFAULT =
            new SandboxSecurityContext(
                    NamespaceOptions.pod(), null, null, false, List.of(), false, null, null, null);
}
