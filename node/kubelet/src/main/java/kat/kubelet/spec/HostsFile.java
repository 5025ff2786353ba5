package kat.kubelet.spec;

import java.util.List;
import kat.api.KubeObject;
import kat.api.json.JsonObject;

/// The text of a pod's `/etc/hosts`.
///
/// **Source:** `managedHostsFileContent` in `pkg/kubelet/kubelet_pods.go`.
public final class HostsFile {

    private HostsFile() {}

    /// @param addresses of the pod
    public static String of(KubeObject pod, PodNames names, List<String> addresses) {
        StringBuilder text = new StringBuilder("# Kubernetes-managed hosts file.\n");
        text.append("127.0.0.1\tlocalhost\n");
        text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        text.append("fe00::0\tip6-localnet\n");
        text.append("fe00::0\tip6-mcastprefix\n");
        text.append("fe00::1\tip6-allnodes\n");
        text.append("fe00::2\tip6-allrouters\n");
        for (String address : addresses) {
            text.append(address).append('\t');
            if (!names.domain().isEmpty()) {
                text.append(names.hostname()).append('.').append(names.domain()).append('\t');
            }
            text.append(names.hostname()).append('\n');
        }
        return text.append(aliases(pod)).toString();
    }

    /// @param machines the text of the machine's own file
    public static String onHostNetwork(KubeObject pod, String machines) {
        return "# Kubernetes-managed hosts file (host network).\n" + machines + aliases(pod);
    }

    private static String aliases(KubeObject pod) {
        List<JsonObject> aliases = pod.spec().array("hostAliases").objects();
        if (aliases.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("\n# Entries added by HostAliases.\n");
        for (JsonObject alias : aliases) {
            text.append(alias.string("ip"))
                    .append('\t')
                    .append(String.join("\t", alias.array("hostnames").strings()))
                    .append('\n');
        }
        return text.toString();
    }
}
