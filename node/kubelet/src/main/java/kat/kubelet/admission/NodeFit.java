package kat.kubelet.admission;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.api.placement.Toleration;
import kat.api.quota.Amounts;
import kat.api.quota.PodAmounts;
import org.jspecify.annotations.Nullable;

/// Whether a pod may run beside those that do; pure. Only the first thing that speaks against it is
/// told.
///
/// | checked, in this order    | reason                                                      |
/// |---------------------------|-------------------------------------------------------------|
/// | pressure of the node      | `Evicted`                                                   |
/// | the operating system      | `PodOSSelectorNodeLabelDoesNotMatch`, `PodOSNotSupported`   |
/// | groups of processes       | `SupplementalGroupsPolicyNotSupported`                      |
/// | room                      | `OutOfpods`, `OutOfcpu`, `OutOfmemory`, `OutOf…`            |
/// | node selector, affinity   | `NodeAffinity`                                              |
/// | the node's name           | `NodeName`                                                  |
/// | ports of the machine      | `NodePorts`                                                 |
/// | taints with `NoExecute`   | `TaintToleration`                                           |
///
/// **Source:** `pkg/kubelet/lifecycle/predicate.go`, `AdmissionCheck` in
/// `pkg/scheduler/eventhandlers.go`, `Admit` in `pkg/kubelet/eviction/eviction_manager.go`.
public final class NodeFit {

    private static final String OS_LABEL = "kubernetes.io/os";
    private static final String OS = "linux";
    private static final List<String> COMMON = List.of("cpu", "memory", "ephemeral-storage");
    private static final long CRITICAL_PRIORITY = 2_000_000_000;

    private NodeFit() {}

    /// @param others the pods that run or are about to, with what they hold
    /// @return null when it may run
    public static @Nullable Refusal check(
            KubeObject pod, Collection<KubeObject> others, NodeView node) {
        Refusal refusal = pressure(pod, node);
        refusal = refusal == null ? system(pod) : refusal;
        refusal = refusal == null ? room(pod, others, node) : refusal;
        return refusal == null ? place(pod, others, node) : refusal;
    }

    /// Whether a pod is one that the cluster cannot do without.
    public static boolean isCritical(KubeObject pod) {
        return pod.annotations().containsKey("kubernetes.io/config.mirror")
                || pod.annotations()
                        .getOrDefault("kubernetes.io/config.source", "api")
                        .equals("file")
                || pod.spec().integer("priority", 0) >= CRITICAL_PRIORITY;
    }

    private static @Nullable Refusal pressure(KubeObject pod, NodeView node) {
        if (node.pressures().isEmpty() || isCritical(pod)) {
            return null;
        }
        boolean onlyMemory = node.pressures().equals(List.of("MemoryPressure"));
        boolean bestEffort = pod.status().string("qosClass", "BestEffort").equals("BestEffort");
        if (onlyMemory && (!bestEffort || tolerates(pod, "node.kubernetes.io/memory-pressure"))) {
            return null;
        }
        return new Refusal(
                "Evicted",
                "The node had condition: [" + String.join(" ", node.pressures()) + "]. ");
    }

    private static boolean tolerates(KubeObject pod, String key) {
        return tolerates(pod, new Toleration.Taint(key, "", "NoSchedule"));
    }

    private static boolean tolerates(KubeObject pod, Toleration.Taint taint) {
        return pod.spec().array("tolerations").objects().stream()
                .map(Toleration::parse)
                .anyMatch(toleration -> toleration.tolerates(taint));
    }

    private static @Nullable Refusal system(KubeObject pod) {
        if (!pod.labels().getOrDefault(OS_LABEL, OS).equals(OS)) {
            return new Refusal(
                    "PodOSSelectorNodeLabelDoesNotMatch",
                    "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
        }
        if (!pod.spec().object("os").string("name", OS).equals(OS)) {
            return new Refusal(
                    "PodOSNotSupported",
                    "Failed to admit pod as the OS field doesn't match node OS");
        }
        JsonObject security = pod.spec().object("securityContext");
        if (security.string("supplementalGroupsPolicy").equals("Strict")) {
            return new Refusal(
                    "SupplementalGroupsPolicyNotSupported",
                    "SupplementalGroupsPolicy=Strict is not supported in this node");
        }
        return null;
    }

    private static @Nullable Refusal room(
            KubeObject pod, Collection<KubeObject> others, NodeView node) {
        long most = node.allocatable().get("pods").wholeUnits();
        if (others.size() + 1 > most) {
            return shortOf("pods", 1, others.size(), most);
        }
        Amounts wanted = PodAmounts.requests(pod.tree());
        Amounts used = Amounts.NONE;
        for (KubeObject other : others) {
            used = used.plus(PodAmounts.requests(other.tree()));
        }
        List<String> names = new ArrayList<>(COMMON);
        wanted.byName().keySet().stream()
                .filter(name -> !COMMON.contains(name))
                .forEach(names::add);
        for (String name : names) {
            Quantity asked = wanted.get(name);
            boolean unknown = isExtended(name) && !node.allocatable().has(name);
            Quantity free = node.allocatable().get(name).minus(used.get(name));
            if (asked.signum() > 0 && !unknown && asked.compareTo(free) > 0) {
                return shortOf(
                        name,
                        number(name, asked),
                        number(name, used.get(name)),
                        number(name, node.allocatable().get(name)));
            }
        }
        return null;
    }

    /// Whether a resource is not Kubernetes' own: others than the node may provide such.
    private static boolean isExtended(String resource) {
        return resource.contains("/") && !resource.contains("kubernetes.io/");
    }

    private static long number(String resource, Quantity amount) {
        return resource.equals("cpu") ? amount.thousandths() : amount.wholeUnits();
    }

    private static Refusal shortOf(String resource, long requested, long used, long capacity) {
        return new Refusal(
                "OutOf" + resource,
                "Node didn't have enough resource: "
                        + resource
                        + ", requested: "
                        + requested
                        + ", used: "
                        + used
                        + ", capacity: "
                        + capacity);
    }

    private static @Nullable Refusal place(
            KubeObject pod, Collection<KubeObject> others, NodeView node) {
        if (!NodeAffinityTerms.parse(pod.spec()).demandsMet(node.labels(), node.name())) {
            return Refusal.predicate(
                    "NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
        }
        String wanted = pod.spec().string("nodeName");
        if (!wanted.isEmpty() && !wanted.equals(node.name())) {
            return Refusal.predicate("NodeName", "node(s) didn't match the requested node name");
        }
        if (!HostPort.areFree(HostPort.of(pod), others)) {
            return Refusal.predicate(
                    "NodePorts", "node(s) didn't have free ports for the requested pod ports");
        }
        for (Toleration.Taint taint : node.taints()) {
            if (taint.effect().equals("NoExecute") && !tolerates(pod, taint) && !isStatic(pod)) {
                return Refusal.predicate(
                        "TaintToleration", "node(s) had taints that the pod didn't tolerate");
            }
        }
        return null;
    }

    private static boolean isStatic(KubeObject pod) {
        Map<String, String> annotations = pod.annotations();
        return annotations.getOrDefault("kubernetes.io/config.source", "api").equals("file");
    }
}
