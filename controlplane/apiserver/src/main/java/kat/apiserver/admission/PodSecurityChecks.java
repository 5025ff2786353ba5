package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import kat.api.json.JsonObject;

/// What the baseline of the Pod Security Standards forbids, in the order and words of Kubernetes.
///
/// **Source:** `k8s.io/pod-security-admission/policy`, one file a check.
final class PodSecurityChecks {

    private static final Set<String> DEFAULT_CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");

    /// The types of SELinux that are allowed, each with the minor version since which it is.
    private static final Map<String, Integer> SELINUX_TYPES =
            Map.of(
                    "",
                    0,
                    "container_t",
                    0,
                    "container_init_t",
                    0,
                    "container_kvm_t",
                    0,
                    "container_engine_t",
                    31);

    /// The settings of the kernel that are allowed, likewise.
    private static final Map<String, Integer> SYSCTLS =
            Map.ofEntries(
                    Map.entry("kernel.shm_rmid_forced", 0),
                    Map.entry("net.ipv4.ip_local_port_range", 0),
                    Map.entry("net.ipv4.tcp_syncookies", 0),
                    Map.entry("net.ipv4.ping_group_range", 0),
                    Map.entry("net.ipv4.ip_unprivileged_port_start", 0),
                    Map.entry("net.ipv4.ip_local_reserved_ports", 27),
                    Map.entry("net.ipv4.tcp_keepalive_time", 29),
                    Map.entry("net.ipv4.tcp_fin_timeout", 29),
                    Map.entry("net.ipv4.tcp_keepalive_intvl", 29),
                    Map.entry("net.ipv4.tcp_keepalive_probes", 29),
                    Map.entry("net.ipv4.tcp_rmem", 32),
                    Map.entry("net.ipv4.tcp_wmem", 32));

    private static final String POD_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_SECCOMP =
            "container.seccomp.security.alpha.kubernetes.io/";

    private final JsonObject annotations;
    private final JsonObject spec;
    private final List<JsonObject> containers = new ArrayList<>();
    private final int minor;
    private final List<Finding> found = new ArrayList<>();

    /// Something that is forbidden.
    ///
    /// @param detail where and how
    record Finding(String reason, String detail) {
        @Override
        public String toString() {
            return reason + " (" + detail + ")";
        }
    }

    /// @param minor the version of the standards, for example 36 for that of Kubernetes 1.36
    PodSecurityChecks(JsonObject pod, int minor) {
        this.minor = minor;
        this.annotations = pod.object("metadata").object("annotations");
        this.spec = pod.object("spec");
        for (String member : List.of("initContainers", "containers", "ephemeralContainers")) {
            containers.addAll(spec.array(member).objects());
        }
    }

    /// What was found so far.
    List<Finding> found() {
        return found;
    }

    boolean isSince(int version) {
        return minor >= version;
    }

    /// @param restricted whether the stricter level replaces some of these checks
    void baseline(boolean restricted) {
        appArmor();
        if (!restricted || !isSince(22)) {
            capabilities();
        }
        hostNamespaces();
        if (!restricted) {
            hostPaths();
        }
        hostPorts();
        if (isSince(34)) {
            probeHosts();
        }
        List<String> privileged = named(c -> security(c).bool("privileged"));
        if (!privileged.isEmpty()) {
            told("privileged", of(privileged) + " must not set securityContext.privileged=true");
        }
        if (!isSince(35) || (!restricted && !isInUserNamespace())) {
            procMount();
        }
        seLinux();
        if (!isSince(19)) {
            seccompAnnotations();
        } else if (!restricted) {
            seccomp();
        }
        sysctls();
        windowsHostProcess();
    }

    /// Whether its users are others than the node's, which since 1.35 relaxes some rules.
    boolean isInUserNamespace() {
        return isSince(35) && spec.has("hostUsers") && !spec.bool("hostUsers");
    }

