package kat.kubelet.spec;

import java.util.ArrayList;
import java.util.List;
import kat.api.AppArmor;
import kat.api.KubeObject;
import kat.api.json.JsonNumber;
import kat.api.json.JsonObject;
import kat.cri.Capabilities;
import kat.cri.ContainerSecurityContext;
import kat.cri.Image;
import kat.cri.NamespaceMode;
import kat.cri.NamespaceOptions;
import kat.cri.SandboxSecurityContext;
import kat.cri.SecurityProfile;
import kat.cri.SelinuxOptions;
import org.jspecify.annotations.Nullable;

/// Who the processes of a pod are and what they may do: the container's word before the pod's.
///
/// **Source:** `pkg/kubelet/kuberuntime/security_context.go`, `pkg/securitycontext`.
final class SecurityContexts {

    private static final List<String> MASKED =
            List.of(
                    "/proc/asound",
                    "/proc/acpi",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/sys/firmware",
                    "/sys/devices/virtual/powercap");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private SecurityContexts() {}

    static NamespaceOptions namespaces(KubeObject pod) {
        JsonObject spec = pod.spec();
        NamespaceMode shared =
                spec.bool("shareProcessNamespace") ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        return new NamespaceOptions(
                spec.bool("hostNetwork") ? NamespaceMode.NODE : NamespaceMode.POD,
                spec.bool("hostPID") ? NamespaceMode.NODE : shared,
                spec.bool("hostIPC") ? NamespaceMode.NODE : NamespaceMode.POD,
                "",
                null);
    }

    static SandboxSecurityContext sandbox(KubeObject pod, String seccompRoot) {
        JsonObject own = pod.spec().object("securityContext");
        SandboxSecurityContext context =
                SandboxSecurityContext.DEFAULT
                        .withNamespaces(namespaces(pod))
                        .withSupplementalGroups(groups(own))
                        .withPrivileged(hasPrivileged(pod))
                        .withSeccomp(seccomp(own, JsonObject.EMPTY, seccompRoot))
                        .withSelinux(selinux(own, JsonObject.EMPTY));
        Long user = number(own, JsonObject.EMPTY, "runAsUser");
        Long group = number(own, JsonObject.EMPTY, "runAsGroup");
        return user == null ? context : context.withRunAsUser(user).withRunAsGroup(group);
    }

    private static boolean hasPrivileged(KubeObject pod) {
        for (String list : List.of("containers", "initContainers")) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (container.object("securityContext").bool("privileged")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// @throws ConfigFault when the container must not run as root and would, or might
    static ContainerSecurityContext container(
            KubeObject pod, JsonObject container, @Nullable Image image, String seccompRoot)
            throws ConfigFault {
        JsonObject ofPod = pod.spec().object("securityContext");
        JsonObject own = container.object("securityContext");
        Long user = number(own, ofPod, "runAsUser");
        Long effective = user == null && image != null ? image.uid() : user;
        String username = effective == null && image != null ? image.username() : "";
        if (own.bool("runAsNonRoot", ofPod.bool("runAsNonRoot"))) {
            refuseRoot(pod, container, user, effective, username);
        }
        boolean privileged = own.bool("privileged");
        boolean open = privileged || own.string("procMount").equals("Unmasked");
        JsonObject capabilities = own.object("capabilities");
        return new ContainerSecurityContext(
                new Capabilities(
                        capabilities.array("add").strings(), capabilities.array("drop").strings()),
                privileged,
                namespaces(pod),
                effective,
                number(own, ofPod, "runAsGroup"),
                username,
                own.bool("readOnlyRootFilesystem"),
                groups(ofPod),
                !own.bool("allowPrivilegeEscalation", true),
                open ? List.of() : MASKED,
                open ? List.of() : READ_ONLY,
                seccomp(own, ofPod, seccompRoot),
                apparmor(AppArmor.effective(pod, container)),
                selinux(own, ofPod));
    }

    private static void refuseRoot(
            KubeObject pod,
            JsonObject container,
            @Nullable Long asked,
            @Nullable Long effective,
            String username)
            throws ConfigFault {
        String about =
                " (pod: \""
                        + pod.name()
                        + "_"
                        + pod.namespace()
                        + "("
                        + pod.uid()
                        + ")\", container: "
                        + container.string("name")
                        + ")";
        if (asked != null && asked == 0) {
            throw new ConfigFault("container's runAsUser breaks non-root policy" + about);
        }
        if (!username.isEmpty()) {
            throw new ConfigFault(
                    "container has runAsNonRoot and image has non-numeric user ("
                            + username
                            + "), cannot verify user is non-root"
                            + about);
        }
        if (effective == null || effective == 0) {
            throw new ConfigFault("container has runAsNonRoot and image will run as root" + about);
        }
    }

    private static List<Long> groups(JsonObject ofPod) {
        List<Long> groups = new ArrayList<>();
        ofPod.array("supplementalGroups")
                .forEach(
                        item -> {
                            if (item instanceof JsonNumber number) {
                                groups.add(number.longValue());
                            }
                        });
        if (ofPod.has("fsGroup")) {
            groups.add(ofPod.integer("fsGroup", 0));
        }
        return groups;
    }

    private static @Nullable Long number(JsonObject own, JsonObject other, String name) {
        if (own.has(name)) {
            return own.integer(name, 0);
        }
        return other.has(name) ? other.integer(name, 0) : null;
    }

    private static SecurityProfile seccomp(JsonObject own, JsonObject other, String root) {
        JsonObject profile =
                own.has("seccompProfile")
                        ? own.object("seccompProfile")
                        : other.object("seccompProfile");
        return switch (profile.string("type")) {
            case "RuntimeDefault" -> SecurityProfile.RUNTIME_DEFAULT;
            case "Localhost" ->
                    SecurityProfile.localhost(root + "/" + profile.string("localhostProfile"));
            default -> SecurityProfile.UNCONFINED;
        };
    }

    private static @Nullable SecurityProfile apparmor(JsonObject profile) {
        return switch (profile.string("type")) {
            case "RuntimeDefault" -> SecurityProfile.RUNTIME_DEFAULT;
            case "Unconfined" -> SecurityProfile.UNCONFINED;
            case "Localhost" -> SecurityProfile.localhost(profile.string("localhostProfile"));
            default -> null;
        };
    }

    private static @Nullable SelinuxOptions selinux(JsonObject own, JsonObject other) {
        JsonObject options =
                own.has("seLinuxOptions")
                        ? own.object("seLinuxOptions")
                        : other.object("seLinuxOptions");
        return options.isEmpty()
                ? null
                : new SelinuxOptions(
                        options.string("user"),
                        options.string("role"),
                        options.string("type"),
                        options.string("level"));
    }
}
