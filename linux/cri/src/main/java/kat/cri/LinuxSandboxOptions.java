package kat.cri;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The Linux side of a sandbox.
///
/// @param cgroupParent path of the pod's control group below each hierarchy's root, such as
///     `/kubepods/burstable/pod1234`; empty for the runtime's default
/// @param overhead what the sandbox itself costs; null when none is declared
/// @param resources the sum of the pod's containers; null when unknown
public record LinuxSandboxOptions(
        String cgroupParent,
        SandboxSecurityContext security,
        Map<String, String> sysctls,
        @Nullable LinuxResources overhead,
        @Nullable LinuxResources resources) {

    public LinuxSandboxOptions {
        sysctls = Copies.map(sysctls);
    }

    public LinuxSandboxOptions withCgroupParent(String value) {
        return new LinuxSandboxOptions(value, security, sysctls, overhead, resources);
    }

    public LinuxSandboxOptions withSecurity(SandboxSecurityContext value) {
        return new LinuxSandboxOptions(cgroupParent, value, sysctls, overhead, resources);
    }

    public LinuxSandboxOptions withSysctls(Map<String, String> value) {
        return new LinuxSandboxOptions(cgroupParent, security, value, overhead, resources);
    }

    public LinuxSandboxOptions withResources(@Nullable LinuxResources value) {
        return new LinuxSandboxOptions(cgroupParent, security, sysctls, overhead, value);
    }

    public static final LinuxSandboxOptions DEFAULT =
            new LinuxSandboxOptions("", SandboxSecurityContext.DEFAULT, Map.of(), null, null);
}