    private void appArmor() {
        Set<String> bad = new TreeSet<>();
        Predicate<JsonObject> isBad = holder -> isBadProfile(holder, "appArmorProfile", bad);
        List<String> setters = setters(isBad);
        List<String> values = new ArrayList<>(bad);
        int before = values.size();
        for (String key : annotations.names()) {
            String value = annotations.string(key);
            boolean allowed =
                    value.isEmpty()
                            || value.equals("runtime/default")
                            || value.startsWith("localhost/");
            if (key.startsWith("container.apparmor.security.beta.kubernetes.io/") && !allowed) {
                values.add(key + "=\"" + value + "\"");
            }
        }
        values.subList(before, values.size()).sort(null);
        if (values.size() > before) {
            setters.add(values.size() - before == 1 ? "annotation" : "annotations");
        }
        if (!setters.isEmpty()) {
            told(
                    "forbidden AppArmor profile" + (values.size() == 1 ? "" : "s"),
                    String.join(" and ", setters)
                            + " must not set AppArmor profile type to "
                            + quoted(values));
        }
    }

    /// Whether a holder's profile is neither the runtime's nor a file's; such types are kept.
    static boolean isBadProfile(JsonObject holder, String member, Set<String> bad) {
        JsonObject context = holder.object("securityContext");
        if (!context.has(member)) {
            return false;
        }
        String type = context.object(member).string("type");
        if (type.equals("RuntimeDefault") || type.equals("Localhost")) {
            return false;
        }
        bad.add(type);
        return true;
    }

    private void capabilities() {
        Set<String> added = new TreeSet<>();
        List<String> bad =
                named(
                        c -> {
                            List<String> more = new ArrayList<>(added(c));
                            more.removeAll(DEFAULT_CAPABILITIES);
                            added.addAll(more);
                            return !more.isEmpty();
                        });
        if (!bad.isEmpty()) {
            told(
                    "non-default capabilities",
                    of(bad)
                            + " must not include "
                            + quoted(added)
                            + " in securityContext.capabilities.add");
        }
    }

    static List<String> added(JsonObject container) {
        return security(container).object("capabilities").array("add").strings();
    }

    private void hostNamespaces() {
        List<String> used = new ArrayList<>();
        for (String name : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (spec.bool(name)) {
                used.add(name + "=true");
            }
        }
        if (!used.isEmpty()) {
            told("host namespaces", String.join(", ", used));
        }
    }

    private void hostPaths() {
        List<String> names = new ArrayList<>();
        for (JsonObject volume : spec.array("volumes").objects()) {
            if (volume.has("hostPath")) {
                names.add(volume.string("name"));
            }
        }
        if (!names.isEmpty()) {
            told("hostPath volumes", counted("volume", names.size()) + " " + quoted(names));
        }
    }

    private void hostPorts() {
        Set<String> ports = new TreeSet<>();
        List<String> bad =
                named(
                        c -> {
                            boolean any = false;
                            for (JsonObject port : c.array("ports").objects()) {
                                long number = port.integer("hostPort", 0);
                                if (number != 0) {
                                    ports.add(String.valueOf(number));
                                    any = true;
                                }
                            }
                            return any;
                        });
        if (!bad.isEmpty()) {
            told(
                    "hostPort",
                    of(bad)
                            + uses(bad.size())
                            + counted("hostPort", ports.size())
                            + " "
                            + String.join(", ", ports));
        }
    }

    private void probeHosts() {
        Set<String> hosts = new TreeSet<>();
        Set<String> bad = new TreeSet<>();
        for (JsonObject c : containers) {
            JsonObject lifecycle = c.object("lifecycle");
            for (JsonObject handler :
                    List.of(
                            c.object("livenessProbe"),
                            c.object("readinessProbe"),
                            c.object("startupProbe"),
                            lifecycle.object("postStart"),
                            lifecycle.object("preStop"))) {
                for (String way : List.of("httpGet", "tcpSocket")) {
                    String host = handler.object(way).string("host");
                    if (!host.isEmpty()) {
                        hosts.add(host);
                        bad.add(c.string("name"));
                    }
                }
            }
        }
        if (!bad.isEmpty()) {
            told(
                    "probe or lifecycle host",
                    of(bad)
                            + uses(bad.size())
                            + counted("probe or lifecycle host", hosts.size())
                            + " "
                            + quoted(hosts));
        }
    }

    void procMount() {
        Set<String> types = new TreeSet<>();
        List<String> bad =
                named(
                        c -> {
                            String type = security(c).string("procMount");
                            boolean other = !type.isEmpty() && !type.equals("Default");
                            if (other) {
                                types.add(type);
                            }
                            return other;
                        });
        if (!bad.isEmpty()) {
            told(
                    "procMount",
                    of(bad) + " must not set securityContext.procMount to " + quoted(types));
        }
    }

