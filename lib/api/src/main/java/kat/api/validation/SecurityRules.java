package kat.api.validation;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// The rules for the security contexts of pods and containers.
final class SecurityRules {

    private static final long MAX_ID = Integer.MAX_VALUE;
    private static final int MAX_SYSCTL = 253;
    private static final int MAX_PATH = 4095;
    private static final String SYSCTL =
            "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    private static final Pattern SYSCTL_PATTERN = Pattern.compile(SYSCTL);

    private SecurityRules() {}

    /// @param hostUsers whether the pod shares the host's user namespace
    static void container(Node context, boolean hostUsers) {
        if (context.isEmpty()) {
            return;
        }
        context.child("runAsUser").between(0, MAX_ID);
        context.child("runAsGroup").between(0, MAX_ID);
        Node mount = context.child("procMount");
        mount.oneOf("Default", "Unmasked");
        if (hostUsers && mount.text().equals("Unmasked")) {
            mount.invalid("`hostUsers` must be false to use `Unmasked`");
        }
        seccomp(context.child("seccompProfile"));
        Node escalation = context.child("allowPrivilegeEscalation");
        if (escalation.isSet() && !escalation.bool()) {
            if (context.child("privileged").bool()) {
                context.invalid(
                        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            for (String added : context.child("capabilities", "add").list().strings()) {
                if (added.equals("CAP_SYS_ADMIN")) {
                    context.invalid(
                            "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add`"
                                    + " CAP_SYS_ADMIN");
                }
            }
        }
        WindowsRules.options(context.child("windowsOptions"));
        appArmor(context.child("appArmorProfile"));
    }

    static void pod(Node spec) {
        Node context = spec.child("securityContext");
        boolean shares = spec.child("shareProcessNamespace").bool() && spec.child("hostPID").bool();
        if (context.isEmpty() && !shares) {
            return;
        }
        context.child("fsGroup").between(0, MAX_ID);
        context.child("runAsUser").between(0, MAX_ID);
        context.child("runAsGroup").between(0, MAX_ID);
        for (Node group : context.child("supplementalGroups").items()) {
            group.between(0, MAX_ID);
        }
        if (shares) {
            context.child("shareProcessNamespace")
                    .with(spec.child("shareProcessNamespace").json())
                    .invalid("ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(context.child("sysctls"), spec);
        context.child("fsGroupChangePolicy").oneOf("Always", "OnRootMismatch");
        seccomp(context.child("seccompProfile"));
        WindowsRules.options(context.child("windowsOptions"));
        appArmor(context.child("appArmorProfile"));
        context.child("supplementalGroupsPolicy").oneOf("Merge", "Strict");
        context.child("seLinuxChangePolicy").oneOf("Recursive");
    }

    private static void sysctls(Node sysctls, Node spec) {
        if (sysctls.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (Node sysctl : sysctls.items()) {
            Node name = sysctl.child("name");
            String text = name.text();
            if (text.isEmpty()) {
                name.required();
            } else if (name.bytes() > MAX_SYSCTL || !SYSCTL_PATTERN.matcher(text).matches()) {
                name.invalid(
                        "must have at most "
                                + MAX_SYSCTL
                                + " characters and match regex "
                                + SYSCTL);
            } else if (names.contains(text)) {
                name.duplicate();
            }
            ofHost(name, text.replace('/', '.'), spec);
            names.add(text);
        }
    }

    /// What belongs to a namespace of the host's is not the pod's to set.
    private static void ofHost(Node name, String sysctl, Node spec) {
        boolean net = sysctl.startsWith("net.");
        boolean ipc =
                sysctl.startsWith("kernel.shm")
                        || sysctl.startsWith("kernel.msg")
                        || sysctl.equals("kernel.sem")
                        || sysctl.startsWith("fs.mqueue.");
        if (net && spec.child("hostNetwork").bool()) {
            name.invalid("may not be specified when 'hostNetwork' is true");
        } else if (ipc && spec.child("hostIPC").bool()) {
            name.invalid("may not be specified when 'hostIPC' is true");
        }
    }

    private static void seccomp(Node profile) {
        if (!profile.isSet()) {
            return;
        }
        Node type = profile.child("type");
        if (type.isEmpty()) {
            type.required("type is required when seccompProfile is set");
        } else {
            type.oneOf("Localhost", "RuntimeDefault", "Unconfined");
        }
        Node file = profile.child("localhostProfile");
        if (!type.text().equals("Localhost")) {
            if (file.isSet()) {
                file.invalid(profile.json(), "can only be set when seccomp type is Localhost");
            }
        } else if (file.isSet()) {
            Common.relativePath(file);
        } else {
            file.required("must be set when seccomp type is Localhost");
        }
    }

    private static void appArmor(Node profile) {
        if (!profile.isSet()) {
            return;
        }
        Node file = profile.child("localhostProfile");
        Node type = profile.child("type");
        switch (type.text()) {
            case "Localhost" -> {
                if (file.isEmpty()) {
                    file.required("must be set when AppArmor type is Localhost");
                } else if (!file.text().strip().equals(file.text())) {
                    file.invalid("must not be padded with whitespace");
                }
                if (file.bytes() > MAX_PATH) {
                    file.tooLong(MAX_PATH);
                }
            }
            case "RuntimeDefault", "Unconfined" -> {
                if (file.isSet()) {
                    file.invalid("can only be set when AppArmor type is Localhost");
                }
            }
            case "" -> type.required("type is required when appArmorProfile is set");
            default -> type.unsupported("Localhost", "RuntimeDefault", "Unconfined");
        }
    }
}
