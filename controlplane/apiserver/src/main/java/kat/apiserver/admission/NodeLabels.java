package kat.apiserver.admission;

import java.util.Set;
import java.util.TreeSet;
import kat.api.json.JsonObject;

/// Which labels a node's agent may set on its node.
///
/// **Source:** `k8s.io/kubelet/pkg/apis/well_known_labels.go`.
final class NodeLabels {

    private static final String RESTRICTED = "node-restriction.kubernetes.io";
    private static final Set<String> ALLOWED =
            Set.of(
                    "kubernetes.io/hostname",
                    "topology.kubernetes.io/zone",
                    "topology.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone",
                    "failure-domain.beta.kubernetes.io/region",
                    "beta.kubernetes.io/instance-type",
                    "node.kubernetes.io/instance-type",
                    "kubernetes.io/os",
                    "kubernetes.io/arch",
                    "beta.kubernetes.io/os",
                    "beta.kubernetes.io/arch");

    private NodeLabels() {}

    /// The labels that differ and are not the agent's to set, sorted.
    static Set<String> forbidden(JsonObject after, JsonObject before) {
        Set<String> changed = new TreeSet<>(after.names());
        changed.addAll(before.names());
        changed.removeIf(key -> before.has(key) && after.string(key).equals(before.string(key)));
        changed.removeIf(key -> !isForbidden(key));
        return changed;
    }

    private static boolean isForbidden(String key) {
        int slash = key.indexOf('/');
        String domain = slash < 0 ? "" : key.substring(0, slash);
        boolean kubernetes = isUnder(domain, "kubernetes.io") || isUnder(domain, "k8s.io");
        boolean own =
                ALLOWED.contains(key)
                        || isUnder(domain, "kubelet.kubernetes.io")
                        || isUnder(domain, "node.kubernetes.io");
        return isUnder(domain, RESTRICTED) || (kubernetes && !own);
    }

    private static boolean isUnder(String domain, String parent) {
        return domain.equals(parent) || domain.endsWith("." + parent);
    }
}
