package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The rules for the security contexts of pods and containers.
final class SecurityRules {

    private static final long MAX_ID = Integer.MAX_VALUE;
    private static final int MAX_SYSCTL = 253;
    private static final String SYSCTL =
            "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    private static final Pattern SYSCTL_PATTERN = Pattern.compile(SYSCTL);

    private SecurityRules() {}

    static void container(Node context) {
        if (!context.isSet()) {
            return;
        }
        context.child("runAsUser").between(0, MAX_ID);
        context.child("runAsGroup").between(0, MAX_ID);
        seccomp(context.child("seccompProfile"));
        context.child("procMount").oneOf("Default", "Unmasked");
        Node escalation = context.child("allowPrivilegeEscalation");
        if (escalation.isSet() && !escalation.bool()) {
            if (context.child("privileged").bool()) {
                context.invalid(
                        "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
            }
            List<String> added = context.child("capabilities").child("add").list().strings();
            if (added.contains("CAP_SYS_ADMIN")) {
                context.invalid(
                        "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add`"
                                + " CAP_SYS_ADMIN");
            }
        }
        appArmor(context.child("appArmorProfile"));
    }

    /// Without its own user namespace no container may see all of the kernel's /proc.
    private static void unmasked(Node spec) {
        if (spec.has("hostUsers") && !spec.child("hostUsers").bool()) {
            return;
        }
        for (String member : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (Node container : spec.child(member).items()) {
                Node mount = container.child("securityContext", "procMount");
                if (mount.text().equals("Unmasked")) {
                    mount.invalid("`hostUsers` must be false to use `Unmasked`");
                }
            }
        }
    }

    static void pod(Node spec) {
        unmasked(spec);
        Node context = spec.child("securityContext");
        if (!context.isSet()) {
            return;
        }
        context.child("fsGroup").between(0, MAX_ID);
        context.child("runAsUser").between(0, MAX_ID);
        context.child("runAsGroup").between(0, MAX_ID);
        Node groups = context.child("supplementalGroups");
        for (Node group : groups.items()) {
            group.at(groups.path()).between(0, MAX_ID);
        }
        if (spec.child("shareProcessNamespace").bool() && spec.child("hostPID").bool()) {
            context.child("shareProcessNamespace")
                    .with(spec.child("shareProcessNamespace").json())
                    .invalid("ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(context.child("sysctls"));
        context.child("fsGroupChangePolicy").oneOf("Always", "OnRootMismatch");
        seccomp(context.child("seccompProfile"));
        context.child("supplementalGroupsPolicy").oneOf("Merge", "Strict");
        appArmor(context.child("appArmorProfile"));
    }

    private static void sysctls(Node sysctls) {
        Set<String> names = new HashSet<>();
        for (Node sysctl : sysctls.items()) {
            Node name = sysctl.child("name");
            String text = name.text();
            if (text.isEmpty()) {
                name.required();
            } else if (text.length() > MAX_SYSCTL || !SYSCTL_PATTERN.matcher(text).matches()) {
                name.invalid(
                        "must have at most "
                                + MAX_SYSCTL
                                + " characters and match regex "
                                + SYSCTL);
            } else if (!names.add(text)) {
                name.duplicate();
            }
        }
    }

    private static void seccomp(Node profile) {
        if (!profile.isSet()) {
            return;
        }
        Node type = profile.child("type");
        if (type.isEmpty()) {
            type.required("type is required when seccompProfile is set");
            return;
        }
        type.oneOf("Localhost", "RuntimeDefault", "Unconfined");
        localhost(profile, "seccomp");
    }

    private static void appArmor(Node profile) {
        if (!profile.isSet()) {
            return;
        }
        Node type = profile.child("type");
        if (type.isEmpty()) {
            type.required("type is required when appArmorProfile is set");
            return;
        }
        type.oneOf("Localhost", "RuntimeDefault", "Unconfined");
        localhost(profile, "AppArmor");
    }

    private static void localhost(Node profile, String what) {
        Node file = profile.child("localhostProfile");
        if (profile.child("type").text().equals("Localhost")) {
            if (file.isEmpty()) {
                file.required("must be set when " + what + " type is Localhost");
            } else if (what.equals("seccomp")) {
                Common.relativePath(file);
            }
        } else if (file.isSet()) {
            file.invalid("can only be set when " + what + " type is Localhost");
        }
    }
}
