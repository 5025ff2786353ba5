package kat.api.validation;

import java.util.List;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.names.Names;

/// The rules for pods that name their operating system, and for the options of Windows containers.
final class WindowsRules {

    private static final int MAX_CREDENTIAL_KIB = 64;
    private static final int MAX_DOMAIN = 256;
    private static final int MAX_USER = 104;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
    private static final Pattern NET_BIOS =
            Pattern.compile("^[^\\\\/:*?\"<>|.][^\\\\/:*?\"<>|]{0,14}$");
    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern DOMAIN = Pattern.compile("^" + LABEL + "(?:\\." + LABEL + ")*$");
    private static final Pattern BAD_USER = Pattern.compile("[\"/\\\\:;|=,+*?<>@\\[\\]]");
    private static final Pattern DOTS = Pattern.compile("^[. ]+$");
    private static final String NOT_ON_WINDOWS = "cannot be set for a windows pod";
    private static final String NOT_ON_LINUX = "windows options cannot be set for a linux pod";

    /// What a Windows pod may not set in its security context or beside it, in order.
    private static final List<String> POD_FIELDS =
            List.of(
                    "securityContext.appArmorProfile",
                    "securityContext.seLinuxOptions",
                    "hostUsers",
                    "hostPID",
                    "hostIPC",
                    "securityContext.seccompProfile",
                    "securityContext.fsGroup",
                    "securityContext.fsGroupChangePolicy",
                    "securityContext.sysctls",
                    "shareProcessNamespace",
                    "securityContext.runAsUser",
                    "securityContext.runAsGroup",
                    "securityContext.supplementalGroups",
                    "securityContext.supplementalGroupsPolicy",
                    "securityContext.seLinuxChangePolicy");

    private static final List<String> CONTAINER_FIELDS =
            List.of(
                    "appArmorProfile",
                    "seLinuxOptions",
                    "seccompProfile",
                    "capabilities",
                    "readOnlyRootFilesystem",
                    "privileged",
                    "allowPrivilegeEscalation",
                    "procMount",
                    "runAsUser",
                    "runAsGroup");

    private WindowsRules() {}

    /// Checks the operating system that a pod names, and that it asks of it only what it has.
    static void system(Node spec) {
        Node system = spec.child("os");
        if (!system.isSet()) {
            return;
        }
        switch (system.child("name").text()) {
            case "" -> system.child("name").required();
            case "linux" -> linux(spec);
            case "windows" -> windows(spec);
            default -> system.unsupported(system.child("name").json(), List.of("linux", "windows"));
        }
    }

    private static void linux(Node spec) {
        spec.child("securityContext", "windowsOptions").absent(NOT_ON_LINUX);
        ContainerRules.visit(
                spec,
                container ->
                        container.child("securityContext", "windowsOptions").absent(NOT_ON_LINUX));
    }

    private static void windows(Node spec) {
        for (String path : POD_FIELDS) {
            int dot = path.indexOf('.');
            Node holder = dot < 0 ? spec : spec.child(path.substring(0, dot));
            Node field = holder.child(path.substring(dot + 1));
            // a flag that is false was not asked for
            boolean flag = path.equals("hostPID") || path.equals("hostIPC");
            if (flag ? field.bool() : field.isSet()) {
                field.forbidden(NOT_ON_WINDOWS);
            }
        }
        ContainerRules.visit(
                spec,
                container -> {
                    for (String field : CONTAINER_FIELDS) {
                        container.child("securityContext", field).absent(NOT_ON_WINDOWS);
                    }
                });
    }

    static void options(Node options) {
        if (!options.isSet()) {
            return;
        }
        Node name = options.child("gmsaCredentialSpecName");
        if (name.isSet()) {
            Common.dnsSubdomain(name);
        }
        Node credential = options.child("gmsaCredentialSpec");
        if (credential.isSet() && credential.isEmpty()) {
            credential.invalid("gmsaCredentialSpec cannot be an empty string");
        } else if (Names.bytes(credential.text()) > MAX_CREDENTIAL_KIB * 1024) {
            credential.invalid(
                    "gmsaCredentialSpec size must be under " + MAX_CREDENTIAL_KIB + " KiB");
        }
        if (options.has("runAsUserName")) {
            userName(options.child("runAsUserName"));
        }
    }

    private static void userName(Node name) {
        String text = name.text();
        String[] parts = text.split("\\\\", -1);
        if (text.isEmpty()) {
            name.invalid("runAsUserName cannot be an empty string");
        } else if (CONTROL.matcher(text).find()) {
            name.invalid("runAsUserName cannot contain control characters");
        } else if (parts.length > 2) {
            name.invalid("runAsUserName cannot contain more than one backslash");
        } else {
            if (parts.length == 2) {
                domain(name, parts[0]);
            }
            user(name, parts[parts.length - 1]);
        }
    }

    private static void domain(Node name, String domain) {
        if (Names.bytes(domain) >= MAX_DOMAIN) {
            name.invalid(
                    "runAsUserName's Domain length must be under " + MAX_DOMAIN + " characters");
        }
        if (!NET_BIOS.matcher(domain).matches() && !DOMAIN.matcher(domain).matches()) {
            name.invalid("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
    }

    private static void user(Node name, String user) {
        if (user.isEmpty()) {
            name.invalid("runAsUserName's User cannot be empty");
        } else if (Names.bytes(user) > MAX_USER) {
            name.invalid(
                    "runAsUserName's User length must not be longer than "
                            + MAX_USER
                            + " characters");
        }
        if (DOTS.matcher(user).matches()) {
            name.invalid("runAsUserName's User cannot contain only periods or spaces");
        }
        if (BAD_USER.matcher(user).find()) {
            name.invalid(
                    "runAsUserName's User cannot contain the following characters:"
                            + " \"/\\:;|=,+*?<>@[]");
        }
    }

    /// Containers that are processes of the host are all such, and use its network.
    static void hostProcesses(Node spec) {
        Node ofPod = spec.child("securityContext", "windowsOptions", "hostProcess");
        int[] counts = new int[2];
        ContainerRules.visit(
                spec,
                container -> {
                    Node own = container.child("securityContext", "windowsOptions", "hostProcess");
                    counts[0]++;
                    if (ofPod.isSet() && own.isSet() && ofPod.bool() != own.bool()) {
                        own.invalid(
                                "pod hostProcess value must be identical if both are specified, was "
                                        + ofPod.bool());
                    }
                    counts[1] += (own.isSet() ? own : ofPod).bool() ? 1 : 0;
                });
        if (counts[1] == 0) {
            return;
        }
        if (counts[1] != counts[0]) {
            spec.invalidText(
                    "",
                    "If pod contains any hostProcess containers then all containers must be"
                            + " HostProcess containers");
        }
        if (!spec.child("hostNetwork").bool()) {
            spec.child("hostNetwork")
                    .invalid(
                            Json.of(false),
                            "hostNetwork must be true if pod contains any hostProcess containers");
        }
    }
}