    private void seLinux() {
        Set<String> types = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        List<String> setters =
                setters(
                        holder -> {
                            JsonObject options =
                                    holder.object("securityContext").object("seLinuxOptions");
                            String type = options.string("type");
                            boolean bad = !isAllowed(SELINUX_TYPES, type);
                            if (bad) {
                                types.add(type);
                            }
                            for (String name : List.of("user", "role")) {
                                if (!options.string(name).isEmpty()) {
                                    others.add(name);
                                    bad = true;
                                }
                            }
                            return bad;
                        });
        if (setters.isEmpty()) {
            return;
        }
        List<String> data = new ArrayList<>();
        if (!types.isEmpty()) {
            data.add(counted("type", types.size()) + " " + quoted(types));
        }
        for (String name : List.of("user", "role")) {
            if (others.contains(name)) {
                data.add(name + " may not be set");
            }
        }
        told(
                "seLinuxOptions",
                String.join(" and ", setters)
                        + " set forbidden securityContext.seLinuxOptions: "
                        + String.join("; ", data));
    }

    /// Whether one names a seccomp profile that is not allowed.
    boolean seccomp() {
        Set<String> bad = new TreeSet<>();
        List<String> setters = setters(holder -> isBadProfile(holder, "seccompProfile", bad));
        if (!setters.isEmpty()) {
            told(
                    "seccompProfile",
                    String.join(" and ", setters)
                            + " must not set securityContext.seccompProfile.type to "
                            + quoted(bad));
        }
        return !setters.isEmpty();
    }

    private boolean isAllowed(Map<String, Integer> since, String value) {
        Integer first = since.get(value);
        return first != null && isSince(first);
    }

    /// As it was said before there were fields for it.
    private void seccompAnnotations() {
        Set<String> bad = new TreeSet<>();
        List<String> keys = new ArrayList<>(List.of(POD_SECCOMP));
        containers.forEach(c -> keys.add(CONTAINER_SECCOMP + c.string("name")));
        for (String key : keys) {
            String value = annotations.string(key);
            boolean allowed =
                    value.equals("runtime/default")
                            || value.equals("docker/default")
                            || value.startsWith("localhost/");
            if (annotations.has(key) && !allowed) {
                bad.add(key + "=\"" + value + "\"");
            }
        }
        if (!bad.isEmpty()) {
            told(
                    "seccompProfile",
                    "forbidden "
                            + counted("annotation", bad.size())
                            + " "
                            + String.join(", ", bad));
        }
    }

    private void sysctls() {
        List<String> bad = new ArrayList<>();
        for (JsonObject sysctl : spec.object("securityContext").array("sysctls").objects()) {
            if (!isAllowed(SYSCTLS, sysctl.string("name"))) {
                bad.add(sysctl.string("name"));
            }
        }
        if (!bad.isEmpty()) {
            told("forbidden sysctls", String.join(", ", bad));
        }
    }

    private void windowsHostProcess() {
        List<String> setters =
                setters(
                        holder ->
                                holder.object("securityContext")
                                        .object("windowsOptions")
                                        .bool("hostProcess"));
        if (!setters.isEmpty()) {
            told(
                    "hostProcess",
                    String.join(" and ", setters)
                            + " must not set securityContext.windowsOptions.hostProcess=true");
        }
    }

    /// The pod and the containers of which something holds, as subjects of a sentence.
    List<String> setters(Predicate<JsonObject> holds) {
        List<String> setters = new ArrayList<>();
        if (holds.test(spec)) {
            setters.add("pod");
        }
        List<String> names = named(holds);
        if (!names.isEmpty()) {
            setters.add(of(names));
        }
        return setters;
    }

    /// The names of the containers of which something holds.
    List<String> named(Predicate<JsonObject> holds) {
        return containers.stream().filter(holds).map(c -> c.string("name")).toList();
    }

    void told(String reason, String detail) {
        found.add(new Finding(reason, detail));
    }

    static JsonObject security(JsonObject container) {
        return container.object("securityContext");
    }

    static String of(java.util.Collection<String> names) {
        return counted("container", names.size()) + " " + quoted(names);
    }

    static String counted(String noun, int count) {
        return count == 1 ? noun : noun + "s";
    }

    static String uses(int count) {
        return count == 1 ? " uses " : " use ";
    }

    static String quoted(java.util.Collection<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }
}
