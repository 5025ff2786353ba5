package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Refuses pods that want settings of the kernel which could harm other pods. Those named here
/// belong to a pod alone.
///
/// **Source:** `pkg/kubelet/sysctl`; the page "Using sysctls in a Kubernetes Cluster".
public final class Sysctls {

    private static final String IPC = "IPC";
    private static final String NET = "Net";

    /// Safe settings, and the namespace of the kernel in which each lives.
    private static final Map<String, String> SAFE =
            Map.ofEntries(
                    Map.entry("kernel.shm_rmid_forced", IPC),
                    Map.entry("net.ipv4.ip_local_port_range", NET),
                    Map.entry("net.ipv4.tcp_syncookies", NET),
                    Map.entry("net.ipv4.ping_group_range", NET),
                    Map.entry("net.ipv4.ip_unprivileged_port_start", NET),
                    Map.entry("net.ipv4.ip_local_reserved_ports", NET),
                    Map.entry("net.ipv4.tcp_keepalive_time", NET),
                    Map.entry("net.ipv4.tcp_fin_timeout", NET),
                    Map.entry("net.ipv4.tcp_keepalive_intvl", NET),
                    Map.entry("net.ipv4.tcp_keepalive_probes", NET),
                    Map.entry("net.ipv4.tcp_rmem", NET),
                    Map.entry("net.ipv4.tcp_wmem", NET));

    /// Settings of the kernel's messages and semaphores, and beginnings of them.
    private static final Set<String> KERNEL =
            Set.of(
                    "kernel.sem",
                    "kernel.shm",
                    "kernel.shmall",
                    "kernel.shmmax",
                    "kernel.shmmni",
                    "kernel.shm_rmid_forced",
                    "kernel.msg",
                    "kernel.msgmax",
                    "kernel.msgmnb",
                    "kernel.msgmni");

    private final List<String> allowed;

    private Sysctls(List<String> allowed) {
        this.allowed = allowed;
    }

    /// @param unsafe names, or beginnings of names with a star at the end, that are allowed besides
    ///     those that are safe
    /// @throws IllegalArgumentException when one is no setting of a pod alone
    public static Sysctls with(List<String> unsafe) {
        List<String> allowed = new ArrayList<>();
        for (String each : unsafe) {
            String name = normalized(each);
            int star = name.indexOf('*');
            String beginning = star < 0 ? name : name.substring(0, star);
            if (namespaceOf(beginning).isEmpty()) {
                throw new IllegalArgumentException(
                        "the sysctls \"" + beginning + "\" are not known to be namespaced");
            }
            allowed.add(star < 0 ? name : beginning + "*");
        }
        return new Sysctls(List.copyOf(allowed));
    }

    private static String namespaceOf(String name) {
        if (name.startsWith("net.")) {
            return NET;
        }
        return name.startsWith("fs.mqueue.") || KERNEL.contains(name) ? IPC : "";
    }

    private @Nullable String namespaceIfAllowed(String name) {
        String safe = SAFE.get(name);
        if (safe != null) {
            return safe;
        }
        for (String each : allowed) {
            boolean begins = each.endsWith("*");
            String text = begins ? each.substring(0, each.length() - 1) : each;
            if (begins ? name.startsWith(text) : name.equals(text)) {
                return namespaceOf(text);
            }
        }
        return null;
    }

    /// @return null when the pod may run
    public @Nullable Refusal check(KubeObject pod) {
        JsonObject spec = pod.spec();
        List<JsonObject> wanted = spec.object("securityContext").array("sysctls").objects();
        for (JsonObject each : wanted) {
            String name = normalized(each.string("name"));
            String namespace = namespaceIfAllowed(name);
            if (namespace == null) {
                return forbidden(name, " not allowlisted");
            }
            if (spec.bool(namespace.equals(IPC) ? "hostIPC" : "hostNetwork")) {
                return forbidden(name, " not allowed with host " + namespace + " enabled");
            }
        }
        return null;
    }

    private static Refusal forbidden(String name, String why) {
        return new Refusal("SysctlForbidden", "forbidden sysctl: \"" + name + "\"" + why);
    }

    /// Names may be written with slashes: then dots belong to the name of a device.
    private static String normalized(String name) {
        int slash = name.indexOf('/');
        int dot = name.indexOf('.');
        if (slash < 0 || (dot >= 0 && dot < slash)) {
            return name;
        }
        return name.replace('.', '\0').replace('/', '.').replace('\0', '/');
    }
}
