package kat.kubelet.spec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.cri.LinuxSandboxOptions;
import kat.cri.PodSandboxConfig;
import kat.cri.PodSandboxMetadata;
import kat.cri.PortMapping;

/// The sandbox of a pod, as the container runtime takes it.
///
/// **Source:** `generatePodSandboxConfig` in `pkg/kubelet/kuberuntime`.
///
/// @param dns what goes into `/etc/resolv.conf`
/// @param logs folder below which each pod has its log folder
/// @param seccompRoot folder of local seccomp profiles
public record SandboxConfigs(DnsSettings dns, String logs, String seccompRoot) {

    /// The folder of the pod's logs.
    public String logFolder(KubeObject pod) {
        return logs + "/" + pod.namespace() + "_" + pod.name() + "_" + pod.uid();
    }

    /// @param attempt 0 for the pod's first sandbox
    /// @param cgroup path of the pod's control group
    /// @throws IOException when the pod's names do not fit
    public PodSandboxConfig of(KubeObject pod, int attempt, String cgroup) throws IOException {
        boolean hostNetwork = pod.spec().bool("hostNetwork");
        Map<String, String> sysctls = new TreeMap<>();
        for (JsonObject sysctl : pod.spec().object("securityContext").array("sysctls").objects()) {
            sysctls.put(sysctl.string("name"), sysctl.string("value"));
        }
        LinuxSandboxOptions linux =
                LinuxSandboxOptions.DEFAULT
                        .withCgroupParent(cgroup)
                        .withSysctls(sysctls)
                        .withSecurity(SecurityContexts.sandbox(pod, seccompRoot));
        return new PodSandboxConfig(
                new PodSandboxMetadata(pod.name(), pod.uid(), pod.namespace(), attempt),
                hostNetwork ? "" : PodNames.of(pod, dns.clusterDomain()).hostname(),
                logFolder(pod),
                dns.of(pod),
                hostNetwork ? List.of() : ports(pod),
                labels(pod),
                pod.annotations(),
                linux,
                "");
    }

    /// The labels by which sandboxes and containers of a pod are found again.
    static Map<String, String> labels(KubeObject pod) {
        Map<String, String> labels = new TreeMap<>(pod.labels());
        labels.put(Labels.POD_NAME, pod.name());
        labels.put(Labels.POD_NAMESPACE, pod.namespace());
        labels.put(Labels.POD_UID, pod.uid());
        return labels;
    }

    private static List<PortMapping> ports(KubeObject pod) {
        List<PortMapping> mappings = new ArrayList<>();
        for (JsonObject container : pod.spec().array("containers").objects()) {
            for (JsonObject port : container.array("ports").objects()) {
                int hostPort = (int) port.integer("hostPort", 0);
                if (hostPort > 0) {
                    mappings.add(
                            new PortMapping(
                                    PortMapping.Protocol.valueOf(port.string("protocol", "TCP")),
                                    (int) port.integer("containerPort", 0),
                                    hostPort,
                                    port.string("hostIP")));
                }
            }
        }
        return mappings;
    }
}
