package kat.kubelet.admission;

import java.util.List;
import java.util.Map;
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

    private Sysctls() {}

    /// @return null when the pod may run
    public static @Nullable Refusal check(KubeObject pod) {
        JsonObject spec = pod.spec();
        List<JsonObject> wanted = spec.object("securityContext").array("sysctls").objects();
        for (JsonObject each : wanted) {
            String name = normalized(each.string("name"));
            String namespace = SAFE.get(name);
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
